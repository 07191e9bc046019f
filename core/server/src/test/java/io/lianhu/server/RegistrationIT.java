package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a person becomes a resident of a county, or does not. */
@DisplayName("A registration is decided by somebody else, and upon the notice that is in force")
final class RegistrationIT {
    private static final String REGISTER =
            "mutation ($input: ResidentRegisterInput!) { residentRegister(input: $input) { resident { id state address } } }";
    private static final String APPROVE =
            "mutation ($input: ResidentApproveInput!) { residentApprove(input: $input) { resident { state } } }";
    private static final String REJECT =
            "mutation ($input: ResidentRejectInput!) { residentReject(input: $input) { resident { state decisionReason } } }";

    private static County county;
    private static String home;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        home = county.groupCode(1, 1, 1);
    }

    private static Map<String, Object> registration(String notice) {
        return Casework.input(Map.of(
                "name", "翟小梅", "divisionId", county.divisionId(home), "address", " 12号 ", "noticeVersion", notice));
    }

    private static String register(GraphqlClient person) {
        JsonNode resident = person.mutate(REGISTER, registration("1")).at("/residentRegister/resident");
        person.renewToken();
        assertEquals("PENDING", resident.get("state").asText());
        assertEquals("12号", resident.get("address").asText());
        return resident.get("id").asText();
    }

    @Test
    @DisplayName("Who was refused reads why, and may register again")
    void refusal() {
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient person = county.stranger();
        String id = register(person);
        Map<String, Object> refusal = Casework.input(Map.of("residentId", id, "reason", " 查无此户 "));
        person.expectError(ErrorType.FORBIDDEN, REJECT, refusal);
        JsonNode refused = worker.mutate(REJECT, refusal).at("/residentReject/resident");
        assertEquals("REJECTED", refused.get("state").asText());
        assertEquals("查无此户", refused.get("decisionReason").asText());
        assertEquals(
                "查无此户",
                person.query("{ viewer { resident { decisionReason } } }")
                        .at("/viewer/resident/decisionReason")
                        .asText());
        worker.expectError(ErrorType.PRECONDITION, "RESIDENT_DECIDED", REJECT, refusal);

        assertEquals(id, register(person));
        assertEquals(
                "APPROVED",
                worker.mutate(APPROVE, Casework.input(Map.of("residentId", id)))
                        .at("/residentApprove/resident/state")
                        .asText());
    }

    @Test
    @DisplayName("A grid worker decides on no registration of the grid worker's own")
    void ownRegistration() {
        GraphqlClient worker = county.stranger();
        Casework.appoint(county, worker, "GRID_WORKER", county.gridCode(1, 1));
        String id = register(worker);
        Map<String, Object> approval = Casework.input(Map.of("residentId", id));
        worker.expectError(ErrorType.FORBIDDEN, "OWN_AFFAIR", APPROVE, approval);
        worker.expectError(
                ErrorType.FORBIDDEN, "OWN_AFFAIR", REJECT, Casework.input(Map.of("residentId", id, "reason", "不再需要")));
        assertEquals(
                "APPROVED",
                county.gridWorker(county.gridCode(1, 1))
                        .mutate(APPROVE, approval)
                        .at("/residentApprove/resident/state")
                        .asText());
    }

    @Test
    @DisplayName("Consent to another notice than the county's present one is none")
    void notice() {
        assertEquals(
                "1",
                county.anonymous()
                        .query("{ county { noticeVersion } }")
                        .at("/county/noticeVersion")
                        .asText());
        var error = county.stranger()
                .inLanguage("zh-CN")
                .expectError(ErrorType.INVALID_INPUT, "INVALID_INPUT", REGISTER, registration("0"));
        assertEquals("noticeVersion", error.params().get("field").asText());
        assertTrue(error.message().contains("隐私政策版本"), error.message());
    }
}
