package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Joint handling over GraphQL. */
@DisplayName("One leads a case, and units support with parts of their own")
final class JointHandlingIT {
    private static final String PARTS =
            """
            query ($id: ID!) { node(id: $id) { ... on Case { number state version photos { id }
              history { action note actorName }
              parts { id unitName state limit { amount unit } dueAt clockState asked askedByName answer answeredByName replaces { id } }
            } } }
            """;

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;
    private static GraphqlClient centre;
    private static String water;
    private static String power;
    private static GraphqlClient waterOfficer;
    private static GraphqlClient powerOfficer;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        centre = county.countyCentre();
        resident = county.resident(county.groupCode(1, 1, 1));
        water = county.unit("县水务局", county.code());
        power = county.unit("县供电局", county.code());
        waterOfficer = county.unitOfficer(water);
        powerOfficer = county.unitOfficer(power);
    }

    private static void refused(
            GraphqlClient actor, ErrorType type, String code, String mutation, Map<String, ?> input) {
        actor.expectError(type, code, Casework.document(mutation), Casework.input(input));
    }

    private static JsonNode read(GraphqlClient reader, String id) {
        return reader.query(PARTS, Map.of("id", id)).at("/node");
    }

    private static String report() {
        return Casework.report(county, resident, "safety.hazard", county.gridCode(1, 1));
    }

    private static Map<String, Object> asking(String id, String unit, String note) {
        return Map.of("caseId", id, "unitId", unit, "note", note);
    }

    private static String asked(String id, String unit, String note) {
        Casework.step(centre, "casePartAsk", asking(id, unit, note));
        JsonNode parts = read(centre, id).get("parts");
        return parts.get(parts.size() - 1).get("id").asText();
    }

    private static List<String> toDo(GraphqlClient officer) {
        return officer.query("{ cases(first: 50, assignedToMe: true) { edges { node { id } } } }")
                .at("/cases/edges")
                .findValuesAsText("id");
    }

    private static List<String> inbox(GraphqlClient reader) {
        return reader.inLanguage("zh-CN")
                .query("{ messages(first: 50) { edges { node { title } } } }")
                .at("/messages/edges")
                .findValuesAsText("title");
    }

    @Test
    @DisplayName("A centre asks units for their parts, each answers its own, and only then is the case handled")
    void support() {
        String id = report();
        assertTrue(
                read(waterOfficer, id).isMissingNode() || read(waterOfficer, id).isNull());
        assertFalse(toDo(waterOfficer).contains(id));
        refused(cadre, ErrorType.FORBIDDEN, "FORBIDDEN", "casePartAsk", asking(id, water, "请关阀"));
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "casePartAsk", asking(id, water, "请关阀"));
        refused(centre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "casePartAsk", asking(id, water, " "));

        String valve = asked(id, water, "请关闭主阀");
        refused(centre, ErrorType.PRECONDITION, "CASE_PART_ASKED", "casePartAsk", asking(id, water, "请关闭主阀"));
        Casework.step(
                centre,
                "casePartAsk",
                Casework.with(asking(id, power, "请断电"), "limit", Map.of("amount", 2, "unit", "HOUR")));
        JsonNode parts = read(centre, id).get("parts");
        assertEquals(List.of("县水务局", "县供电局"), parts.findValuesAsText("unitName"));
        assertEquals(
                read(centre, id).at("/parts/0/limit/amount").asInt(),
                24,
                "where no limit is given, it is the class's own to resolve");
        assertEquals("HOUR", parts.at("/1/limit/unit").asText());
        assertEquals("ON_TIME", parts.at("/1/clockState").asText());
        String current = parts.at("/1/id").asText();

        assertTrue(toDo(waterOfficer).contains(id), "the unit finds it among what it has to do");
        assertTrue(inbox(waterOfficer).stream().anyMatch(title -> title.startsWith("请协办事件")));
        JsonNode seen = read(waterOfficer, id);
        assertEquals("请关闭主阀", seen.at("/parts/0/asked").asText());
        assertTrue(seen.at("/parts/1/asked").isNull(), "what another unit is to do is not for this one");

        refused(gridWorker, ErrorType.PRECONDITION, "CASE_PARTS_OPEN", "caseHandle", Casework.handling(id));
        Map<String, Object> done = Map.of("caseId", id, "partId", valve, "note", "已关阀", "photoIds", List.of());
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "casePartDone", done);
        refused(powerOfficer, ErrorType.NOT_FOUND, "NOT_FOUND", "casePartDone", done);
        refused(waterOfficer, ErrorType.FORBIDDEN, "FORBIDDEN", "caseHandle", Casework.handling(id));
        String photo = waterOfficer.uploadPhoto(Photos.jpeg(8, 8));
        Casework.step(waterOfficer, "casePartDone", Casework.with(done, "photoIds", List.of(photo)));
        refused(waterOfficer, ErrorType.PRECONDITION, "CASE_PART_STATE", "casePartDone", done);
        assertFalse(toDo(waterOfficer).contains(id));
        assertEquals("已关阀", read(waterOfficer, id).at("/parts/0/answer").asText());
        assertEquals(1, read(gridWorker, id).get("photos").size());
        assertTrue(inbox(gridWorker).stream().anyMatch(title -> title.startsWith("县水务局已反馈")));
        assertTrue(inbox(centre).stream().anyMatch(title -> title.startsWith("县水务局已反馈")));

        Map<String, Object> cancel = Map.of("caseId", id, "partId", current, "reason", "无需断电");
        refused(powerOfficer, ErrorType.FORBIDDEN, "FORBIDDEN", "casePartCancel", cancel);
        refused(
                centre,
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                "casePartCancel",
                Casework.with(cancel, "reason", ""));
        Casework.step(centre, "casePartCancel", cancel);
        assertTrue(inbox(powerOfficer).stream().anyMatch(title -> title.endsWith("的协办已取消")));
        assertTrue(
                Casework.read(powerOfficer, id).at("/node").isNull(), "a unit whose part is cancelled sees it no more");
        assertEquals("HANDLED", Casework.step(gridWorker, "caseHandle", Casework.handling(id)));

        JsonNode told = read(resident, id);
        assertEquals(List.of("DONE", "CANCELLED"), told.get("parts").findValuesAsText("state"));
        String words = told.toString();
        assertFalse(words.contains("请关闭主阀") || words.contains("已关阀") || words.contains("无需断电"), words);
        assertTrue(read(gridWorker, id).toString().contains("县水务局：已关阀"));
    }

    @Test
    @DisplayName("A unit gives back what is not its own, and another does it in its place")
    void returned() {
        String id = report();
        String part = asked(id, water, "请抢修电缆");
        Casework.step(waterOfficer, "casePartReturn", Map.of("caseId", id, "partId", part, "reason", "不属本单位职责"));
        assertEquals(
                "RETURNED", read(waterOfficer, id).at("/parts/0/state").asText(), "it still sees what it gave back");
        assertTrue(inbox(gridWorker).stream().anyMatch(title -> title.startsWith("县水务局退回")));
        Map<String, Object> again = Casework.with(asking(id, power, "请抢修电缆"), "replaces", part);
        Casework.step(centre, "casePartAsk", again);
        JsonNode parts = read(centre, id).get("parts");
        assertEquals(part, parts.at("/1/replaces/id").asText());
        refused(
                centre,
                ErrorType.PRECONDITION,
                "CASE_PART_STATE",
                "casePartAsk",
                Casework.with(
                        asking(id, water, "请再看"), "replaces", parts.at("/1/id").asText()));
        Casework.step(
                powerOfficer,
                "casePartDone",
                Map.of("caseId", id, "partId", parts.at("/1/id").asText(), "note", "已抢修", "photoIds", List.of()));
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
    }

    @Test
    @DisplayName("The unit that leads does not support itself; a unit of another town does not support here")
    void whoSupports() {
        String id = report();
        Casework.step(centre, "caseDispatch", Map.of("caseId", id, "unitId", water));
        refused(centre, ErrorType.PRECONDITION, "CASE_PART_LEAD", "casePartAsk", asking(id, water, "请协助"));
        String part = asked(id, power, "请断电");
        Casework.step(
                powerOfficer,
                "casePartDone",
                Map.of("caseId", id, "partId", part, "note", "已断电", "photoIds", List.of()));
        assertTrue(inbox(waterOfficer).stream().anyMatch(title -> title.startsWith("县供电局已反馈")));

        County other = OneHost.get().newCounty();
        GraphqlClient stranger = other.unitOfficer(other.unit("别县水务局", other.code()));
        assertTrue(Casework.read(stranger, id).at("/node").isNull());
        assertEquals(List.of(), toDo(stranger));
    }

    @Test
    @DisplayName("A rule of dispatching names who supports besides who leads")
    void rules() {
        County own = OneHost.get().newCounty();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        GraphqlClient worker = own.gridWorker(own.gridCode(1, 1));
        String lead = own.unit("县应急局", own.code());
        String help = own.unit("县卫健局", own.code());
        GraphqlClient helper = own.unitOfficer(help);
        String save =
                "mutation ($input: DispatchRuleSaveInput!) { dispatchRuleSave(input: $input) { rule { id support { unit { name } asked } } } }";
        Map<String, Object> rule = Map.of(
                "divisionId",
                own.divisionId(own.code()),
                "unitId",
                lead,
                "support",
                List.of(Map.of("unitId", help, "asked", "请派救护车")));
        own.administrator()
                .expectError(
                        ErrorType.INVALID_INPUT,
                        "INVALID_INPUT",
                        save,
                        Casework.input(
                                Casework.with(rule, "support", List.of(Map.of("unitId", lead, "asked", "请派救护车")))));
        Answer saved = own.administrator().mutate(save, Casework.input(rule));
        assertEquals(
                "县卫健局", saved.at("/dispatchRuleSave/rule/support/0/unit/name").asText());

        String id = Casework.report(own, reporter, "safety.hazard", own.gridCode(1, 1));
        JsonNode open = read(helper, id);
        assertEquals("请派救护车", open.at("/parts/0/asked").asText());
        assertTrue(toDo(helper).contains(id));
        assertTrue(inbox(helper).stream().anyMatch(title -> title.startsWith("请协办事件")));
        assertEquals(
                List.of("REPORT", "DISPATCH", "ASK_PART"),
                read(own.countyCentre(), id).get("history").findValuesAsText("action"));

        String doubtful = Casework.report(own, reporter, "building.illegal", own.gridCode(1, 1));
        assertTrue(Casework.read(helper, doubtful).at("/node").isNull());
        Casework.step(own.cadre(own.villageCode(1)), "caseAccept", Map.of("caseId", doubtful));
        assertEquals("ASKED", read(helper, doubtful).at("/parts/0/state").asText());

        Casework.step(reporter, "caseWithdraw", Map.of("caseId", id));
        assertEquals(
                "CANCELLED",
                read(own.countyCentre(), id).at("/parts/0/state").asText(),
                "with the case ends what is open of it");
        assertFalse(toDo(helper).contains(id));
        assertTrue(inbox(helper).stream().anyMatch(title -> title.endsWith("的协办已取消")));
        assertTrue(worker.query("{ viewer { posts { id } } }")
                .at("/viewer/posts/0/id")
                .isTextual());
    }

    @Test
    @DisplayName("A part's clock follows the county's calendar")
    void calendar() {
        County own = OneHost.get().newCounty();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        String unit = own.unit("县住建局", own.code());
        GraphqlClient ownCentre = own.countyCentre();
        String id = Casework.report(own, reporter, "environment.garbage", own.gridCode(1, 1));
        Casework.step(
                ownCentre,
                "casePartAsk",
                Casework.with(asking(id, unit, "请清运"), "limit", Map.of("amount", 3, "unit", "WORKING_DAY")));
        OffsetDateTime due =
                OffsetDateTime.parse(read(ownCentre, id).at("/parts/0/dueAt").asText());
        GraphqlClient administrator = own.administrator();
        int version = administrator
                .query("{ workCalendar { version } }")
                .at("/workCalendar/version")
                .asInt();
        administrator.mutate(
                "mutation ($input: WorkDaySetInput!) { workDaySet(input: $input) { calendar { version } } }",
                Casework.input(Map.of(
                        "date",
                        due.withOffsetSameInstant(ZoneOffset.ofHours(8))
                                .toLocalDate()
                                .toString(),
                        "workday",
                        false,
                        "reason",
                        "停电",
                        "version",
                        version)));
        Eventually.passes(() -> assertTrue(
                OffsetDateTime.parse(read(ownCentre, id).at("/parts/0/dueAt").asText())
                        .isAfter(due)));
    }
}
