package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lists of cases: order, pages, filters, and what answers them among many. */
@DisplayName("Cases are listed by report or by due time, page by page, and found by who has them and when they came")
final class CaseListIT {
    private static final String LIST =
            "query ($o: CaseOrder, $a: String, $p: ID, $u: ID, $m: Boolean, $s: DateTime, $t: DateTime, $d: String, $n: Int = 3) {"
                    + " cases(first: $n, orderBy: $o, after: $a, postId: $p, unitId: $u, assignedToMe: $m, reportedSince: $s, reportedUntil: $t, divisionCode: $d) {"
                    + " edges { node { id dueAt reportedAt } } pageInfo { hasNextPage endCursor } } }";

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;
    private static GraphqlClient centre;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        centre = county.countyCentre();
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    private static String report(String classCode) {
        return Casework.report(county, resident, classCode, county.gridCode(1, 1));
    }

    /** All pages of a list. */
    private static List<JsonNode> all(GraphqlClient reader, Map<String, ?> variables) {
        List<JsonNode> nodes = new ArrayList<>();
        Map<String, Object> more = new HashMap<>(variables);
        JsonNode list;
        do {
            list = reader.query(LIST, more).at("/cases");
            list.get("edges").forEach(edge -> nodes.add(edge.get("node")));
            more.put("a", list.at("/pageInfo/endCursor").asText());
        } while (list.at("/pageInfo/hasNextPage").asBoolean());
        return nodes;
    }

    private static List<String> ids(List<JsonNode> nodes) {
        return nodes.stream().map(node -> node.get("id").asText()).toList();
    }

    @Test
    @DisplayName("By due time what is over first comes first, what is met last, and each once over all pages")
    void byDueTime() {
        List<String> made = new ArrayList<>();
        for (String classCode : List.of("facility.road", "safety.hazard", "environment.garbage", "environment.piles")) {
            made.add(report(classCode));
        }
        String handled = report("safety.hazard");
        Casework.step(gridWorker, "caseHandle", Casework.handling(handled));
        String other = report("safety.hazard");
        Casework.step(gridWorker, "caseHandle", Casework.handling(other));

        for (GraphqlClient reader : List.of(gridWorker, cadre, centre, resident)) {
            List<JsonNode> nodes = all(reader, Map.of("o", "DUE"));
            List<String> ids = ids(nodes);
            assertEquals(ids.stream().distinct().toList(), ids);
            assertTrue(ids.containsAll(made), ids::toString);
            List<OffsetDateTime> dues = nodes.stream()
                    .filter(node -> !node.get("dueAt").isNull())
                    .map(node -> OffsetDateTime.parse(node.get("dueAt").asText()))
                    .toList();
            assertEquals(dues.stream().sorted().toList(), dues);
            assertTrue(nodes.subList(0, dues.size()).stream()
                    .noneMatch(node -> node.get("dueAt").isNull()));
            assertTrue(ids.indexOf(handled) < ids.indexOf(other) && ids.indexOf(handled) >= dues.size());
            List<String> newest = ids(all(reader, Map.of("o", "NEWEST")));
            assertEquals(
                    ids.stream().sorted().toList(), newest.stream().sorted().toList());
            assertTrue(newest.indexOf(other) < newest.indexOf(handled));
        }
        String cursor = cadre.query(LIST, Map.of("o", "DUE"))
                .at("/cases/pageInfo/endCursor")
                .asText();
        cadre.expectError(ErrorType.INVALID_INPUT, "INVALID_INPUT", LIST, Map.of("o", "NEWEST", "a", cursor));
        for (String wrong : List.of("nonsense", "|", "MjAyNg", "eHx5")) {
            cadre.expectError(ErrorType.INVALID_INPUT, "INVALID_INPUT", LIST, Map.of("o", "DUE", "a", wrong));
        }
    }

    @Test
    @DisplayName("A case that is handled between two pages leaves none of the others out")
    void between() {
        County own = OneHost.get().newCounty();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        GraphqlClient worker = own.gridWorker(own.gridCode(1, 1));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(Casework.report(own, reporter, "safety.hazard", own.gridCode(1, 1)));
        }
        JsonNode first =
                worker.query(LIST, Map.of("o", "DUE", "m", true, "n", 2)).at("/cases");
        Casework.step(worker, "caseHandle", Casework.handling(made.get(1)));
        JsonNode rest = worker.query(
                        LIST,
                        Map.of(
                                "o",
                                "DUE",
                                "m",
                                true,
                                "a",
                                first.at("/pageInfo/endCursor").asText()))
                .at("/cases/edges");
        assertEquals(made.subList(2, 5), rest.findValuesAsText("id"));
    }

    @Test
    @DisplayName("Cases are found by the grid worker or unit that has them, and by when they were reported")
    void filters() {
        String unit = county.unit("县住建局", county.code());
        String own = report("facility.water");
        String given = report("facility.water");
        Casework.step(centre, "caseDispatch", Map.of("caseId", given, "unitId", unit));
        List<String> worker = ids(all(centre, Map.of("p", Casework.post(gridWorker))));
        assertTrue(worker.contains(own) && !worker.contains(given), worker::toString);
        assertEquals(List.of(given), ids(all(centre, Map.of("u", unit, "o", "DUE"))));
        assertEquals(List.of(), ids(all(centre, Map.of("p", Casework.post(county.gridWorker(county.gridCode(1, 2)))))));

        String at = cadre.query("query ($id: ID!) { node(id: $id) { ... on Case { reportedAt } } }", Map.of("id", own))
                .at("/node/reportedAt")
                .asText();
        assertTrue(ids(all(cadre, Map.of("s", at))).containsAll(List.of(own, given)));
        List<String> before = ids(all(cadre, Map.of("t", at)));
        assertFalse(before.contains(own) || before.contains(given));
        assertEquals(
                List.of(own),
                ids(all(
                        cadre,
                        Map.of(
                                "s",
                                at,
                                "t",
                                OffsetDateTime.parse(at).plusNanos(1_000_000).toString()))));
    }

    @Test
    @DisplayName(
            "Among twenty thousand cases a village's newest, a to-do by due time, and a county by due time come from an index")
    void plans() throws SQLException {
        County large = OneHost.get().newCounty();
        GraphqlClient reporter = large.resident(large.groupCode(1, 1, 1));
        String unit = large.unit("县住建局", large.code());
        Casework.report(large, reporter, "facility.road", large.gridCode(1, 1));
        String given = Casework.report(large, reporter, "facility.road", large.gridCode(1, 1));
        Casework.step(large.countyCentre(), "caseDispatch", Map.of("caseId", given, "unitId", unit));
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local session_replication_role = replica");
            statement.execute("insert into lianhu_core.case_record select (jsonb_populate_record(c, jsonb_build_object("
                    + "'id', uuidv7(), 'number', 'many-' || c.number || n, 'due_at', now() + n * interval '1 minute',"
                    + "'division_code', left(c.division_code, 9) || lpad((n % 200)::text, 3, '0') || '001',"
                    + "'assignee_subject', case when c.assignee_kind = 'UNIT' then null else 'worker-' || n % 300 end))).*"
                    + " from lianhu_core.case_record c cross join generate_series(1, 10000) n where c.tenant_id = '"
                    + large.code() + "'");
            statement.execute("analyze lianhu_core.case_record");
            statement.execute("set local lianhu.tenant = '" + large.code() + "'");
            statement.execute("set local role lianhu_core");
            String village = large.code() + "001";
            fromIndex(
                    statement,
                    "c.division_code >= '" + village + "007' and c.division_code < '" + village + "008'",
                    "c.id desc",
                    "case_division");
            fromIndex(
                    statement,
                    "c.assignee_subject = 'worker-7' and c.due_at is not null",
                    "c.due_at, c.id",
                    "case_assignee_due");
            fromIndex(
                    statement,
                    "c.assignee_unit_id = (select id from lianhu_core.org_unit limit 1) and c.due_at is not null",
                    "c.due_at, c.id",
                    "case_unit_due");
            fromIndex(
                    statement,
                    "c.division_code >= '" + large.code() + "' and c.division_code < '" + large.code()
                            + ":' and c.due_at is not null",
                    "c.due_at, c.id",
                    "case_due");
            connection.rollback();
        }
    }

    private static void fromIndex(Statement statement, String condition, String order, String index)
            throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows =
                statement.executeQuery("explain (analyze, costs off) select k.* from lianhu_core.case_record k"
                        + " where k.id in (select c.id from lianhu_core.case_record c where " + condition + " order by "
                        + order
                        + " limit 21)")) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
        assertFalse(plan.toString().contains("Seq Scan on case_record"), plan::toString);
        assertTrue(plan.toString().contains(index), plan::toString);
    }
}
