package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The clocks of cases in emergency mode, over the API; what is past is made past by dating it back. */
@DisplayName("In emergency mode cases run by its limits, and when it ends as if it had never been")
final class EmergencyClockIT {
    private static final String CASE =
            """
            query ($id: ID!) { node(id: $id) { ... on Case {
              number dueAt clockState reportedAt clocks { stage limit { amount unit } emergencyLimit { amount unit } dueAt state }
              history { action actorName note }
            } } }
            """;

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    /** A county of the test's own, and who acts in it. */
    private record Scene(County county, GraphqlClient administrator, GraphqlClient reporter, GraphqlClient worker) {
        static Scene fresh() {
            County county = host.newCounty();
            return new Scene(
                    county,
                    county.administrator(),
                    county.resident(county.groupCode(1, 1, 1)),
                    county.gridWorker(county.gridCode(1, 1)));
        }

        /** A case that somebody has answered, so that only the time to resolve it runs. */
        String answered(String classCode, String place) {
            String id = Casework.report(county, reporter, classCode, place);
            Casework.step(worker, "caseReply", Map.of("caseId", id, "note", "马上去看"));
            return id;
        }

        String answered(String classCode) {
            return answered(classCode, county.gridCode(1, 1));
        }

        JsonNode read(String id) {
            return administrator.query(CASE, Map.of("id", id)).at("/node");
        }

        OffsetDateTime due(String id) {
            return time(read(id).at("/clocks/2/dueAt"));
        }

        Declared declare(String division) {
            JsonNode emergency = administrator
                    .mutate(
                            "mutation ($input: EmergencyDeclareInput!) { emergencyDeclare(input: $input) { emergency { id declaredAt } } }",
                            Casework.input(Map.of("divisionId", county.divisionId(division), "reason", "山洪预警")))
                    .at("/emergencyDeclare/emergency");
            return new Declared(emergency.get("id").asText(), time(emergency.get("declaredAt")));
        }

        void end(Declared emergency) {
            administrator.mutate(
                    "mutation ($input: EmergencyEndInput!) { emergencyEnd(input: $input) { emergency { id } } }",
                    Casework.input(Map.of("emergencyId", emergency.id(), "reason", "险情解除")));
        }

        List<String> history(String id) {
            return read(id).get("history").findValuesAsText("action");
        }

        String number(String id) {
            return read(id).get("number").asText();
        }

        /** Changes one case behind the platform's back. */
        void change(String id, String set) {
            assertEquals(
                    1,
                    execute("update lianhu_core.case_record set " + set + " where tenant_id = '" + county.code()
                            + "' and number = '" + number(id) + "'"));
        }
    }

    private record Declared(String id, OffsetDateTime at) {}

    private static OffsetDateTime time(JsonNode node) {
        return OffsetDateTime.parse(node.asText());
    }

    private static int execute(String statement) {
        try (Connection connection = host.superuser();
                Statement one = connection.createStatement()) {
            return one.executeUpdate(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long count(String query) {
        try (Connection connection = host.superuser();
                Statement one = connection.createStatement();
                ResultSet rows = one.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @DisplayName(
            "Open cases are tightened from the switch on and no later than before; the end gives each back what it had")
    void thereAndBack() {
        Scene scene = Scene.fresh();
        String road = scene.answered("facility.road");
        String gas = scene.answered("safety.gas");
        String flood = scene.answered("safety.flood");
        String question = scene.answered("service.question");
        String handled = scene.answered("facility.road");
        Casework.step(scene.worker(), "caseHandle", Casework.handling(handled));
        OffsetDateTime roadDue = scene.due(road);
        OffsetDateTime gasDue = scene.due(gas);
        OffsetDateTime floodDue = scene.due(flood);
        OffsetDateTime questionDue = scene.due(question);
        OffsetDateTime handledDue = scene.due(handled);

        Declared emergency = scene.declare(scene.county().code());
        Eventually.passes(() -> assertEquals(emergency.at().plusHours(24), scene.due(road)));
        JsonNode tight = scene.read(road);
        assertEquals(5, tight.at("/clocks/2/limit/amount").asInt());
        assertEquals(24, tight.at("/clocks/2/emergencyLimit/amount").asInt());
        assertEquals(tight.at("/clocks/2/dueAt"), tight.get("dueAt"));
        assertTrue(tight.at("/clocks/0/emergencyLimit").isNull(), "it was met before");
        assertEquals(emergency.at().plusHours(4), scene.due(flood));
        assertEquals(gasDue, scene.due(gas), "2 hours from the report are over before 24 from now");
        assertEquals(questionDue, scene.due(question), "a question has time in an emergency too");
        assertEquals(handledDue, scene.due(handled));
        JsonNode step = tight.get("history").get(tight.get("history").size() - 1);
        assertEquals("TIGHTEN", step.get("action").asText());
        assertEquals("the platform", step.get("actorName").asText());
        assertEquals("山洪预警", step.get("note").asText());
        assertFalse(scene.history(gas).contains("TIGHTEN"), "what does not change leaves no row");

        String during = scene.answered("facility.road");
        OffsetDateTime reported = time(scene.read(during).get("reportedAt"));
        assertEquals(reported.plusHours(24), scene.due(during));
        assertFalse(scene.history(during).contains("TIGHTEN"));
        Casework.step(
                scene.county().cadre(scene.county().villageCode(1)),
                "caseSendBack",
                Map.of("caseId", handled, "reason", "还有"));
        assertEquals(
                24, scene.read(handled).at("/clocks/2/emergencyLimit/amount").asInt());
        assertTrue(scene.due(handled).isBefore(handledDue), "what goes on again goes on in emergency mode");

        scene.end(emergency);
        Eventually.passes(() -> assertEquals(roadDue, scene.due(road)));
        assertEquals(floodDue, scene.due(flood));
        Eventually.passes(() ->
                assertTrue(scene.read(during).at("/clocks/2/emergencyLimit").isNull()));
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.ofHours(8));
        String usual = scene.answered("facility.road");
        if (reported.withOffsetSameInstant(now.getOffset()).toLocalDate().equals(now.toLocalDate())) {
            assertEquals(scene.due(usual), scene.due(during), "by the usual limit from its own beginning");
        }
        assertEquals(List.of("TIGHTEN", "RESTORE"), switches(scene.history(road)));
        assertEquals(List.of("RESTORE"), switches(scene.history(during)));
        assertEquals(List.of(), switches(scene.history(usual)));
    }

    private static List<String> switches(List<String> history) {
        return history.stream()
                .filter(action -> action.equals("TIGHTEN") || action.equals("RESTORE"))
                .toList();
    }

    @Test
    @DisplayName(
            "Of a town and its county the first emergency counts, and the end of one leaves what the other alone would have made")
    void nested() {
        Scene scene = Scene.fresh();
        String inTown = scene.answered("facility.road");
        OffsetDateTime usual = scene.due(inTown);
        Declared town = scene.declare(scene.county().townCode());
        Eventually.passes(() -> assertEquals(town.at().plusHours(24), scene.due(inTown)));
        Declared county = scene.declare(scene.county().code());
        assertEquals(town.at().plusHours(24), scene.due(inTown));
        scene.end(town);
        Eventually.passes(() -> assertEquals(county.at().plusHours(24), scene.due(inTown)));
        scene.end(county);
        Eventually.passes(() -> assertEquals(usual, scene.due(inTown)));
        assertEquals(List.of("TIGHTEN", "RESTORE", "RESTORE"), switches(scene.history(inTown)));
    }

    @Test
    @DisplayName("A town's emergency is not that of the rest of its county, and no county's is another's")
    void elsewhere() {
        Scene scene = Scene.fresh();
        Scene other = Scene.fresh();
        String inTown = scene.answered("facility.road");
        String moved = scene.answered("facility.road");
        scene.change(moved, "division_code = '" + scene.county().code() + "999001001'");
        String theirs = other.answered("facility.road");
        OffsetDateTime usual = scene.due(moved);
        OffsetDateTime theirUsual = other.due(theirs);
        Declared town = scene.declare(scene.county().townCode());
        Eventually.passes(() -> assertEquals(town.at().plusHours(24), scene.due(inTown)));
        assertEquals(usual, scene.due(moved));
        assertEquals(theirUsual, other.due(theirs));
    }

    @Test
    @DisplayName("What is overdue in an emergency stays so only where it is overdue by its usual limit too")
    void overdue() {
        Scene scene = Scene.fresh();
        String soon = scene.answered("facility.road");
        String late = scene.answered("facility.road");
        String past = "now() - interval '60 days'";
        scene.change(late, "resolve_since = " + past);
        Declared emergency = scene.declare(scene.county().code());
        for (String id : List.of(soon, late)) {
            Eventually.passes(() ->
                    assertFalse(scene.read(id).at("/clocks/2/emergencyLimit").isNull()));
        }
        assertEquals("OVERDUE", scene.read(late).get("clockState").asText());
        scene.change(soon, "resolve_due_at = now() - interval '1 hour', due_at = now() - interval '1 hour'");
        assertEquals("OVERDUE", scene.read(soon).get("clockState").asText());
        scene.end(emergency);
        Eventually.passes(
                () -> assertEquals("ON_TIME", scene.read(soon).get("clockState").asText()));
        assertEquals("OVERDUE", scene.read(late).get("clockState").asText());
    }

    @Test
    @DisplayName(
            "A switch back while 1,100 cases are still being tightened leaves each as it was, and again with the next emergency")
    void manyAndSoon() {
        Scene scene = Scene.fresh();
        String id = scene.answered("facility.road");
        OffsetDateTime usual = scene.due(id);
        String county = scene.county().code();
        execute("insert into lianhu_core.case_record"
                + " select (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'number', 'copy-' || n))).*"
                + " from lianhu_core.case_record c cross join generate_series(1, 1100) n where c.tenant_id = '" + county
                + "'");
        for (int round = 0; round < 2; round++) {
            scene.end(scene.declare(county));
        }
        Declared last = scene.declare(county);
        String with = "select count(*) from lianhu_core.case_record where tenant_id = '" + county
                + "' and resolve_due_at = '";
        Eventually.passes(() -> assertEquals(1101, count(with + last.at().plusHours(24) + "'")));
        scene.end(last);
        Eventually.passes(() -> assertEquals(1101, count(with + usual + "'")));
        settled(county);
        assertEquals(1101, count(with + usual + "' and resolve_emergency_at is null"));
        String unlike = "select count(*) from (select case_id from lianhu_core.case_step where tenant_id = '" + county
                + "' group by case_id having count(*) filter (where action = 'TIGHTEN') < 1"
                + " or count(*) filter (where action = 'RESTORE') < 1) unlike";
        assertEquals(0, count(unlike), "each has it in its history");
    }

    /** Waits until no round of the county is still to be made. */
    private static void settled(String county) {
        Eventually.passes(() -> assertEquals(
                0,
                count("select count(*) from lianhu_core.event_delivery where tenant_id = '" + county
                        + "' and handler like 'core/%'")));
    }

    @Test
    @DisplayName("A case that cannot be reckoned stays as it is, and keeps no other from following")
    void broken() {
        Scene scene = Scene.fresh();
        String county = scene.county().code();
        String broken = Casework.report(
                scene.county(),
                scene.reporter(),
                "facility.road",
                scene.county().gridCode(1, 1));
        String number = scene.number(broken);
        scene.change(broken, "resolve_amount = 0");
        String road = scene.answered("facility.road");
        OffsetDateTime usual = scene.due(road);
        Declared emergency = scene.declare(county);
        Eventually.passes(() -> assertEquals(emergency.at().plusHours(24), scene.due(road)));
        scene.end(emergency);
        Eventually.passes(() -> assertEquals(usual, scene.due(road)));
        settled(county);
        assertEquals(
                1,
                count("select count(*) from lianhu_core.case_record where tenant_id = '" + county + "' and number = '"
                        + number + "' and respond_emergency_at is null and resolve_emergency_at is null"),
                "not half of its clocks either");
    }

    /** What is asked for by who has the case, and granted by a cadre of its village. */
    private static void granted(
            Scene scene, GraphqlClient cadre, String id, String mutation, Map<String, Object> asked) {
        Casework.step(scene.worker(), mutation, Casework.with(asked, "caseId", id));
        String request = cadre.query(
                        "query ($id: ID!) { node(id: $id) { ... on Case { requests { id } } } }", Map.of("id", id))
                .at("/node/requests/0/id")
                .asText();
        Casework.step(cadre, "caseGrant", Map.of("caseId", id, "requestId", request));
    }

    @Test
    @DisplayName("What is granted is for the emergency of which the case has not been told yet, too")
    void grantedBeforeItFollows() {
        Scene scene = Scene.fresh();
        String id = scene.answered("facility.road");
        Declared emergency = scene.declare(scene.county().code());
        Eventually.passes(() -> assertEquals(emergency.at().plusHours(24), scene.due(id)));
        String as = "resolve_emergency_at = null, resolve_emergency_amount = null, resolve_emergency_unit = null,"
                + " resolve_emergency_since = null, resolve_emergency_seconds_left = null";
        GraphqlClient cadre = scene.county().cadre(scene.county().villageCode(1));
        scene.change(id, as);
        granted(scene, cadre, id, "caseRequestExtension", Map.of("stage", "RESOLVE", "amount", 1, "reason", "等待配件"));
        assertEquals(24, scene.read(id).at("/clocks/2/emergencyLimit/amount").asInt());
        assertEquals(6, scene.read(id).at("/clocks/2/limit/amount").asInt());
        OffsetDateTime due = scene.due(id);
        assertTrue(due.isAfter(emergency.at().plusHours(24))
                && due.isBefore(emergency.at().plusDays(20)));
        scene.change(id, as);
        granted(
                scene,
                cadre,
                id,
                "caseRequestSuspension",
                Map.of("until", OffsetDateTime.now().plusDays(3).withNano(0).toString(), "reason", "等待雨停"));
        assertEquals(24, scene.read(id).at("/clocks/2/emergencyLimit/amount").asInt());
        scene.change(id, as);
        Casework.step(cadre, "caseResume", Map.of("caseId", id));
        assertEquals(24, scene.read(id).at("/clocks/2/emergencyLimit/amount").asInt());
    }

    @Test
    @DisplayName("What was used before a case stood still stays used when one of two emergencies ends")
    void nestedAndStill() {
        Scene scene = Scene.fresh();
        String id = scene.answered("facility.road");
        Declared county = scene.declare(scene.county().code());
        Declared town = scene.declare(scene.county().townCode());
        Eventually.passes(() -> assertEquals(county.at().plusHours(24), scene.due(id)));
        OffsetDateTime until = OffsetDateTime.now().plusDays(3).withNano(0);
        GraphqlClient cadre = scene.county().cadre(scene.county().villageCode(1));
        granted(scene, cadre, id, "caseRequestSuspension", Map.of("until", until.toString(), "reason", "等待雨停"));
        OffsetDateTime first = scene.due(id);
        scene.end(county);
        String follows = "select count(*) from lianhu_core.case_record where tenant_id = '"
                + scene.county().code() + "' and resolve_emergency_at = '" + town.at() + "'";
        Eventually.passes(() -> assertEquals(1, count(follows)));
        assertFalse(scene.due(id).isBefore(first));
        assertTrue(scene.due(id).isBefore(until.plusHours(24)), "some of the 24 hours were used");
        assertEquals(
                1,
                count(
                        follows
                                + " and resolve_governing_amount = 24 and resolve_governing_unit = 'HOUR' and resolve_whole_seconds = 24 * 60 * 60"));
        scene.end(town);
    }

    @Test
    @DisplayName("A case is not given to a team while the mode is being switched")
    void dispatchRace() throws Exception {
        Scene scene = Scene.fresh();
        County county = scene.county();
        String id = scene.answered("facility.road");
        String unit = county.unit("防汛应急队", county.code());
        GraphqlClient centre = county.countyCentre();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection connection = host.superuser();
                Statement change = connection.createStatement()) {
            connection.setAutoCommit(false);
            change.execute("select lianhu_core.lock_clocks('" + county.code() + "')");
            Future<String> dispatch =
                    threads.submit(() -> Casework.step(centre, "caseDispatch", Map.of("caseId", id, "unitId", unit)));
            waiting(change);
            connection.rollback();
            assertEquals("DISPATCHED", dispatch.get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("A county's own limits for emergency mode hold in it")
    void ownLimits() {
        Scene scene = Scene.fresh();
        scene.administrator()
                .mutate(
                        "mutation ($input: CaseClassSaveInput!) { caseClassSave(input: $input) { change { version"
                                + " emergencyResolve { amount unit } } } }",
                        Casework.input(Map.of(
                                "classCode",
                                "facility.road",
                                "version",
                                0,
                                "emergencyResolve",
                                Map.of("amount", 90, "unit", "MINUTE"))));
        Declared emergency = scene.declare(scene.county().code());
        String id = scene.answered("facility.road");
        JsonNode one = scene.read(id);
        assertEquals(time(one.get("reportedAt")).plusMinutes(90), scene.due(id));
        assertEquals("MINUTE", one.at("/clocks/2/emergencyLimit/unit").asText());
        assertEquals(10, one.at("/clocks/0/emergencyLimit/amount").asInt());
        scene.end(emergency);
    }

    @Test
    @DisplayName(
            "A case that comes in while the calendar or the mode is changed goes by the change, and a change waits for cases that come in")
    void race() throws Exception {
        Scene scene = Scene.fresh();
        County county = scene.county();
        LocalDate last = scene.due(scene.answered("facility.road"))
                .withOffsetSameInstant(ZoneOffset.ofHours(8))
                .toLocalDate();
        String tenant = "'" + county.code() + "'";
        String division =
                "(select id from lianhu_core.division where tenant_id = " + tenant + " and code = " + tenant + ")";
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Connection connection = host.superuser();
                Statement change = connection.createStatement()) {
            connection.setAutoCommit(false);
            change.execute("select lianhu_core.lock_clocks(" + tenant + ")");
            Future<String> report = threads.submit(
                    () -> Casework.report(county, scene.reporter(), "facility.road", county.gridCode(1, 1)));
            waiting(change);
            change.execute("insert into lianhu_core.work_calendar (tenant_id, id, version) values (" + tenant + ", "
                    + division + ", 1)");
            change.execute("insert into lianhu_core.work_decision (tenant_id, on_date, workday, reason) values ("
                    + tenant + ", '" + last + "', false, '停电')");
            connection.commit();
            String id = report.get();
            assertTrue(
                    scene.due(id)
                            .withOffsetSameInstant(ZoneOffset.ofHours(8))
                            .toLocalDate()
                            .isAfter(last),
                    "by the calendar as it became, though no signal told of it");

            change.execute("select lianhu_core.hold_clocks(" + tenant + ")");
            Future<Declared> declared = threads.submit(() -> scene.declare(county.code()));
            waiting(change);
            assertFalse(declared.isDone());
            connection.rollback();
            OffsetDateTime tight = declared.get().at().plusHours(24);
            Eventually.passes(() -> assertEquals(tight, scene.due(id)));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Waits until somebody waits for the lock that this connection holds. */
    private static void waiting(Statement holder) {
        Eventually.passes(() -> {
            try (ResultSet rows = holder.executeQuery(
                    "select count(*) from pg_locks w join pg_locks h using (locktype, classid, objid, objsubid)"
                            + " where w.locktype = 'advisory' and not w.granted and h.granted and h.pid = pg_backend_pid()")) {
                rows.next();
                assertEquals(1, rows.getInt(1));
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }
}
