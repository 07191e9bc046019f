package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How cases come in, are opened or not, and go from hand to hand. */
@DisplayName("A case comes in by many ways, is verified where its class asks for it, and passes from hand to hand")
final class CaseFlowIT {
    private static final String DOUBTFUL = "building.illegal";

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient neighbour;
    private static GraphqlClient gridWorker;
    private static GraphqlClient secondWorker;
    private static GraphqlClient cadre;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        secondWorker = county.gridWorker(county.gridCode(1, 2));
        cadre = county.cadre(county.villageCode(1));
        resident = county.resident(county.groupCode(1, 1, 1));
        neighbour = county.resident(county.groupCode(1, 1, 1));
    }

    private static void refused(
            GraphqlClient actor, ErrorType type, String code, String mutation, Map<String, ?> input) {
        actor.expectError(type, code, Casework.document(mutation), Casework.input(input));
    }

    private static JsonNode read(GraphqlClient reader, String id) {
        return Casework.read(reader, id).at("/node");
    }

    private static List<String> actions(String id) {
        List<String> actions = new ArrayList<>();
        read(cadre, id)
                .get("history")
                .forEach(row -> actions.add(
                        row.get("action").asText() + " " + row.get("toState").asText()));
        return actions;
    }

    private static String report(String classCode) {
        return Casework.report(county, resident, classCode, county.gridCode(1, 1));
    }

    @Test
    @DisplayName(
            "A report of a class that asks for it is not opened before a cadre has verified it, and then goes on by itself")
    void verification() {
        String id = report(DOUBTFUL);
        assertEquals("AWAITING_VERIFICATION", read(resident, id).get("state").asText());
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseAccept", Map.of("caseId", id));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseClose", Map.of("caseId", id));
        assertEquals("DISPATCHED", Casework.step(cadre, "caseAccept", Map.of("caseId", id, "note", "现场属实")));
        assertEquals(gridWorker.name(), read(cadre, id).get("assigneeName").asText());
        assertEquals(
                List.of("REPORT AWAITING_VERIFICATION", "ACCEPT AWAITING_DISPATCH", "DISPATCH DISPATCHED"),
                actions(id));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseAccept", Map.of("caseId", id));

        String wrong = report(DOUBTFUL);
        Casework.step(cadre, "caseAccept", Map.of("caseId", wrong, "classCode", "environment.piles"));
        assertEquals(
                "environment.piles",
                cadre.query(
                                "query ($id: ID!) { node(id: $id) { ... on Case { caseClass { code } } } }",
                                Map.of("id", wrong))
                        .at("/node/caseClass/code")
                        .asText());
    }

    @Test
    @DisplayName("What is not true is not opened, with the reason; nobody decides on the own report")
    void refusal() {
        String id = report(DOUBTFUL);
        refused(cadre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseRefuse", Map.of("caseId", id, "reason", " "));
        assertEquals("REFUSED", Casework.step(cadre, "caseRefuse", Map.of("caseId", id, "reason", "现场未发现违建")));
        JsonNode ended = read(resident, id);
        assertEquals("现场未发现违建", ended.get("closingWords").asText());
        refused(resident, ErrorType.PRECONDITION, "CASE_STATE", "caseUrge", Map.of("caseId", id));
        refused(resident, ErrorType.PRECONDITION, "CASE_STATE", "caseReopen", Map.of("caseId", id, "reason", "确有违建"));

        GraphqlClient both = county.resident(county.groupCode(1, 1, 1));
        Casework.appoint(county, both, "VILLAGE_CADRE", county.villageCode(1));
        String own = Casework.report(county, both, DOUBTFUL, county.gridCode(1, 1));
        refused(both, ErrorType.FORBIDDEN, "OWN_AFFAIR", "caseAccept", Map.of("caseId", own));
    }

    @Test
    @DisplayName("A petition is referred to whom it belongs, and its reporter learns by which rule it goes on")
    void petitions() {
        String referral =
                "query ($id: ID!) { node(id: $id) { ... on Case { state referral { to reason notice } closedAt } } }";
        String id = report("petition.petition");
        assertEquals("AWAITING_VERIFICATION", read(resident, id).get("state").asText());
        refused(cadre, ErrorType.PRECONDITION, "CASE_PETITION", "caseAccept", Map.of("caseId", id));
        Map<String, Object> refer = Map.of("caseId", id, "reason", "反映征地补偿", "referredTo", "县信访局");
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseRefer", refer);
        assertEquals("REFERRED", Casework.step(cadre, "caseRefer", refer));
        JsonNode told =
                resident.inLanguage("zh-CN").query(referral, Map.of("id", id)).at("/node");
        assertEquals("县信访局", told.at("/referral/to").asText());
        assertEquals("反映征地补偿", told.at("/referral/reason").asText());
        String notice = told.at("/referral/notice").asText();
        assertTrue(notice.contains("信访工作条例") && notice.contains("15日") && notice.contains("60日"), notice);
        assertFalse(told.get("closedAt").isNull());

        String disguised = report("environment.garbage");
        Casework.step(cadre, "caseRefer", Casework.with(refer, "caseId", disguised));
        assertEquals("REFERRED", read(resident, disguised).get("state").asText());
        String plain = report("environment.garbage");
        assertTrue(resident.query(referral, Map.of("id", plain))
                .at("/node/referral")
                .isNull());
    }

    @Test
    @DisplayName("A grid worker records what is found on patrol, which needs no verification and has no reporter")
    void patrols() {
        Map<String, Object> found = Map.of(
                "source",
                "PATROL",
                "classCode",
                DOUBTFUL,
                "description",
                "新建围墙占道",
                "divisionId",
                county.divisionId(county.gridCode(1, 1)),
                "photoIds",
                List.of());
        JsonNode recorded = gridWorker
                .mutate(Casework.document("caseRecord"), Casework.input(found))
                .at("/caseRecord/case");
        String id = recorded.get("id").asText();
        assertEquals("DISPATCHED", recorded.get("state").asText());
        assertEquals("PATROL", recorded.get("source").asText());
        assertEquals(gridWorker.name(), recorded.at("/history/0/actorName").asText());
        assertTrue(Casework.read(resident, id).at("/node").isNull());
        String list =
                "query ($n: String, $s: CaseSource) { cases(first: 50, number: $n, source: $s) { edges { node { id source } } } }";
        String number = recorded.get("number").asText();
        assertEquals(
                List.of(id),
                cadre.query(list, Map.of("n", number)).at("/cases/edges").findValuesAsText("id"));
        assertEquals(
                0, resident.query(list, Map.of("n", number)).at("/cases/edges").size());
        List<String> sources =
                cadre.query(list, Map.of("s", "PATROL")).at("/cases/edges").findValuesAsText("source");
        assertTrue(!sources.isEmpty() && sources.stream().allMatch("PATROL"::equals), sources::toString);
        refused(resident, ErrorType.FORBIDDEN, "FORBIDDEN", "caseRecord", found);
        refused(
                gridWorker,
                ErrorType.FORBIDDEN,
                "FORBIDDEN",
                "caseRecord",
                Casework.with(found, "divisionId", county.divisionId(county.gridCode(1, 2))));
        for (String source : List.of("RESIDENT", "SENSOR", "PARTNER")) {
            refused(
                    gridWorker,
                    ErrorType.INVALID_INPUT,
                    "INVALID_INPUT",
                    "caseRecord",
                    Casework.with(found, "source", source));
        }
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        assertEquals("CLOSED", Casework.step(cadre, "caseClose", Map.of("caseId", id)));
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseRate", Map.of("caseId", id, "stars", 5));
    }

    @Test
    @DisplayName(
            "A cadre takes a call: the caller's number is masked, and nobody but those who stand over the case sees it")
    void calls() throws Exception {
        String caller =
                "query ($id: ID!) { node(id: $id) { ... on Case { source callerName callerTelephone state } } }";
        Map<String, Object> call = Map.of(
                "source", "TELEPHONE",
                "classCode", "facility.water",
                "description", "家里停水两天",
                "divisionId", county.divisionId(county.groupCode(1, 1, 1)),
                "callerName", "王大爷",
                "callerTelephone", "13812345678",
                "photoIds", List.of());
        String id = cadre.mutate(Casework.document("caseRecord"), Casework.input(call))
                .at("/caseRecord/case/id")
                .asText();
        JsonNode seen = cadre.query(caller, Map.of("id", id)).at("/node");
        assertEquals("王大爷", seen.get("callerName").asText());
        assertEquals("138****5678", seen.get("callerTelephone").asText());
        assertEquals("DISPATCHED", seen.get("state").asText());
        try (var connection = OneHost.get().superuser();
                var rows = connection
                        .createStatement()
                        .executeQuery("select caller_telephone from lianhu_core.case_record where tenant_id = '"
                                + county.code() + "' and caller_name = '王大爷'")) {
            assertTrue(rows.next());
            assertFalse(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1).contains("12345678"));
        }
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseRecord", call);
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of("callerTelephone", "call me", "callerName", " ")
                .entrySet()) {
            refused(
                    cadre,
                    ErrorType.INVALID_INPUT,
                    "INVALID_INPUT",
                    "caseRecord",
                    Casework.with(call, wrong.getKey(), wrong.getValue()));
        }
        refused(cadre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseRecord", Casework.with(call, "source", "PATROL"));
    }

    @Test
    @DisplayName("Who has a case answers, gives it back, passes it on or up; only who has it then handles it")
    void fromHandToHand() {
        String id = report("environment.garbage");
        assertEquals("DISPATCHED", Casework.step(gridWorker, "caseReply", Map.of("caseId", id, "note", "下午去看")));
        Map<String, Object> because = Map.of("caseId", id, "reason", "不在我的网格");
        refused(secondWorker, ErrorType.NOT_FOUND, "NOT_FOUND", "caseReturn", because);
        refused(cadre, ErrorType.FORBIDDEN, "FORBIDDEN", "caseReturn", because);
        assertEquals("AWAITING_DISPATCH", Casework.step(gridWorker, "caseReturn", because));
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseHandle", Casework.handling(id));

        Casework.step(cadre, "caseDispatch", Map.of("caseId", id, "postId", Casework.post(gridWorker)));
        Map<String, Object> transfer = Casework.with(because, "postId", Casework.post(secondWorker));
        assertEquals("DISPATCHED", Casework.step(gridWorker, "caseTransfer", transfer));
        assertEquals(
                secondWorker.name(), read(secondWorker, id).get("assigneeName").asText());
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseTransfer", transfer);
        GraphqlClient elsewhere = county.gridWorker(county.gridCode(2, 1));
        refused(
                secondWorker,
                ErrorType.NOT_FOUND,
                "NOT_FOUND",
                "caseTransfer",
                Casework.with(because, "postId", Casework.post(elsewhere)));

        assertEquals("DISPATCHED", Casework.step(secondWorker, "caseEscalate", because));
        assertEquals("VILLAGE", read(cadre, id).get("assigneeKind").asText());
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseHandle", Casework.handling(id));
        assertTrue(cadre.query("{ cases(first: 100, assignedToMe: true) { edges { node { id } } } }")
                .toString()
                .contains(id));
        assertEquals("HANDLED", Casework.step(cadre, "caseHandle", Casework.handling(id)));
        refused(cadre, ErrorType.FORBIDDEN, "OWN_AFFAIR", "caseClose", Map.of("caseId", id));
        GraphqlClient otherCadre = county.stranger();
        Casework.appoint(county, otherCadre, "VILLAGE_CADRE", county.villageCode(1));
        assertEquals("CLOSED", Casework.step(otherCadre, "caseClose", Map.of("caseId", id)));
        assertEquals(
                List.of(
                        "REPORT AWAITING_DISPATCH",
                        "DISPATCH DISPATCHED",
                        "REPLY DISPATCHED",
                        "RETURN AWAITING_DISPATCH",
                        "DISPATCH DISPATCHED",
                        "TRANSFER DISPATCHED",
                        "DISPATCH DISPATCHED",
                        "ESCALATE DISPATCHED",
                        "DISPATCH DISPATCHED",
                        "HANDLE HANDLED",
                        "CLOSE CLOSED"),
                actions(id));
    }

    @Test
    @DisplayName("A centre gives a case to a unit that is there for the place; its officers, and no others, handle it")
    void units() {
        String roads = county.unit("区交通局", county.code());
        String elsewhere = county.unit("别镇水务站", county.villageCode(1).substring(0, 9));
        GraphqlClient officer = county.unitOfficer(roads);
        GraphqlClient otherOfficer = county.unitOfficer(elsewhere);
        GraphqlClient centre = county.countyCentre();
        String id = report("facility.road");
        Map<String, Object> toUnit = Map.of("caseId", id, "unitId", roads);
        refused(cadre, ErrorType.FORBIDDEN, "FORBIDDEN", "caseDispatch", toUnit);
        refused(centre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseDispatch", Map.of("caseId", id));
        assertTrue(read(officer, id).isNull());
        assertEquals("DISPATCHED", Casework.step(centre, "caseDispatch", toUnit));
        JsonNode given = read(officer, id);
        assertEquals("UNIT", given.get("assigneeKind").asText());
        assertEquals("区交通局", given.get("assigneeName").asText());
        assertTrue(officer.query("{ cases(first: 10, assignedToMe: true) { edges { node { id } } } }")
                .toString()
                .contains(id));
        assertEquals(
                List.of(id),
                centre.query(
                                "query ($u: ID) { cases(first: 50, unitId: $u) { edges { node { id } } } }",
                                Map.of("u", roads))
                        .at("/cases/edges")
                        .findValuesAsText("id"));
        refused(otherOfficer, ErrorType.NOT_FOUND, "NOT_FOUND", "caseHandle", Casework.handling(id));
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseHandle", Casework.handling(id));
        assertEquals("AWAITING_DISPATCH", Casework.step(officer, "caseReturn", Map.of("caseId", id, "reason", "属县道")));
        Casework.step(centre, "caseDispatch", toUnit);
        assertEquals("HANDLED", Casework.step(officer, "caseHandle", Casework.handling(id)));
        assertEquals("CLOSED", Casework.step(centre, "caseClose", Map.of("caseId", id)));
    }

    @Test
    @DisplayName(
            "By the county's rules cases go to units by themselves: the most precise rule wins, and one that ended is asked no more")
    void rules() {
        County own = OneHost.get().newCounty();
        GraphqlClient administrator = own.administrator();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        String water = own.unit("水务局", own.code());
        String town = own.unit("镇水务站", own.townCode());
        String save =
                "mutation ($input: DispatchRuleSaveInput!) { dispatchRuleSave(input: $input) { rule { id target unit { name } } } }";
        String group = administrator
                .mutate(
                        save,
                        Casework.input(Map.of(
                                "classCode", "facility", "divisionId", own.divisionId(own.code()), "unitId", water)))
                .at("/dispatchRuleSave/rule/id")
                .asText();
        administrator.mutate(
                save,
                Casework.input(Map.of(
                        "classCode", "facility.water", "divisionId", own.divisionId(own.townCode()), "unitId", town)));
        administrator.mutate(
                save,
                Casework.input(
                        Map.of("classCode", "facility.manhole", "divisionId", own.divisionId(own.villageCode(1)))));
        assertEquals("水务局", assignee(own, reporter, "facility.road"));
        assertEquals("镇水务站", assignee(own, reporter, "facility.water"));
        assertEquals(own.gridWorker(own.gridCode(1, 1)).name(), assignee(own, reporter, "facility.manhole"));
        assertEquals(own.gridWorker(own.gridCode(1, 1)).name(), assignee(own, reporter, "environment.garbage"));

        Map<String, Object> again = Map.of("classCode", "facility", "divisionId", own.divisionId(own.code()));
        administrator.expectError(ErrorType.CONFLICT, "CONFLICT", save, Casework.input(again));
        administrator.mutate(save, Casework.input(Casework.with(again, "replaces", group)));
        assertEquals(own.gridWorker(own.gridCode(1, 1)).name(), assignee(own, reporter, "facility.road"));
        administrator.expectError(
                ErrorType.CONFLICT, "CONFLICT", save, Casework.input(Casework.with(again, "replaces", group)));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "CASE_UNIT_ELSEWHERE",
                save,
                Casework.input(Map.of("divisionId", own.divisionId(own.code()), "unitId", town)));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "CASE_CLASS_UNKNOWN",
                save,
                Casework.input(Casework.with(again, "classCode", "facilit")));
        own.cadre(own.villageCode(1)).expectError(ErrorType.FORBIDDEN, save, Casework.input(again));
        String list =
                "query ($e: Boolean) { dispatchRules(first: 10, includeEnded: $e) { edges { node { id endedAt } } } }";
        assertEquals(3, administrator.query(list).at("/dispatchRules/edges").size());
        assertEquals(
                4,
                administrator
                        .query(list, Map.of("e", true))
                        .at("/dispatchRules/edges")
                        .size());
        assertEquals(
                0, county.administrator().query(list).at("/dispatchRules/edges").size());
    }

    private static String assignee(County own, GraphqlClient reporter, String classCode) {
        String id = Casework.report(own, reporter, classCode, own.gridCode(1, 1));
        return Casework.read(reporter, id).at("/node/assigneeName").asText();
    }

    @Test
    @DisplayName("The reporter urges once a day, who stands over the case at any time, and it is counted")
    void urging() {
        String id = report("environment.garbage");
        Map<String, Object> of = Map.of("caseId", id);
        Casework.step(resident, "caseUrge", of);
        refused(resident, ErrorType.PRECONDITION, "CASE_URGED", "caseUrge", of);
        refused(neighbour, ErrorType.NOT_FOUND, "NOT_FOUND", "caseUrge", of);
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseUrge", of);
        Casework.step(cadre, "caseUrge", Map.of("caseId", id, "note", "请抓紧"));
        Casework.step(cadre, "caseUrge", of);
        JsonNode urged = read(gridWorker, id);
        assertEquals(3, urged.get("urged").asInt());
        assertEquals(cadre.name(), urged.at("/history/3/actorName").asText());
    }

    @Test
    @DisplayName("The reporter takes a report back before it is handled, and not afterwards")
    void withdrawing() {
        String id = report("environment.garbage");
        refused(neighbour, ErrorType.NOT_FOUND, "NOT_FOUND", "caseWithdraw", Map.of("caseId", id));
        assertEquals("WITHDRAWN", Casework.step(resident, "caseWithdraw", Map.of("caseId", id, "note", "已自行清理")));
        refused(gridWorker, ErrorType.PRECONDITION, "CASE_STATE", "caseHandle", Casework.handling(id));
        String handled = Casework.handled(resident, gridWorker);
        refused(resident, ErrorType.PRECONDITION, "CASE_STATE", "caseWithdraw", Map.of("caseId", handled));
    }

    @Test
    @DisplayName("Of a handling and a withdrawal at once one succeeds, whichever comes first")
    void twoAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 5; i++) {
                String id = report("environment.garbage");
                List<Callable<Answer>> steps = List.of(
                        () -> resident.ask(Casework.document("caseWithdraw"), Casework.input(Map.of("caseId", id))),
                        () -> gridWorker.ask(Casework.document("caseHandle"), Casework.input(Casework.handling(id))));
                int succeeded = 0;
                for (Future<Answer> future : threads.invokeAll(steps)) {
                    succeeded += future.get().errors().isEmpty() ? 1 : 0;
                }
                assertEquals(1, succeeded);
                assertEquals(3, read(cadre, id).get("history").size());
            }
        } finally {
            threads.shutdown();
        }
    }
}
