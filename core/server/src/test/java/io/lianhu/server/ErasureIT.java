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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is held on a person is erased on request, but for what has to be kept, and for as long as that")
final class ErasureIT {
    private static final String REQUEST =
            "mutation ($input: ErasureRequestInput!) { erasureRequest(input: $input) { erasure { id state } } }";
    private static final String APPROVE =
            "mutation ($input: ErasureApproveInput!) { erasureApprove(input: $input) { erasure { id state } } }";
    private static final String REFUSE =
            "mutation ($input: ErasureRefuseInput!) { erasureRefuse(input: $input) { erasure { id state } } }";
    private static final String WITHDRAW =
            "mutation ($input: ErasureWithdrawInput!) { erasureWithdraw(input: $input) { erasure { id state } } }";
    private static final String READ = "query ($id: ID!) { node(id: $id) { ... on Erasure { state"
            + " outcomes { section erased kept reason until } } } }";
    private static final String PLACE =
            "mutation ($input: LegalHoldPlaceInput!) { legalHoldPlace(input: $input) { hold { id } } }";
    private static final String RELEASE =
            "mutation ($input: LegalHoldReleaseInput!) { legalHoldRelease(input: $input) { hold { id } } }";
    private static final String KEEP =
            "mutation ($input: RetentionRuleSetInput!) { retentionRuleSet(input: $input) { rule { id days } } }";
    private static final String ME = "{ viewer { resident { id name household { id } } } }";

    private static JsonNode me(GraphqlClient person) {
        return person.query(ME).at("/viewer/resident");
    }

    private static String requested(GraphqlClient person) {
        return person.mutate(
                        REQUEST,
                        Casework.input(Map.of("name", me(person).get("name").asText())))
                .at("/erasureRequest/erasure/id")
                .asText();
    }

    private static Answer approve(GraphqlClient administrator, String erasure) {
        return administrator.ask(APPROVE, Casework.input(Map.of("erasureId", erasure)));
    }

    private static JsonNode until(GraphqlClient administrator, String erasure, String state) {
        Eventually.within(Duration.ofSeconds(30)).untilPasses(() -> {
            JsonNode now = administrator.query(READ, Map.of("id", erasure)).at("/node");
            assertEquals(state, now.get("state").asText(), now::toString);
        });
        return administrator.query(READ, Map.of("id", erasure)).at("/node");
    }

    private static String reason(JsonNode erasure, String section) {
        for (JsonNode outcome : erasure.get("outcomes")) {
            if (outcome.get("section").asText().equals(section)) {
                return outcome.get("reason").asText();
            }
        }
        throw new AssertionError(section + " is not in " + erasure);
    }

    /** All rows of the county's, as text, of the tables that could bear a name. */
    private static String rows(County county) throws SQLException {
        StringBuilder all = new StringBuilder();
        for (String table : List.of(
                "resident",
                "household",
                "case_record",
                "case_step",
                "photo",
                "message",
                "message_content",
                "notice_receipt",
                "audit_entry",
                "personal_reveal",
                "erasure",
                "erasure_outcome",
                "resident_gram",
                "resident_merge",
                "resident_merge_reference")) {
            try (Connection connection = OneHost.get().superuser();
                    Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("select coalesce(string_agg(t::text, chr(10)), '') from lianhu_core."
                                    + table + " t where tenant_id = '" + county.code() + "'")) {
                rows.next();
                all.append(rows.getString(1)).append('\n');
            }
        }
        return all.toString();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    @DisplayName(
            "Open cases are waited for; then nothing bears the person's name, cases keep their substance, and the trail is sound")
    void erased() throws SQLException {
        County county = OneHost.get().newCounty();
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient administrator = county.administrator();
        GraphqlClient second = county.stranger();
        Casework.appoint(county, second, "COUNTY_ADMINISTRATOR", county.code());
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        String id = me(person).get("id").asText();
        String name = me(person).get("name").asText();
        String subject = person.subject();
        String idNumber = People.idNumber(LocalDate.of(1961, 3, 4), 33);
        worker.mutate(
                People.document("residentUpdate"), Casework.input(Map.of("residentId", id, "idNumber", idNumber)));
        String caseId = Casework.report(person, "河边有垃圾", person.uploadPhoto(Photos.jpeg(8, 8)));
        cadre.mutate(
                "mutation ($input: ResidentMergeInput!) { residentMerge(input: $input) { merge { id } } }",
                Casework.input(Map.of(
                        "take",
                        List.of(),
                        "keptId",
                        id,
                        "otherId",
                        People.record(worker, People.said(county, county.groupCode(1, 1, 1), name)))));

        person.expectError(
                ErrorType.INVALID_INPUT, "ERASURE_CONFIRMATION", REQUEST, Casework.input(Map.of("name", "别人")));
        String erasure = requested(person);
        person.expectError(ErrorType.PRECONDITION, "ERASURE_OPEN", REQUEST, Casework.input(Map.of("name", name)));
        assertTrue(rows(county).contains(name));

        List<Answer> answers = Stream.of(administrator, second)
                .map(one -> CompletableFuture.supplyAsync(() -> approve(one, erasure)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertEquals(1, answers.stream().filter(one -> one.errors().isEmpty()).count(), answers::toString);

        JsonNode waiting = until(administrator, erasure, "PARTLY");
        assertEquals("OPEN_CASES", reason(waiting, "resident"));
        assertEquals("OPEN_CASES", reason(waiting, "case_record"));
        assertEquals("null", reason(waiting, "message"));
        assertEquals(name, me(person).get("name").asText(), "who waits for a case keeps the record");

        worker.mutate(
                Casework.document("caseHandle"),
                Casework.input(Map.of(
                        "caseId", caseId, "note", "已清理", "photoIds", List.of(worker.uploadPhoto(Photos.jpeg(8, 8))))));
        cadre.mutate(Casework.document("caseClose"), Casework.input(Map.of("caseId", caseId, "note", "已核查")));
        administrator.mutate(KEEP, Casework.input(Map.of("kind", "CASES", "days", 365, "basis", "县档案管理办法")));
        Eventually.within(Duration.ofSeconds(20))
                .untilPasses(() -> assertEquals(
                        "CASES_RETENTION",
                        reason(administrator.query(READ, Map.of("id", erasure)).at("/node"), "case_record")));
        Eventually.within(Duration.ofSeconds(20))
                .untilPasses(() -> assertEquals(
                        "null",
                        reason(administrator.query(READ, Map.of("id", erasure)).at("/node"), "resident")));
        administrator.mutate(KEEP, Casework.input(Map.of("kind", "CASES", "days", 0, "basis", "县档案管理办法")));
        until(administrator, erasure, "DONE");

        String left = rows(county);
        for (String clear : List.of(name, subject, person.telephone(), idNumber)) {
            long known = left.lines().filter(line -> line.contains(clear)).count();
            long told = clear.equals(subject) ? auditRows(county, subject) : 0;
            assertEquals(told, known, () -> clear + " is still in " + left);
        }
        JsonNode seen = cadre.query(
                        "query ($id: ID!) { node(id: $id) { ... on Case { description state history { action actorName } } } }",
                        Map.of("id", caseId))
                .at("/node");
        assertEquals("河边有垃圾", seen.get("description").asText());
        assertTrue(seen.toString().contains("已注销"), seen::toString);
        assertEquals("ERASED", state(administrator, id));
        assertTrue(administrator
                .query("{ auditCheck { fault { kind } } }")
                .at("/auditCheck/fault")
                .isNull());
        person.expectError(ErrorType.FORBIDDEN, "{ viewerErasures(first: 1) { edges { node { id } } } }", Map.of());
    }

    private static String state(GraphqlClient reader, String resident) {
        return reader.query("query ($id: ID!) { node(id: $id) { ... on Resident { state } } }", Map.of("id", resident))
                .at("/node/state")
                .asText();
    }

    /** The trail keeps who did what under the id of a login that is nobody's here any more. */
    private static long auditRows(County county, String subject) throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select count(*) from lianhu_core.audit_entry where tenant_id = '"
                                + county.code() + "' and subject = '" + subject + "'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    @DisplayName("A request is withdrawn or refused, and never decided by who made it")
    void notErased() {
        County county = OneHost.get().newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        String name = me(person).get("name").asText();
        String id = me(person).get("id").asText();
        String first = requested(person);
        administrator.expectError(ErrorType.FORBIDDEN, WITHDRAW, Casework.input(Map.of("erasureId", first)));
        OneHost.get()
                .newCounty()
                .administrator()
                .expectError(ErrorType.NOT_FOUND, APPROVE, Casework.input(Map.of("erasureId", first)));
        person.expectError(ErrorType.FORBIDDEN, APPROVE, Casework.input(Map.of("erasureId", first)));
        person.mutate(WITHDRAW, Casework.input(Map.of("erasureId", first)));
        administrator.expectError(
                ErrorType.PRECONDITION, "ERASURE_STATE", APPROVE, Casework.input(Map.of("erasureId", first)));

        String second = requested(person);
        administrator.mutate(REFUSE, Casework.input(Map.of("erasureId", second, "reason", "涉诉材料需保留")));
        assertTrue(person.query("{ messages(first: 5) { edges { node { body } } } }")
                .data()
                .toString()
                .contains("涉诉材料需保留"));

        String third = administrator
                .mutate(REQUEST, Casework.input(Map.of("residentId", id, "name", name, "reason", "本人书面申请")))
                .at("/erasureRequest/erasure/id")
                .asText();
        administrator.expectError(
                ErrorType.FORBIDDEN, "OWN_AFFAIR", APPROVE, Casework.input(Map.of("erasureId", third)));
        county.cadre(county.villageCode(1))
                .expectError(
                        ErrorType.FORBIDDEN,
                        REQUEST,
                        Casework.input(Map.of("residentId", id, "name", name, "reason", "本人书面申请")));
    }

    @Test
    @DisplayName("Under a hold nothing is touched; once it is released, what a halt has left is done too")
    void held() throws SQLException {
        County county = OneHost.get().newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient person = county.resident(county.groupCode(1, 1, 1));
        String id = me(person).get("id").asText();
        String name = me(person).get("name").asText();
        String day = LocalDate.now(ZoneId.of("Asia/Shanghai")).plusDays(30).toString();
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                PLACE,
                Casework.input(Map.of("residentId", id, "reason", "诉讼", "until", "2001-01-01")));
        String hold = administrator
                .mutate(PLACE, Casework.input(Map.of("residentId", id, "reason", "诉讼", "until", day)))
                .at("/legalHoldPlace/hold/id")
                .asText();
        String erasure = requested(person);
        assertTrue(approve(administrator, erasure).errors().isEmpty());
        JsonNode kept = until(administrator, erasure, "PARTLY");
        kept.get("outcomes")
                .forEach(outcome ->
                        assertEquals("LEGAL_HOLD", outcome.get("reason").asText(), kept::toString));
        assertEquals(name, me(person).get("name").asText());

        String constraint = "halt_" + county.code();
        execute("alter table lianhu_core.resident add constraint " + constraint + " check (tenant_id <> '"
                + county.code() + "' or state <> 'ERASED') not valid");
        try {
            administrator.mutate(RELEASE, Casework.input(Map.of("holdId", hold, "reason", "诉讼终结")));
            administrator.expectError(
                    ErrorType.PRECONDITION,
                    "LEGAL_HOLD_RELEASED",
                    RELEASE,
                    Casework.input(Map.of("holdId", hold, "reason", "诉讼终结")));
            Eventually.within(Duration.ofSeconds(20))
                    .untilPasses(() -> assertEquals(
                            "null",
                            reason(
                                    administrator
                                            .query(READ, Map.of("id", erasure))
                                            .at("/node"),
                                    "household")));
            assertEquals(
                    "LEGAL_HOLD",
                    reason(administrator.query(READ, Map.of("id", erasure)).at("/node"), "resident"),
                    "it came to a halt there");
        } finally {
            execute("alter table lianhu_core.resident drop constraint " + constraint);
        }
        until(administrator, erasure, "DONE");
        assertFalse(rows(county).contains(name));
    }
}
