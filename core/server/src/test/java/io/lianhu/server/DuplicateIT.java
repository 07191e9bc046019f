package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Duplicates, merging and its undoing, over GraphQL. */
@DisplayName("Cases that are the same are found, merged into one, and answered by one fix")
final class DuplicateIT {
    private static final String READ =
            """
            query ($id: ID!) { node(id: $id) { ... on Case { id number state dueAt stars round mergedCount closedAt
              clocks { stage dueAt metAt } parts { state } history { action toState note }
              mainCase { number state closedAt case { id } steps { action note } }
              duplicates { case { id number } distance samePlace sameClass hoursApart }
            } } }
            """;

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient neighbour;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        resident = county.resident(county.groupCode(1, 1, 1));
        neighbour = county.resident(county.groupCode(1, 1, 1));
    }

    private static void refused(
            GraphqlClient actor, ErrorType type, String code, String mutation, Map<String, ?> input) {
        actor.expectError(type, code, Casework.document(mutation), Casework.input(input));
    }

    private static JsonNode read(GraphqlClient reader, String id) {
        return reader.query(READ, Map.of("id", id)).at("/node");
    }

    private static String report(County where, GraphqlClient reporter, Map<String, ?> more) {
        Map<String, Object> input = Casework.with(
                Casework.reportInput("路灯不亮，请来看看", List.of()), "divisionId", where.divisionId(where.gridCode(1, 1)));
        for (Map.Entry<String, ?> one : more.entrySet()) {
            input = Casework.with(input, one.getKey(), one.getValue());
        }
        return reporter.mutate(Casework.document("caseReport"), Casework.input(input))
                .at("/caseReport/case/id")
                .asText();
    }

    private static String report(GraphqlClient reporter) {
        return report(county, reporter, Map.of());
    }

    private static Map<String, Object> merging(String main, String... cases) {
        return Map.of("mainId", main, "caseIds", List.of(cases));
    }

    private static void merge(String main, String... cases) {
        Casework.step(cadre, "caseMerge", merging(main, cases));
    }

    /** All that somebody was told. */
    private static String told(GraphqlClient reader) {
        return reader.query("{ messages(first: 100) { edges { node { title body } } } }")
                .at("/messages")
                .toString();
    }

    private static List<String> inbox(GraphqlClient reader) {
        return reader.inLanguage("zh-CN")
                .query("{ messages(first: 100) { edges { node { title body } } } }")
                .at("/messages/edges")
                .findValuesAsText("title");
    }

    @Test
    @DisplayName(
            "The nearest of the same broad class comes first, with distance and age; what is far, late or ended is not named")
    void suggestions() throws SQLException {
        County own = OneHost.get().newCounty();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        GraphqlClient village = own.cadre(own.villageCode(1));
        Map<String, Object> here = Map.of("latitude", 26.840000, "longitude", 106.590000);
        String first = report(own, reporter, here);
        String near = report(own, reporter, Map.of("latitude", 26.840100, "longitude", 106.590000));
        String nearer = report(
                own,
                reporter,
                Map.of("latitude", 26.840050, "longitude", 106.590000, "classCode", "environment.piles"));
        String far = report(own, reporter, Map.of("latitude", 26.990000, "longitude", 106.590000));
        String other = report(
                own, reporter, Map.of("latitude", 26.840000, "longitude", 106.590000, "classCode", "facility.road"));
        String ended = report(own, reporter, here);
        Casework.step(reporter, "caseWithdraw", Map.of("caseId", ended));
        String old = report(own, reporter, here);
        age(own, old, "400 days");

        JsonNode found = read(village, first).get("duplicates");
        assertEquals(List.of(nearer, near), ids(found), found::toString);
        assertEquals(6, found.at("/0/distance").asInt(), 1);
        assertEquals(11, found.at("/1/distance").asInt(), 1);
        assertFalse(found.at("/0/sameClass").asBoolean());
        assertTrue(found.at("/1/sameClass").asBoolean());
        assertEquals(0, found.at("/1/hoursApart").asInt());
        age(own, near, "30 hours");
        assertEquals(30, read(village, first).at("/duplicates/1/hoursApart").asInt());
        assertEquals(List.of(), ids(read(reporter, first).get("duplicates")), "not for who reports");
        assertEquals(
                List.of(), ids(read(own.gridWorker(own.gridCode(1, 1)), first).get("duplicates")));
        assertFalse(ids(read(village, other).get("duplicates")).contains(first));
        assertFalse(ids(read(village, far).get("duplicates")).contains(first));

        String words = report(own, reporter, Map.of("place", "老槐树下", "classCode", "order.stall"));
        String same = report(own, reporter, Map.of("place", "老槐树下", "classCode", "order.stall"));
        String elsewhere = report(own, reporter, Map.of("place", "村口", "classCode", "order.stall"));
        JsonNode placed = read(village, words).get("duplicates");
        assertEquals(List.of(same, elsewhere), ids(placed));
        assertTrue(placed.at("/0/samePlace").asBoolean());
        assertTrue(placed.at("/0/distance").isNull());
        assertFalse(placed.at("/1/samePlace").asBoolean());
    }

    private static List<String> ids(JsonNode duplicates) {
        return duplicates.findValuesAsText("id");
    }

    private static void age(County own, String id, String interval) throws SQLException {
        String number = Casework.read(own.countyCentre(), id).at("/node/number").asText();
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            assertEquals(
                    1,
                    statement.executeUpdate("update lianhu_core.case_record set reported_at = reported_at - interval '"
                            + interval + "' where tenant_id = '" + own.code() + "' and number = '" + number + "'"));
        }
    }

    @Test
    @DisplayName("One fix answers all who reported it: each sees how the main case goes, and rates it for oneself")
    void merged() {
        String main = report(resident);
        String other = report(neighbour);
        String number = read(cadre, main).get("number").asText();
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseMerge", merging(main, other));
        refused(resident, ErrorType.FORBIDDEN, "FORBIDDEN", "caseMerge", merging(main, other));
        merge(main, other);

        JsonNode seen = read(neighbour, other);
        assertEquals("MERGED", seen.get("state").asText());
        assertEquals(number, seen.at("/mainCase/number").asText());
        assertEquals("DISPATCHED", seen.at("/mainCase/state").asText());
        assertTrue(seen.at("/mainCase/case").isNull(), "the report of somebody else stays that one's");
        assertTrue(seen.get("dueAt").isNull(), "no clock runs");
        assertTrue(Casework.read(neighbour, main).at("/node").isNull());
        assertEquals(main, read(cadre, other).at("/mainCase/case/id").asText());
        assertEquals(1, read(cadre, main).get("mergedCount").asInt());
        assertEquals(
                List.of(other),
                cadre.query(
                                "query ($m: ID) { cases(first: 10, mergedInto: $m) { edges { node { id } } } }",
                                Map.of("m", main))
                        .at("/cases/edges")
                        .findValuesAsText("id"));
        assertTrue(inbox(neighbour).contains("您的上报已合并办理"));
        assertFalse(told(resident).contains(number), "whose case goes on has nothing to be told of");
        refused(neighbour, ErrorType.PRECONDITION, "CASE_STATE", "caseRate", Map.of("caseId", other, "stars", 5));
        refused(neighbour, ErrorType.PRECONDITION, "CASE_STATE", "caseWithdraw", Map.of("caseId", other));
        refused(resident, ErrorType.PRECONDITION, "CASE_FOLLOWED", "caseWithdraw", Map.of("caseId", main));

        Casework.step(gridWorker, "caseReply", Map.of("caseId", main, "note", "今天就去"));
        Casework.step(gridWorker, "caseHandle", Casework.handling(main));
        Casework.step(cadre, "caseClose", Map.of("caseId", main, "note", "已修好"));
        JsonNode answered = read(neighbour, other);
        assertEquals("CLOSED", answered.at("/mainCase/state").asText());
        assertEquals(
                List.of("REPLY", "HANDLE", "CLOSE"),
                answered.at("/mainCase/steps").findValuesAsText("action"));
        assertEquals("已修好", answered.at("/mainCase/steps/2/note").asText());
        assertFalse(answered.get("closedAt").isNull());
        assertTrue(inbox(neighbour)
                .containsAll(List.of("您反映的问题有新的回复，事件 " + number, "您反映的问题已处置，事件 " + number, "您反映的问题已办结，事件 " + number)));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseUnmerge", Map.of("caseId", other, "reason", "不是一回事"));

        Casework.step(neighbour, "caseRate", Map.of("caseId", other, "stars", 4));
        Casework.step(resident, "caseRate", Map.of("caseId", main, "stars", 5));
        assertEquals(4, read(neighbour, other).get("stars").asInt());
        refused(neighbour, ErrorType.PRECONDITION, "CASE_RATED", "caseRate", Map.of("caseId", other, "stars", 1));
        refused(
                neighbour,
                ErrorType.PRECONDITION,
                "CASE_STATE",
                "caseReopen",
                Map.of("caseId", other, "reason", "又坏了"));

        Casework.step(resident, "caseReopen", Map.of("caseId", main, "reason", "又坏了"));
        JsonNode again = read(neighbour, other);
        assertTrue(again.get("closedAt").isNull() && again.get("stars").isNull(), again::toString);
        assertEquals("DISPATCHED", again.at("/mainCase/state").asText());
        Casework.step(gridWorker, "caseHandle", Casework.handling(main));
        Casework.step(cadre, "caseClose", Map.of("caseId", main));
        Casework.step(neighbour, "caseRate", Map.of("caseId", other, "stars", 5));
        assertEquals(2, read(neighbour, other).get("round").asInt());
        assertEquals(List.of(), faults());
    }

    private static List<String> faults() {
        JsonNode faults = county.administrator()
                .query("{ caseCountCheck { __typename } }")
                .at("/caseCountCheck");
        return faults.findValuesAsText("__typename");
    }

    @Test
    @DisplayName(
            "A merging is undone while the main case is open: the case goes on where it was, and its clocks with it")
    void undone() {
        String main = report(resident);
        String other = report(neighbour);
        JsonNode before = read(cadre, other);
        merge(main, other);
        refused(cadre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseUnmerge", Map.of("caseId", other, "reason", " "));
        refused(
                gridWorker,
                ErrorType.FORBIDDEN,
                "FORBIDDEN",
                "caseUnmerge",
                Map.of("caseId", other, "reason", "不是一回事"));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseUnmerge", Map.of("caseId", main, "reason", "不是一回事"));
        assertEquals("DISPATCHED", Casework.step(cadre, "caseUnmerge", Map.of("caseId", other, "reason", "不是一回事")));
        JsonNode after = read(cadre, other);
        assertTrue(after.at("/clocks/2/metAt").isNull());
        Duration lost = Duration.between(
                OffsetDateTime.parse(before.at("/clocks/2/dueAt").asText()),
                OffsetDateTime.parse(after.at("/clocks/2/dueAt").asText()));
        assertTrue(!lost.plusSeconds(2).isNegative() && lost.toHours() < 20, lost::toString);
        assertTrue(after.get("mainCase").isNull());
        assertEquals(0, read(cadre, main).get("mergedCount").asInt());
        assertTrue(inbox(neighbour).stream().anyMatch(title -> title.endsWith("恢复单独办理")));
        assertEquals(
                List.of("REPORT", "DISPATCH", "MERGE", "UNMERGE"),
                after.get("history").findValuesAsText("action"));
        Casework.step(gridWorker, "caseHandle", Casework.handling(other));
        Casework.step(resident, "caseWithdraw", Map.of("caseId", main));
        assertEquals(List.of(), faults());
    }

    @Test
    @DisplayName(
            "What was merged into a merged case goes with it; ended cases, petitions, itself and foreign ones are refused")
    void chains() {
        String first = report(resident);
        String second = report(neighbour);
        String third = report(resident);
        merge(second, third);
        merge(first, second);
        assertEquals(first, read(cadre, third).at("/mainCase/case/id").asText());
        assertEquals(2, read(cadre, first).get("mergedCount").asInt());
        assertEquals(0, read(cadre, second).get("mergedCount").asInt());
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseMerge", merging(second, first));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseMerge", merging(first, third));
        refused(cadre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseMerge", merging(first, first));
        refused(cadre, ErrorType.INVALID_INPUT, "INVALID_INPUT", "caseMerge", merging(first));
        Casework.step(cadre, "caseUnmerge", Map.of("caseId", third, "reason", "另一处"));
        assertEquals("DISPATCHED", read(cadre, third).get("state").asText());
        assertEquals(1, read(cadre, first).get("mergedCount").asInt());

        String petition = report(county, resident, Map.of("classCode", "petition.petition"));
        refused(cadre, ErrorType.PRECONDITION, "CASE_PETITION", "caseMerge", merging(first, petition));
        refused(cadre, ErrorType.PRECONDITION, "CASE_PETITION", "caseMerge", merging(petition, third));
        Casework.step(resident, "caseWithdraw", Map.of("caseId", third));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseMerge", merging(first, third));
        refused(cadre, ErrorType.PRECONDITION, "CASE_STATE", "caseMerge", merging(third, first));

        GraphqlClient both = county.resident(county.groupCode(1, 1, 1));
        Casework.appoint(county, both, "VILLAGE_CADRE", county.villageCode(1));
        String own = report(both);
        refused(both, ErrorType.FORBIDDEN, "OWN_AFFAIR", "caseMerge", merging(first, own));

        County other = OneHost.get().newCounty();
        String theirs = report(other, other.resident(other.groupCode(1, 1, 1)), Map.of());
        refused(cadre, ErrorType.NOT_FOUND, "NOT_FOUND", "caseMerge", merging(first, theirs));
        refused(cadre, ErrorType.NOT_FOUND, "NOT_FOUND", "caseMerge", merging(theirs, first));

        Casework.step(cadre, "caseRefer", Map.of("caseId", first, "reason", "属于信访", "referredTo", "县信访局"));
        JsonNode ended = read(neighbour, second);
        assertEquals("REFERRED", ended.at("/mainCase/state").asText());
        assertEquals("属于信访", ended.at("/mainCase/steps/0/note").asText());
        refused(neighbour, ErrorType.PRECONDITION, "CASE_STATE", "caseRate", Map.of("caseId", second, "stars", 1));
        assertEquals(List.of(), faults());
    }

    @Test
    @DisplayName("Two who merge the same cases crosswise: one has it, the other reads why not")
    void crosswise() throws Exception {
        for (int i = 0; i < 4; i++) {
            String one = report(resident);
            String two = report(neighbour);
            AtomicInteger turn = new AtomicInteger();
            List<Answer> answers = CaseworkIT.atOnce(4, () -> {
                boolean first = turn.getAndIncrement() % 2 == 0;
                return cadre.ask(
                        Casework.document("caseMerge"), Casework.input(first ? merging(one, two) : merging(two, one)));
            });
            assertEquals(
                    1,
                    answers.stream().filter(answer -> answer.errors().isEmpty()).count(),
                    answers::toString);
            assertTrue(
                    answers.stream()
                            .flatMap(answer -> answer.errors().stream())
                            .map(ApiError::code)
                            .allMatch("CASE_STATE"::equals),
                    answers::toString);
        }
    }

    @Test
    @DisplayName("What is near is found from an index")
    void plan() throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local enable_seqscan = off");
            statement.execute("set local role lianhu_core");
            statement.execute("select set_config('lianhu.tenant', '" + county.code() + "', true)");
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery(
                    "explain select c.id from lianhu_core.case_record c"
                            + " where c.latitude is not null and c.latitude >= 26.8 and c.latitude <= 26.9 and c.longitude >= 106.5"
                            + " and c.longitude <= 106.6 and c.state in ('AWAITING_VERIFICATION', 'AWAITING_DISPATCH', 'DISPATCHED', 'HANDLED')")) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            connection.rollback();
            assertTrue(plan.toString().contains("case_near"), plan::toString);
        }
    }
}
