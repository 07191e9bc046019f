package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.devstack.ServerProcess;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The account of who did what. */
@DisplayName("Every change is a row of the county's audit trail, and a row that is tampered with is found")
final class AuditIT {
    private static final String FIELDS =
            "edges { cursor node { id at subject actorName roles action objectType objectIds reason outcome seq } }"
                    + " pageInfo { hasNextPage endCursor }";
    private static final String ENTRIES = "query ($subject: String, $objectId: ID, $action: String, $since: DateTime,"
            + " $until: DateTime, $first: Int!, $after: String) { auditEntries(subject: $subject, objectId: $objectId,"
            + " action: $action, since: $since, until: $until, first: $first, after: $after) { " + FIELDS + " } }";
    private static final String OWN = "{ viewerAuditEntries(first: 100) { " + FIELDS + " } }";
    private static final String CHECK =
            "query ($after: String) { auditCheck(after: $after) { checked through position fault { kind seq entryId } } }";

    private static County county;
    private static County other;
    private static GraphqlClient resident;
    private static GraphqlClient worker;
    private static String caseId;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        other = OneHost.get().newCounty();
        worker = county.gridWorker(county.gridCode(1, 1));
        resident = county.resident(county.groupCode(1, 1, 1));
        caseId = Casework.handled(resident, worker);
    }

    private static List<JsonNode> entries(County where, Map<String, ?> asked) {
        Map<String, Object> variables = new HashMap<>(asked);
        variables.putIfAbsent("first", 100);
        List<JsonNode> nodes = new ArrayList<>();
        where.administrator()
                .query(ENTRIES, variables)
                .at("/auditEntries/edges")
                .forEach(edge -> nodes.add(edge.get("node")));
        return nodes;
    }

    private static List<String> actions(List<JsonNode> entries) {
        return entries.stream().map(entry -> entry.get("action").asText()).toList();
    }

    @Test
    @DisplayName("Who changed what is told once, by actor, object, action and time, and to no other county")
    void everyChange() {
        JsonNode handled = entries(county, Map.of("objectId", caseId)).get(0);
        assertEquals("caseHandle", handled.get("action").asText());
        assertEquals(worker.subject(), handled.get("subject").asText());
        assertEquals(worker.name(), handled.get("actorName").asText());
        assertEquals("GRID_WORKER", handled.at("/roles/0").asText());
        assertEquals("Case", handled.get("objectType").asText());
        assertEquals(caseId, handled.at("/objectIds/0").asText());
        assertEquals("DONE", handled.get("outcome").asText());

        assertEquals(List.of("caseHandle", "caseReport"), actions(entries(county, Map.of("objectId", caseId))));
        assertTrue(actions(entries(county, Map.of("subject", worker.subject()))).contains("residentApprove"));
        assertEquals(
                List.of("caseReport"), actions(entries(county, Map.of("objectId", caseId, "action", "caseReport"))));
        String at = handled.get("at").asText();
        assertEquals(List.of("caseHandle"), actions(entries(county, Map.of("objectId", caseId, "since", at))));
        assertEquals(List.of("caseReport"), actions(entries(county, Map.of("objectId", caseId, "until", at))));
        assertEquals(List.of(), entries(other, Map.of("objectId", caseId)));
        assertFalse(entries(other, Map.of()).toString().contains(worker.subject()));

        List<JsonNode> all = entries(county, Map.of());
        assertEquals(
                all.get(1),
                entries(county, Map.of("first", 1, "after", cursor(all.get(0)))).get(0));
        for (GraphqlClient unentitled : List.of(resident, worker, county.cadre(county.villageCode(1)))) {
            unentitled.expectError(ErrorType.FORBIDDEN, ENTRIES, Map.of("first", 1));
            unentitled.expectError(ErrorType.FORBIDDEN, CHECK, Map.of());
        }
    }

    private static String cursor(JsonNode entry) {
        return io.lianhu.sdk.Connection.cursor(
                GlobalId.decode(entry.get("id").asText()).orElseThrow().uuid());
    }

    @Test
    @DisplayName("What is repeated by its key is told once, and what failed not at all")
    void onlyWhatHappened() {
        Map<String, Object> report =
                Casework.with(Casework.reportInput("井盖松动", List.of()), "idempotencyKey", "audited-once");
        String id = "";
        for (int i = 0; i < 2; i++) {
            id = resident.mutate(Casework.document("caseReport"), Casework.input(report))
                    .at("/caseReport/case/id")
                    .asText();
        }
        assertEquals(List.of("caseReport"), actions(entries(county, Map.of("objectId", id))));
        resident.expectError(
                ErrorType.PRECONDITION,
                Casework.document("caseRate"),
                Casework.input(Map.of("caseId", id, "stars", 5)));
        assertEquals(List.of("caseReport"), actions(entries(county, Map.of("objectId", id))));
    }

    @Test
    @DisplayName("Who tries what he may not is told, with what he tried it on")
    void refusals() {
        GraphqlClient curious = county.resident(county.groupCode(1, 1, 1));
        curious.expectError(ErrorType.FORBIDDEN, "{ residents(first: 5) { edges { node { name } } } }", Map.of());
        curious.expectError(
                ErrorType.FORBIDDEN, Casework.document("caseClose"), Casework.input(Map.of("caseId", caseId)));
        List<JsonNode> told = entries(county, Map.of("subject", curious.subject()));
        assertEquals(List.of("caseClose", "Query.residents", "residentRegister"), actions(told));
        assertEquals("REFUSED", told.get(0).get("outcome").asText());
        assertEquals(caseId, told.get(0).at("/objectIds/0").asText());
        assertEquals("REFUSED", told.get(1).get("outcome").asText());
        assertEquals("DONE", told.get(2).get("outcome").asText());
    }

    @Test
    @DisplayName("A resident reads who changed her record, and nothing else")
    void ownAccount() {
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        List<String> told = new ArrayList<>();
        for (JsonNode edge : person.query(OWN).at("/viewerAuditEntries/edges")) {
            told.add(edge.at("/node/actorName").asText("") + " "
                    + edge.at("/node/action").asText());
        }
        assertEquals(List.of(worker.name() + " residentApprove", " residentRegister"), told);
        person.expectError(
                ErrorType.FORBIDDEN, "{ viewerAuditEntries(first: 1) { edges { node { client } } } }", Map.of());
        String foreign =
                entries(county, Map.of("objectId", caseId)).get(0).get("id").asText();
        assertTrue(person.query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", foreign))
                .at("/node")
                .isNull());
        county.stranger().expectError(ErrorType.FORBIDDEN, OWN, Map.of());
    }

    /** Checks the whole trail; answers the fault, or nothing. */
    private static String fault(County where) {
        Map<String, Object> position = Map.of();
        while (true) {
            JsonNode check = where.administrator().query(CHECK, position).at("/auditCheck");
            if (!check.get("fault").isNull()) {
                return check.at("/fault/kind").asText() + " "
                        + check.at("/fault/seq").asText();
            }
            if (check.get("position").isNull()) {
                return "";
            }
            position = Map.of("after", check.get("position").asText());
        }
    }

    private static long sealed(County where) {
        List<JsonNode> all = entries(where, Map.of());
        Eventually.passes(() -> {
            List<Long> numbers = entries(where, Map.of()).stream()
                    .map(entry -> entry.get("seq").asLong())
                    .sorted()
                    .toList();
            assertEquals(LongStream.rangeClosed(1, all.size()).boxed().toList(), numbers);
        });
        return all.size();
    }

    private static void tamper(County where, String... statements) throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql.replace(":county", "tenant_id = '" + where.code() + "'"));
            }
        }
    }

    private static String nth(long seq) {
        return " :county and id = (select entry_id from lianhu_core.audit_seal where :county and seq = " + seq + ")";
    }

    @Test
    @DisplayName("Rows changed, removed or inserted past the application are found, the first of them by its number")
    void tampering() throws SQLException {
        County tampered = OneHost.get().newCounty();
        GraphqlClient reporter = tampered.resident(tampered.groupCode(1, 1, 1));
        for (int i = 0; i < 4; i++) {
            Casework.report(reporter, "路灯不亮");
        }
        long last = sealed(tampered);
        assertEquals("", fault(tampered));

        tamper(tampered, "update lianhu_core.audit_entry set subject = 'x' || subject where" + nth(3));
        assertEquals("CHANGED 3", fault(tampered));
        tamper(tampered, "update lianhu_core.audit_entry set subject = substr(subject, 2) where" + nth(3));
        assertEquals("", fault(tampered));

        tamper(
                tampered,
                "create table public.kept as select * from lianhu_core.audit_entry where" + nth(2),
                "delete from lianhu_core.audit_entry where" + nth(2));
        assertEquals("REMOVED 2", fault(tampered));
        tamper(tampered, "insert into lianhu_core.audit_entry select * from public.kept");
        assertEquals("", fault(tampered));

        tamper(
                tampered,
                "insert into lianhu_core.audit_entry select tenant_id, uuidv7(), at, subject, roles, action, object_type,"
                        + " objects, reason, outcome, request_id, client from public.kept");
        assertEquals("INSERTED null", fault(tampered));
        tamper(
                tampered,
                "delete from lianhu_core.audit_entry e where :county and not exists (select 1 from lianhu_core.audit_seal s"
                        + " where s.tenant_id = e.tenant_id and s.entry_id = e.id)",
                "drop table public.kept");
        assertEquals("", fault(tampered));

        tamper(
                tampered,
                "delete from lianhu_core.audit_entry where" + nth(last),
                "delete from lianhu_core.audit_seal where :county and seq = " + last,
                "update lianhu_core.audit_head set seq = seq - 1, hash = (select hash from lianhu_core.audit_seal"
                        + " where :county and seq = " + (last - 1) + ") where :county");
        assertEquals("REMOVED " + last, fault(tampered));
        assertEquals("", fault(county));

        ServerProcess.Ended found = OneHost.get().command("audit-check", tampered.code());
        assertEquals(1, found.exitCode(), found.output());
        assertTrue(found.output().contains(tampered.code() + ": REMOVED row " + last), found.output());
    }

    @Test
    @DisplayName("The command finds a chain that was made anew by the ends that the kept logs tell of")
    void command() throws IOException, SQLException {
        County checked = OneHost.get().newCounty();
        Casework.report(checked.resident(checked.groupCode(1, 1, 1)), "路灯不亮");
        long last = sealed(checked);
        List<String> told = new ArrayList<>();
        Eventually.passes(() -> {
            told.clear();
            told.addAll(OneHost.get().logged("Audit trail of " + checked.code() + " sealed to " + last + " "));
            assertEquals(1, told.size());
        });
        Path log = OneHost.get().scratchFolder().resolve("kept-" + checked.code() + ".log");
        Files.write(log, told);
        ServerProcess.Ended sound = OneHost.get().command("audit-check", "--log=" + log, checked.code());
        assertEquals(0, sound.exitCode(), sound.output());
        assertTrue(sound.output().contains(checked.code() + ": sound, " + last + " rows"), sound.output());

        Files.write(log, List.of(told.get(0).replaceFirst("[0-9a-f]{64}", "0".repeat(64))));
        ServerProcess.Ended anew = OneHost.get().command("audit-check", "--log=" + log, checked.code());
        assertEquals(1, anew.exitCode(), anew.output());
        assertTrue(anew.output().contains(checked.code() + ": CHANGED row " + last), anew.output());
        assertEquals(2, OneHost.get().command("audit-check", "Xiuwen").exitCode());
    }

    @Test
    @DisplayName("The application cannot change or remove a row, and a position that is none is refused")
    void appendOnly() throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select bool_or(has_table_privilege('lianhu_core', 'lianhu_core.' || t,"
                                + " 'update, delete, truncate')) from unnest(array['audit_entry', 'audit_seal', 'audit_object']) t")) {
            rows.next();
            assertFalse(rows.getBoolean(1));
        }
        county.administrator().expectError(ErrorType.INVALID_INPUT, CHECK, Map.of("after", "s-1"));
    }
}
