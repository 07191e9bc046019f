package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The clocks of cases, over the API; what is past is made past by dating it back. */
@DisplayName("Each stage of a case has its time, and nothing stops a clock but what is granted")
final class ClockIT {
    private static final String CLOCKS =
            """
            query ($id: ID!) { node(id: $id) { ... on Case {
              number state dueAt clockState suspendedUntil reportedAt version
              clocks { stage limit { amount unit } dueAt metAt state }
              requests { id kind stage amount until reason state requestedByName decidedByName decisionNote }
            } } }
            """;

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient gridWorker;
    private static GraphqlClient cadre;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        gridWorker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    private static JsonNode read(GraphqlClient reader, String id) {
        return reader.query(CLOCKS, Map.of("id", id)).at("/node");
    }

    private static OffsetDateTime time(JsonNode node) {
        return OffsetDateTime.parse(node.asText());
    }

    private static String report(String classCode) {
        return Casework.report(county, resident, classCode, county.gridCode(1, 1));
    }

    private static void refused(
            GraphqlClient actor, ErrorType type, String code, String mutation, Map<String, ?> input) {
        actor.expectError(type, code, Casework.document(mutation), Casework.input(input));
    }

    private static int execute(String statement) {
        try (Connection connection = OneHost.get().superuser();
                Statement one = connection.createStatement()) {
            return one.executeUpdate(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long number(String query) {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void sql(String set, String id) throws SQLException {
        String number = read(cadre, id).get("number").asText();
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            assertEquals(
                    1,
                    statement.executeUpdate("update lianhu_core.case_record set " + set + " where tenant_id = '"
                            + county.code() + "' and number = '" + number + "'"));
        }
    }

    @Test
    @DisplayName("The clocks begin with the report, and stop when somebody takes it up, answers and handles it")
    void stages() {
        String id = report("safety.hazard");
        JsonNode fresh = read(resident, id);
        OffsetDateTime reported = time(fresh.get("reportedAt"));
        assertEquals(List.of("RESPOND", "REPLY", "RESOLVE"), fresh.get("clocks").findValuesAsText("stage"));
        assertEquals(reported.plusMinutes(10), time(fresh.at("/clocks/0/dueAt")));
        assertEquals(reported.plusMinutes(30), time(fresh.at("/clocks/1/dueAt")));
        assertEquals(reported.plusHours(24), time(fresh.at("/clocks/2/dueAt")));
        assertEquals(fresh.at("/clocks/0/dueAt"), fresh.get("dueAt"));
        assertEquals("ON_TIME", fresh.get("clockState").asText());

        Casework.step(gridWorker, "caseReply", Map.of("caseId", id, "note", "马上去看"));
        JsonNode answered = read(resident, id);
        assertFalse(answered.at("/clocks/0/metAt").isNull());
        assertFalse(answered.at("/clocks/1/metAt").isNull());
        assertTrue(answered.at("/clocks/2/metAt").isNull());
        assertEquals(answered.at("/clocks/2/dueAt"), answered.get("dueAt"));

        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        JsonNode handled = read(resident, id);
        assertTrue(handled.get("dueAt").isNull());
        assertTrue(handled.get("clockState").isNull());
        Casework.step(cadre, "caseSendBack", Map.of("caseId", id, "reason", "还有"));
        assertFalse(read(resident, id).get("dueAt").isNull());
        Casework.step(gridWorker, "caseHandle", Casework.handling(id));
        Casework.step(cadre, "caseClose", Map.of("caseId", id));
        Casework.step(resident, "caseReopen", Map.of("caseId", id, "reason", "又有了"));
        JsonNode again = read(resident, id);
        assertTrue(again.at("/clocks/0/metAt").isNull());
        assertTrue(time(again.at("/clocks/0/dueAt")).isAfter(reported.plusMinutes(10)));
    }

    @Test
    @DisplayName("What is verified first has no clock to resolve before it is opened; opening it is to respond")
    void verification() {
        String id = report("building.illegal");
        assertEquals(2, read(resident, id).get("clocks").size());
        Casework.step(cadre, "caseAccept", Map.of("caseId", id));
        JsonNode opened = read(resident, id);
        assertEquals("WORKING_DAY", opened.at("/clocks/2/limit/unit").asText());
        assertEquals(20, opened.at("/clocks/2/limit/amount").asInt());
        assertFalse(opened.at("/clocks/0/metAt").isNull());
    }

    @Test
    @DisplayName("What is overdue, or nearly so, is found by it")
    void overdue() throws SQLException {
        String late = report("safety.hazard");
        String near = report("safety.hazard");
        String calm = report("safety.hazard");
        for (String id : List.of(late, near, calm)) {
            Casework.step(gridWorker, "caseReply", Map.of("caseId", id, "note", "马上去看"));
        }
        sql(
                "resolve_due_at = now() - interval '1 minute', due_at = now() - interval '1 minute',"
                        + " resolve_approaching_at = now() - interval '6 hours', approaching_at = now() - interval '6 hours'",
                late);
        sql("resolve_approaching_at = now() - interval '1 minute', approaching_at = now() - interval '1 minute'", near);
        assertEquals("OVERDUE", read(cadre, late).get("clockState").asText());
        assertEquals("OVERDUE", read(cadre, late).at("/clocks/2/state").asText());
        assertEquals("APPROACHING", read(cadre, near).get("clockState").asText());
        String list =
                "query ($o: Boolean, $a: Boolean) { cases(first: 100, overdue: $o, approaching: $a) { edges { node { id } } } }";
        String overdue = cadre.query(list, Map.of("o", true)).toString();
        assertTrue(overdue.contains(late) && !overdue.contains(near) && !overdue.contains(calm));
        String approaching = cadre.query(list, Map.of("a", true)).toString();
        assertTrue(approaching.contains(near) && !approaching.contains(late) && !approaching.contains(calm));
        Casework.step(gridWorker, "caseHandle", Casework.handling(late));
        assertFalse(cadre.query(list, Map.of("o", true)).toString().contains(late));
        assertEquals("OVERDUE", read(cadre, late).at("/clocks/2/state").asText(), "it was met too late");
    }

    @Test
    @DisplayName("More time is asked for by who has the case, granted by a cadre, and only once for a stage")
    void extensions() {
        String id = report("safety.hazard");
        Map<String, Object> ask = Map.of("caseId", id, "stage", "RESOLVE", "amount", 12, "reason", "等待配件");
        refused(cadre, ErrorType.FORBIDDEN, "FORBIDDEN", "caseRequestExtension", ask);
        refused(
                gridWorker,
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                "caseRequestExtension",
                Casework.with(ask, "amount", 0));
        Casework.step(gridWorker, "caseRequestExtension", ask);
        refused(gridWorker, ErrorType.PRECONDITION, "CASE_REQUEST_PENDING", "caseRequestExtension", ask);
        OffsetDateTime due = time(read(cadre, id).at("/clocks/2/dueAt"));
        String first = read(cadre, id).at("/requests/0/id").asText();
        assertEquals(0, read(resident, id).get("requests").size());
        Map<String, Object> denial = Map.of("caseId", id, "requestId", first, "reason", "配件有库存");
        refused(gridWorker, ErrorType.FORBIDDEN, "FORBIDDEN", "caseDeny", denial);
        Casework.step(cadre, "caseDeny", denial);
        assertEquals(due, time(read(cadre, id).at("/clocks/2/dueAt")));

        Casework.step(gridWorker, "caseRequestExtension", ask);
        String second = read(cadre, id).at("/requests/0/id").asText();
        assertNotEquals(first, second);
        Map<String, Object> grant = Map.of("caseId", id, "requestId", second, "note", "同意");
        Casework.step(cadre, "caseGrant", grant);
        JsonNode granted = read(gridWorker, id);
        assertEquals(due.plusHours(12), time(granted.at("/clocks/2/dueAt")));
        assertEquals(36, granted.at("/clocks/2/limit/amount").asInt());
        assertEquals("GRANTED", granted.at("/requests/0/state").asText());
        assertEquals(cadre.name(), granted.at("/requests/0/decidedByName").asText());
        refused(cadre, ErrorType.PRECONDITION, "CASE_REQUEST_DECIDED", "caseGrant", grant);
        refused(gridWorker, ErrorType.PRECONDITION, "CASE_EXTENDED", "caseRequestExtension", ask);
        refused(
                gridWorker,
                ErrorType.PRECONDITION,
                "CASE_CLOCK_MET",
                "caseRequestExtension",
                Casework.with(ask, "stage", "RESPOND"));
    }

    @Test
    @DisplayName("Clocks stand still once it is granted, and go on by themselves, or before")
    void suspensions() {
        String id = report("safety.hazard");
        Casework.step(gridWorker, "caseReply", Map.of("caseId", id, "note", "马上去看"));
        OffsetDateTime due = time(read(cadre, id).get("dueAt"));
        OffsetDateTime until =
                OffsetDateTime.now(ZoneId.of("Asia/Shanghai")).plusDays(3).withNano(0);
        Map<String, Object> ask = Map.of("caseId", id, "until", until.toString(), "reason", "等待雨停");
        refused(
                gridWorker,
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                "caseRequestSuspension",
                Casework.with(ask, "until", until.plusDays(90).toString()));
        refused(
                gridWorker,
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                "caseRequestSuspension",
                Casework.with(ask, "until", until.minusDays(4).toString()));
        Casework.step(gridWorker, "caseRequestSuspension", ask);
        assertEquals(due, time(read(cadre, id).get("dueAt")), "asking stops nothing");
        String request = read(cadre, id).at("/requests/0/id").asText();
        Casework.step(cadre, "caseGrant", Map.of("caseId", id, "requestId", request));
        JsonNode still = read(resident, id);
        assertEquals(until, time(still.get("suspendedUntil")));
        OffsetDateTime later = time(still.get("dueAt"));
        assertTrue(
                later.isAfter(due.plusDays(2)) && later.isBefore(due.plusDays(3).plusSeconds(2)), later::toString);

        Casework.step(cadre, "caseResume", Map.of("caseId", id));
        JsonNode goesOn = read(resident, id);
        assertTrue(goesOn.get("suspendedUntil").isNull());
        Duration lost = Duration.between(due, time(goesOn.get("dueAt"))).abs();
        assertTrue(lost.toMinutes() < 1, lost::toString);
        refused(cadre, ErrorType.PRECONDITION, "CASE_NOT_SUSPENDED", "caseResume", Map.of("caseId", id));
    }

    @Test
    @DisplayName("Over a unit a centre decides, and nobody on what one asked for oneself")
    void superiors() {
        String unit = county.unit("区应急局", county.code());
        GraphqlClient officer = county.unitOfficer(unit);
        GraphqlClient centre = county.countyCentre();
        String id = report("safety.hazard");
        Casework.step(centre, "caseDispatch", Map.of("caseId", id, "unitId", unit));
        Casework.step(
                officer,
                "caseRequestExtension",
                Map.of("caseId", id, "stage", "RESOLVE", "amount", 1, "reason", "等待检测"));
        Map<String, Object> grant = Map.of(
                "caseId", id, "requestId", read(centre, id).at("/requests/0/id").asText());
        refused(cadre, ErrorType.FORBIDDEN, "FORBIDDEN", "caseGrant", grant);
        Casework.step(centre, "caseGrant", grant);
    }

    @Test
    @DisplayName("A limit that is changed is for cases to come; a calendar that is changed is for open ones too")
    void changes() {
        County own = OneHost.get().newCounty();
        GraphqlClient administrator = own.administrator();
        GraphqlClient reporter = own.resident(own.groupCode(1, 1, 1));
        GraphqlClient village = own.cadre(own.villageCode(1));
        String id = Casework.report(own, reporter, "facility.road", own.gridCode(1, 1));
        JsonNode before = read(village, id);
        OffsetDateTime due = time(before.at("/clocks/2/dueAt"));
        administrator.mutate(
                "mutation ($input: CaseClassSaveInput!) { caseClassSave(input: $input) { change { version } } }",
                Casework.input(Map.of(
                        "classCode", "facility.road", "version", 0, "resolve", Map.of("amount", 1, "unit", "HOUR"))));
        assertEquals(due, time(read(village, id).at("/clocks/2/dueAt")));
        String later = Casework.report(own, reporter, "facility.road", own.gridCode(1, 1));
        assertEquals("HOUR", read(village, later).at("/clocks/2/limit/unit").asText());

        String copies =
                "select (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'number', 'copy-' || n))).*"
                        + " from lianhu_core.case_record c cross join generate_series(1, 1200) n where c.tenant_id = '"
                        + own.code()
                        + "' and c.resolve_due_at = (select max(resolve_due_at) from lianhu_core.case_record where tenant_id = c.tenant_id)";
        execute("insert into lianhu_core.case_record " + copies);

        int version = administrator
                .query("{ workCalendar { version } }")
                .at("/workCalendar/version")
                .asInt();
        LocalDate last = due.withOffsetSameInstant(ZoneOffset.ofHours(8)).toLocalDate();
        administrator.mutate(
                "mutation ($input: WorkDaySetInput!) { workDaySet(input: $input) { calendar { version } } }",
                Casework.input(Map.of("date", last.toString(), "workday", false, "reason", "停电", "version", version)));
        Eventually.passes(
                () -> assertTrue(time(read(village, id).at("/clocks/2/dueAt")).isAfter(due)));
        assertEquals(before.at("/clocks/0/dueAt"), read(village, id).at("/clocks/0/dueAt"), "minutes know no calendar");
        Eventually.passes(() -> assertEquals(
                0,
                number("select count(*) from lianhu_core.case_record where tenant_id = '" + own.code()
                        + "' and number like 'copy-%' and resolve_due_at <= '" + due + "'")));
    }
}
