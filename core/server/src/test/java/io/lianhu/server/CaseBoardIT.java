package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What who stands over cases sees of those whose time is nearly over, or over. */
@DisplayName("The board lists what is nearly over its time or over it, with who was told and who has not answered")
final class CaseBoardIT {
    private static final String BOARD =
            """
            query ($division: ID, $state: ClockState, $stage: CaseStage, $class: String, $level: EscalationLevel, $first: Int!, $after: String) {
              caseBoard(divisionId: $division, state: $state, stage: $stage, classCode: $class, level: $level, first: $first, after: $after) {
                edges { cursor node { id description dueAt clockState escalationFailure escalations {
                  id stage level fromLevel round limit { amount unit } dueAt overdueSeconds reason escalatedAt
                  receivers { holderName acknowledgedAt note }
                } } }
                pageInfo { hasNextPage endCursor }
              }
            }
            """;
    private static final String ACKNOWLEDGE =
            "mutation ($input: EscalationAcknowledgeInput!) { escalationAcknowledge(input: $input) { escalation { id"
                    + " receivers { holderName acknowledgedAt note } } } }";
    private static final String RULE =
            "mutation ($input: EscalationRuleSaveInput!) { escalationRuleSave(input: $input) { rule { classCode townPercent countyPercent } } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    /** Cases of a village, every second one nearly over and the others over, a minute apart: case i is due i minutes from now, or ago. */
    private static void fill(County county, String village, int cases, String classCode) {
        EscalationIT.sql(
                "insert into lianhu_core.case_record (tenant_id, id, number, source, class_code, description, state, division_id,"
                        + " division_code, assignee_kind, assignee_subject, assignee_name, urged, round, reported_at, version,"
                        + " resolve_amount, resolve_unit, resolve_since, resolve_approaching_at, resolve_due_at, approaching_at, due_at)"
                        + " select d.tenant_id, uuidv7(), 'B' || d.code || '" + classCode + "' || i, 'PATROL', '"
                        + classCode
                        + "', '第' || i || '件', 'DISPATCHED', d.id, d.code,"
                        + " 'GRID_WORKER', 'nobody', '网格员', 0, 0, now() - interval '90 days', 0, 90, 'HOUR', now() - interval '90 days',"
                        + " now() - interval '60 days', t.due, now() - interval '60 days', t.due from generate_series(1, "
                        + cases + ") i"
                        + " cross join lateral (select now() + interval '1 minute' * (case when i % 2 = 0 then i else -i end) as due) t"
                        + " join lianhu_core.division d on d.tenant_id = '" + county.code() + "' and d.code = '"
                        + village + "'");
    }

    private static Map<String, Object> asking(Object... keysAndValues) {
        Map<String, Object> variables = new HashMap<>(Map.of("first", 20));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            variables.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return variables;
    }

    private static List<String> described(GraphqlClient reader, Object... keysAndValues) {
        List<String> words = new ArrayList<>();
        reader.query(BOARD, asking(keysAndValues))
                .at("/caseBoard/edges")
                .forEach(edge -> words.add(edge.at("/node/description").asText()));
        return words;
    }

    private static JsonNode only(GraphqlClient reader) {
        JsonNode edges = reader.query(BOARD, asking()).at("/caseBoard/edges");
        assertEquals(1, edges.size(), edges::toString);
        return edges.at("/0/node");
    }

    private static String report(County county) {
        return Casework.report(
                county, county.resident(county.groupCode(1, 1, 1)), "safety.hazard", county.gridCode(1, 1));
    }

    private static void respondOverdue(County county, int minutes) {
        String due = "now() - interval '" + minutes + " minutes'";
        String approaching = due + " - interval '10 minutes'";
        EscalationIT.sql("update lianhu_core.case_record set respond_due_at = " + due + ", respond_approaching_at = "
                + approaching + ", due_at = " + due + ", approaching_at = " + approaching + " where tenant_id = '"
                + county.code() + "'");
    }

    @Test
    @DisplayName(
            "Soonest due first, of one's own place or one below it, by state, stage, class and level, page by page")
    void lists() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient centre = county.countyCentre();
        fill(county, county.villageCode(1), 4, "environment.garbage");
        fill(county, county.villageCode(2), 2, "facility.road");
        assertEquals(List.of("第3件", "第1件", "第2件", "第4件"), described(cadre));
        assertEquals(
                List.of("第3件", "第1件", "第1件", "第2件", "第2件", "第4件"), described(county.townCentre(county.townCode())));
        assertEquals(6, described(centre).size());
        String second = county.divisionId(county.villageCode(2));
        assertEquals(List.of("第1件", "第2件"), described(centre, "division", second));
        assertEquals(
                4,
                described(centre, "division", county.divisionId(county.villageCode(1)))
                        .size());
        assertEquals(List.of("第3件", "第1件"), described(cadre, "state", "OVERDUE"));
        assertEquals(List.of("第2件", "第4件"), described(cadre, "state", "APPROACHING"));
        assertEquals(List.of("第1件", "第2件"), described(centre, "class", "facility.road"));
        assertEquals(List.of(), described(centre, "stage", "REPLY"));
        assertEquals(6, described(centre, "stage", "RESOLVE").size());
        Eventually.passes(() -> assertEquals(List.of("第3件", "第1件"), described(cadre, "level", "VILLAGE")));
        assertEquals(List.of(), described(cadre, "level", "COUNTY"));

        List<String> paged = new ArrayList<>();
        String after = null;
        do {
            JsonNode page =
                    centre.query(BOARD, asking("first", 2, "after", after)).at("/caseBoard");
            page.get("edges").forEach(edge -> paged.add(edge.at("/node/id").asText()));
            after = page.at("/pageInfo/hasNextPage").asBoolean()
                    ? page.at("/pageInfo/endCursor").asText()
                    : null;
        } while (after != null);
        assertEquals(6, paged.stream().distinct().count());
        assertEquals(6, paged.size());
    }

    @Test
    @DisplayName("Nobody sees what lies beyond the own place, nor another county's")
    void permissions() {
        County county = host.newCounty();
        County other = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient foreign = other.cadre(other.villageCode(1));
        String id = report(county);
        respondOverdue(county, 1);
        Eventually.passes(() -> assertEquals(1, only(cadre).get("escalations").size()));
        String escalation = only(cadre).at("/escalations/0/id").asText();
        assertEquals(List.of(), described(foreign));
        assertEquals(List.of(), described(county.cadre(county.villageCode(2))));
        cadre.expectError(ErrorType.FORBIDDEN, BOARD, asking("division", county.divisionId(county.villageCode(2))));
        cadre.expectError(ErrorType.INVALID_INPUT, BOARD, asking("division", county.divisionId(county.gridCode(1, 1))));
        cadre.expectError(ErrorType.NOT_FOUND, BOARD, asking("division", other.divisionId(other.villageCode(1))));
        cadre.expectError(ErrorType.INVALID_INPUT, BOARD, asking("state", "ON_TIME"));
        cadre.expectError(ErrorType.INVALID_INPUT, BOARD, asking("after", "nonsense"));
        county.resident(county.groupCode(1, 1, 1)).expectError(ErrorType.FORBIDDEN, BOARD, asking());
        String node = "query ($id: ID!) { node(id: $id) { id } }";
        assertFalse(cadre.query(node, Map.of("id", escalation)).at("/node").isNull());
        String none = "query ($id: ID!) { node(id: $id) { ... on Case { escalations { id } escalationFailure } } }";
        JsonNode seen = county.gridWorker(county.gridCode(1, 1))
                .query(none, Map.of("id", id))
                .at("/node");
        assertEquals(0, seen.get("escalations").size());
        foreign.expectError(ErrorType.NOT_FOUND, ACKNOWLEDGE, answer(escalation, "已处理"));
        assertEquals(
                0,
                other.administrator()
                        .query(BOARD, asking())
                        .at("/caseBoard/edges")
                        .size());
    }

    private static Map<String, Object> answer(String escalation, String note) {
        return Casework.input(Map.of("escalationId", escalation, "note", note));
    }

    @Test
    @DisplayName("Who was told answers once; the board tells who has not, and why the case went up")
    void acknowledgements() {
        County county = host.newCounty();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient colleague = county.colleague(county.villageCode(1));
        GraphqlClient centre = county.countyCentre();
        report(county);
        respondOverdue(county, 1);
        Eventually.passes(() -> assertEquals(1, only(cadre).get("escalations").size()));
        JsonNode told = only(centre).at("/escalations/0");
        assertEquals("RESPOND", told.get("stage").asText());
        assertEquals("VILLAGE", told.get("level").asText());
        assertEquals(10, told.at("/limit/amount").asInt());
        assertTrue(told.get("overdueSeconds").asLong() >= 60);
        assertTrue(told.get("reason").asText().startsWith("Response was limited to 10 minutes"), told::toString);
        assertEquals(2, told.get("receivers").size(), told::toString);
        String id = told.get("id").asText();
        centre.expectError(ErrorType.FORBIDDEN, ACKNOWLEDGE, answer(id, "我来处理"));
        cadre.expectError(ErrorType.INVALID_INPUT, ACKNOWLEDGE, answer(id, " "));
        JsonNode receivers =
                cadre.mutate(ACKNOWLEDGE, answer(id, "已督促网格员")).at("/escalationAcknowledge/escalation/receivers");
        assertEquals(2, receivers.size());
        cadre.expectError(ErrorType.PRECONDITION, "ESCALATION_ACKNOWLEDGED", ACKNOWLEDGE, answer(id, "再说一次"));
        Map<String, String> notes = new TreeMap<>();
        only(centre)
                .at("/escalations/0/receivers")
                .forEach(one -> notes.put(
                        one.get("holderName").asText(), one.get("note").asText()));
        assertEquals(Map.of(cadre.name(), "已督促网格员", colleague.name(), "null"), notes);
    }

    @Test
    @DisplayName("A county says how fast cases go up, for a class or for all")
    void rules() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient town = county.townCentre(county.townCode());
        Map<String, Object> slow = Map.of("townPercent", 900, "countyPercent", 1000);
        cadre.expectError(ErrorType.FORBIDDEN, RULE, Casework.input(slow));
        administrator.expectError(
                ErrorType.INVALID_INPUT, RULE, Casework.input(Casework.with(slow, "countyPercent", 800)));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "CASE_CLASS_UNKNOWN",
                RULE,
                Casework.input(Casework.with(slow, "classCode", "no.such")));
        administrator.mutate(RULE, Casework.input(slow));
        report(county);
        respondOverdue(county, 60);
        Eventually.passes(() -> assertEquals(1, only(town).get("escalations").size()));
        assertEquals(1, only(town).get("escalations").size());
        administrator.mutate(
                RULE, Casework.input(Map.of("classCode", "safety.hazard", "townPercent", 0, "countyPercent", 1000)));
        respondOverdue(county, 60);
        Eventually.passes(() -> assertEquals(2, only(town).get("escalations").size()));
        JsonNode rules = administrator
                .query("{ escalationRules { classCode townPercent countyPercent changedByName } }")
                .at("/escalationRules");
        assertEquals(2, rules.size());
        assertTrue(rules.at("/0/classCode").isNull());
        assertEquals(0, rules.at("/1/townPercent").asInt());
    }

    @Test
    @DisplayName("A case that could not be escalated is shown with why")
    void failures() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        report(county);
        // no way of ours leads to a clock without its last quarter
        EscalationIT.sql(
                "update lianhu_core.case_record set respond_approaching_at = null, respond_due_at = now() - interval '1 minute',"
                        + " due_at = now() - interval '1 minute' where tenant_id = '" + county.code() + "'");
        String failures = "{ escalationFailures(first: 10) { edges { node { escalationFailure } } } }";
        Eventually.passes(() -> assertEquals(
                1, administrator.query(failures).at("/escalationFailures/edges").size()));
        assertFalse(administrator
                .query(failures)
                .at("/escalationFailures/edges/0/node/escalationFailure")
                .asText()
                .isBlank());
    }

    @Test
    @DisplayName("How many are on time, nearly over and over is counted by place, and what was met in time by day")
    void counts() {
        County county = host.newCounty();
        GraphqlClient centre = county.countyCentre();
        GraphqlClient administrator = county.administrator();
        fill(county, county.villageCode(1), 5, "environment.garbage");
        fill(county, county.villageCode(2), 2, "facility.road");
        String id = report(county);
        String counts = "query ($code: String!, $by: [CaseCountBy!]!, $measure: CaseMeasure!) { division(code: $code) {"
                + " caseCounts(measure: $measure, by: $by) { clockState stage inTime divisionCode day amount } } }";
        Map<String, Object> question = Map.of("code", county.code(), "by", List.of("VILLAGE"), "measure", "CLOCK");
        Map<String, Long> amounts = new TreeMap<>();
        centre.query(counts, question)
                .at("/division/caseCounts")
                .forEach(count -> amounts.put(
                        count.get("divisionCode").asText()
                                + count.get("clockState").asText(),
                        count.get("amount").asLong()));
        assertEquals(
                Map.of(
                        county.villageCode(1) + "OVERDUE", 3L,
                        county.villageCode(1) + "APPROACHING", 2L,
                        county.villageCode(1) + "ON_TIME", 1L,
                        county.villageCode(2) + "OVERDUE", 1L,
                        county.villageCode(2) + "APPROACHING", 1L),
                amounts);

        String live =
                "subscription ($id: ID!) { caseCountsChanged(divisionId: $id) { caseCounts(measure: CLOCK) { clockState amount } } }";
        Map<String, Object> all = Map.of("id", county.divisionId(county.code()));
        try (GraphqlSubscription changes = centre.subscribe(live, all)) {
            // time passes: what was on time is nearly over, without anybody doing anything
            EscalationIT.sql(
                    "update lianhu_core.case_record set due_at = now() + interval '1 second', approaching_at = now() - interval '1 hour'"
                            + " where class_code = 'safety.hazard' and tenant_id = '" + county.code() + "'");
            Eventually.holds("it is over, and counted so", () -> {
                Map<String, Long> now = new TreeMap<>();
                changes.next()
                        .at("/caseCountsChanged/caseCounts")
                        .forEach(count -> now.put(
                                count.get("clockState").asText(),
                                count.get("amount").asLong()));
                return now.equals(Map.of("OVERDUE", 5L, "APPROACHING", 3L));
            });
        }
        Casework.step(county.gridWorker(county.gridCode(1, 1)), "caseReply", Map.of("caseId", id, "note", "马上去看"));
        EscalationIT.sql("update lianhu_core.case_record set reply_due_at = reply_met_at - interval '1 minute'"
                + " where class_code = 'safety.hazard' and tenant_id = '" + county.code() + "'");
        JsonNode met = centre.query(counts, Map.of("code", county.code(), "by", List.of("DAY"), "measure", "MET"))
                .at("/division/caseCounts");
        Map<String, Boolean> inTime = new TreeMap<>();
        met.forEach(count -> {
            assertEquals(
                    LocalDate.now(ZoneId.of("Asia/Shanghai")).toString(),
                    count.get("day").asText());
            inTime.put(count.get("stage").asText(), count.get("inTime").asBoolean());
        });
        assertEquals(Map.of("RESPOND", true, "REPLY", false), inTime);
        assertEquals(
                0,
                administrator
                        .query("{ caseCountCheck { measure counted actual } }")
                        .at("/caseCountCheck")
                        .size());
    }

    @Test
    @DisplayName("Among 40,000 cases the board and the look for what is due are answered from an index")
    void plans() throws SQLException {
        County county = host.newCounty();
        StringBuilder plan = new StringBuilder();
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false); // nobody escalates what is not committed
            statement.execute(
                    "insert into lianhu_core.case_record (tenant_id, id, number, source, class_code, description, state, division_id,"
                            + " division_code, assignee_kind, urged, round, reported_at, version,"
                            + " resolve_amount, resolve_unit, resolve_since, resolve_approaching_at, resolve_due_at, approaching_at, due_at)"
                            + " select d.tenant_id, uuidv7(), 'P' || i, 'PATROL', 'environment.garbage', '第' || i || '件', 'DISPATCHED', d.id,"
                            + " substr(d.code, 1, 6) || lpad((i % 15)::text, 3, '0') || lpad((i % 150)::text, 3, '0'), 'GRID_WORKER', 0, 0,"
                            + " now(), 0, 90, 'HOUR', now(), t.due - interval '1 day', t.due, t.due - interval '1 day', t.due"
                            + " from generate_series(1, 40000) i cross join lateral (select now() + interval '1 minute' * (i - 3000) as due) t"
                            + " join lianhu_core.division d on d.tenant_id = '" + county.code() + "' and d.code = '"
                            + county.villageCode(1) + "'");
            statement.execute("analyze lianhu_core.case_watch, lianhu_core.case_record");
            statement.execute("set local lianhu.tenant = '" + county.code() + "'");
            statement.execute("set local role lianhu_core");
            for (String where : List.of(
                    "",
                    " and town_code = '" + county.code() + "007'",
                    " and village_code = '" + county.code() + "007007'",
                    " and stage = 'RESOLVE' and (due_at, case_id) > (now() - interval '1 day', uuidv7())")) {
                explain(
                        statement,
                        "select case_id, due_at from lianhu_core.case_watch where state <> 'ON_TIME' and due_at < now()"
                                + where + " order by due_at, case_id limit 21",
                        plan);
            }
            explain(
                    statement,
                    "select w.case_id from lianhu_core.case_watch w join lianhu_core.case_record c on c.tenant_id = w.tenant_id"
                            + " and c.id = w.case_id where w.escalate_at <= now() order by w.escalate_at, w.case_id limit 200"
                            + " for no key update of c skip locked",
                    plan);
            statement.execute("set local role lianhu_worker");
            explain(
                    statement,
                    "select t.code, w.escalate_at from unnest(array['" + county.code()
                            + "']) t (code) cross join lateral"
                            + " (select escalate_at from lianhu_core.case_watch where tenant_id = t.code and escalate_at <= now()"
                            + " order by escalate_at limit 1) w",
                    plan);
            connection.rollback();
        }
        String plans = plan.toString();
        assertFalse(plans.contains("Seq Scan"), plans);
        assertFalse(plans.contains("Sort Key"), plans);
        for (String index : List.of(
                "case_watch_county",
                "case_watch_town",
                "case_watch_village",
                "case_watch_escalate",
                "case_record_pkey")) {
            assertTrue(plans.contains(index), () -> index + " is not used:\n" + plans);
        }
    }

    private static void explain(Statement statement, String sql, StringBuilder plan) throws SQLException {
        try (ResultSet rows = statement.executeQuery("explain (costs off) " + sql)) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
    }
}
