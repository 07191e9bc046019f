package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Emergency teams: who is on duty, what they get and are told, and what becomes of it. */
@DisplayName("In an emergency cases go to the team that is on duty, which is told at once")
final class EmergencyTeamIT {
    private static final String RULE =
            "mutation ($input: DispatchRuleSaveInput!) { dispatchRuleSave(input: $input) { rule { id } } }";
    private static final String SHIFT =
            "mutation ($input: DutyShiftAddInput!) { dutyShiftAdd(input: $input) { shift { id holderName removedAt unit { name } } } }";
    private static final String REMOVE =
            "mutation ($input: DutyShiftRemoveInput!) { dutyShiftRemove(input: $input) { shift { id removedAt } } }";
    private static final String ROSTER =
            "query ($u: ID!, $past: Boolean) { dutyShifts(unitId: $u, includePast: $past, first: 10) {"
                    + " edges { node { id holderName } } } }";
    private static final String CASE =
            "query ($id: ID!) { node(id: $id) { ... on Case { state assigneeName assigneeKind history { action actorName note } } } }";

    private County county;
    private GraphqlClient administrator;
    private GraphqlClient reporter;
    private GraphqlClient worker;
    private String team;
    private GraphqlClient officer;

    @BeforeEach
    void start() {
        county = OneHost.get().newCounty();
        administrator = county.administrator();
        reporter = county.resident(county.groupCode(1, 1, 1));
        worker = county.gridWorker(county.gridCode(1, 1));
        team = county.unit("防汛应急队", county.code());
        officer = county.unitOfficer(team);
    }

    private void rule(String unit, String division, String... classCode) {
        Map<String, Object> input =
                Map.of("profile", "EMERGENCY", "divisionId", county.divisionId(division), "unitId", unit);
        administrator.mutate(
                RULE, Casework.input(classCode.length == 0 ? input : Casework.with(input, "classCode", classCode[0])));
    }

    private String declare(String division) {
        return administrator
                .mutate(
                        "mutation ($input: EmergencyDeclareInput!) { emergencyDeclare(input: $input) { emergency { id } } }",
                        Casework.input(Map.of("divisionId", county.divisionId(division), "reason", "山洪预警")))
                .at("/emergencyDeclare/emergency/id")
                .asText();
    }

    private JsonNode end(String emergency, String openCases) {
        Map<String, Object> input = Map.of("emergencyId", emergency, "reason", "险情解除");
        return administrator
                .mutate(
                        "mutation ($input: EmergencyEndInput!) { emergencyEnd(input: $input) { emergency { openCases } } }",
                        Casework.input(openCases.isEmpty() ? input : Casework.with(input, "openCases", openCases)))
                .at("/emergencyEnd/emergency/openCases");
    }

    private String report(String classCode) {
        return Casework.report(county, reporter, classCode, county.gridCode(1, 1));
    }

    private JsonNode read(String id) {
        return administrator.query(CASE, Map.of("id", id)).at("/node");
    }

    private String assignee(String id) {
        return read(id).get("assigneeName").asText();
    }

    /** But for what the clocks did. */
    private List<String> actions(String id) {
        return read(id).get("history").findValuesAsText("action").stream()
                .filter(action -> !action.equals("TIGHTEN") && !action.equals("RESTORE"))
                .toList();
    }

    private Map<String, Object> shift(GraphqlClient of, OffsetDateTime since, OffsetDateTime until) {
        return Map.of("postId", Casework.post(of), "since", since.toString(), "until", until.toString());
    }

    private String onDuty(GraphqlClient of, int sinceHours, int untilHours) {
        OffsetDateTime now = OffsetDateTime.now();
        return administrator
                .mutate(SHIFT, Casework.input(shift(of, now.plusHours(sinceHours), now.plusHours(untilHours))))
                .at("/dutyShiftAdd/shift/id")
                .asText();
    }

    private static List<String> titles(GraphqlClient reader) {
        JsonNode edges = reader.query("{ messages(first: 50) { edges { node { title emergency } } } }", Map.of())
                .at("/messages/edges");
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> (edge.at("/node/emergency").asBoolean() ? "! " : "")
                        + edge.at("/node/title").asText())
                .toList();
    }

    @Test
    @DisplayName(
            "A team is called, gets the cases of the emergency, is told of each, and keeps them after the end unless they are to go back")
    void thereAndBack() {
        rule(team, county.code());
        String before = report("safety.flood");
        assertEquals(worker.name(), assignee(before));
        String emergency = declare(county.townCode());
        Eventually.passes(() -> assertEquals(1, titles(officer).size()));
        assertTrue(titles(officer).get(0).startsWith("! Emergency mode"), () -> titles(officer)
                .toString());
        String kept = report("safety.flood");
        assertEquals("防汛应急队", assignee(kept));
        assertEquals("UNIT", read(kept).get("assigneeKind").asText());
        assertTrue(titles(officer).get(0).startsWith("! Emergency case"), () -> titles(officer)
                .toString());
        assertEquals(worker.name(), assignee(before), "what is in somebody's hand stays there");
        Casework.step(county.countyCentre(), "caseDispatch", Map.of("caseId", before, "unitId", team));
        assertEquals(3, titles(officer).size(), "what is dispatched by hand is told of as well");
        assertEquals("KEEP", end(emergency, "").asText());
        Eventually.passes(() -> assertTrue(titles(officer).get(0).startsWith("! Back in usual times")));
        assertEquals(List.of("防汛应急队", "防汛应急队"), List.of(assignee(kept), assignee(before)));
        assertEquals(worker.name(), assignee(report("safety.flood")));
        Casework.step(officer, "caseHandle", Casework.handling(kept));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        assertEquals("DISPATCHED", sendBack(cadre, kept));
        assertEquals("防汛应急队", assignee(kept), "what it keeps it has until it is done");
        Casework.step(officer, "caseHandle", Casework.handling(kept));

        String again = declare(county.townCode());
        String returned = report("safety.flood");
        String handled = report("safety.flood");
        Casework.step(officer, "caseHandle", Casework.handling(handled));
        assertEquals("RETURN", end(again, "RETURN").asText());
        for (String id : List.of(returned, before)) {
            Eventually.passes(() -> assertEquals(worker.name(), assignee(id)));
            assertEquals("DISPATCHED", read(id).get("state").asText());
            List<String> steps = actions(id);
            assertEquals(List.of("STAND_DOWN", "DISPATCH"), steps.subList(steps.size() - 2, steps.size()));
        }
        assertEquals("HANDLED", read(handled).get("state").asText());
        assertEquals("防汛应急队", assignee(handled));
        assertEquals("AWAITING_DISPATCH", sendBack(cadre, handled), "it is not the team's any longer");
        assertTrue(read(handled).get("assigneeName").isNull());
        assertEquals(List.of(), titles(worker), "only the team is called");
    }

    private static String sendBack(GraphqlClient cadre, String id) {
        return Casework.step(cadre, "caseSendBack", Map.of("caseId", id, "reason", "还有"));
    }

    @Test
    @DisplayName("What a team has in a town stays with it where the county's emergency goes on")
    void nested() {
        rule(team, county.code());
        String ofCounty = declare(county.code());
        String ofTown = declare(county.townCode());
        String id = report("safety.flood");
        end(ofTown, "RETURN");
        Eventually.passes(() -> assertEquals(
                3,
                titles(officer).stream()
                        .filter(title -> title.contains("mode") || title.contains("usual"))
                        .count()));
        end(ofCounty, "RETURN");
        Eventually.passes(() -> assertEquals(worker.name(), assignee(id)));
        assertEquals(1, actions(id).stream().filter("STAND_DOWN"::equals).count());
    }

    @Test
    @DisplayName("A team whose roster has nobody on duty is passed over; of one that has, only those on duty are told")
    void roster() {
        GraphqlClient other = county.stranger();
        administrator.mutate(
                "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id } } }",
                Casework.input(Map.of(
                        "subject",
                        other.subject(),
                        "holderName",
                        other.name(),
                        "role",
                        "UNIT_OFFICER",
                        "unitId",
                        team,
                        "divisionId",
                        county.divisionId(county.code()))));
        String second = county.unit("预备应急队", county.code());
        GraphqlClient reserve = county.unitOfficer(second);
        rule(team, county.townCode(), "safety.flood");
        rule(second, county.code());
        onDuty(officer, 5, 10);
        String emergency = declare(county.code());
        assertEquals("预备应急队", assignee(report("safety.flood")));
        Eventually.passes(() -> assertEquals(2, titles(reserve).size()));
        assertEquals(List.of(), titles(officer));
        String shift = onDuty(officer, -1, 4);
        assertEquals("防汛应急队", assignee(report("safety.flood")));
        assertEquals(1, titles(officer).size());
        assertEquals(List.of(), titles(other), "is not on duty");
        assertEquals(
                2,
                administrator
                        .query(ROSTER, Map.of("u", team))
                        .at("/dutyShifts/edges")
                        .size());
        administrator.mutate(REMOVE, Casework.input(Map.of("shiftId", shift)));
        assertEquals("预备应急队", assignee(report("safety.flood")));
        assertEquals(
                1,
                administrator
                        .query(ROSTER, Map.of("u", team))
                        .at("/dutyShifts/edges")
                        .size());
        assertEquals(
                2,
                administrator
                        .query(ROSTER, Map.of("u", team, "past", true))
                        .at("/dutyShifts/edges")
                        .size());
        administrator.expectError(ErrorType.CONFLICT, "CONFLICT", REMOVE, Casework.input(Map.of("shiftId", shift)));
        end(emergency, "KEEP");
        assertFalse(assignee(report("safety.flood")).contains("应急队"));
    }

    @Test
    @DisplayName("A roster is made by a centre or the administrator, of officers' posts, within bounds")
    void refusals() {
        OffsetDateTime now = OffsetDateTime.now();
        Map<String, Object> input = shift(officer, now, now.plusHours(8));
        for (GraphqlClient nobody : List.of(worker, officer, reporter)) {
            nobody.expectError(ErrorType.FORBIDDEN, SHIFT, Casework.input(input));
        }
        county.townCentre(county.townCode()).expectError(ErrorType.FORBIDDEN, SHIFT, Casework.input(input));
        for (Map<String, Object> wrong : List.of(
                Casework.with(input, "until", now.minusHours(1).toString()),
                Casework.with(input, "until", now.plusDays(32).toString()),
                Casework.with(input, "since", now.plusDays(367).toString()),
                Casework.with(input, "since", now.minusDays(32).toString()))) {
            administrator.expectError(ErrorType.INVALID_INPUT, "INVALID_INPUT", SHIFT, Casework.input(wrong));
        }
        administrator.expectError(
                ErrorType.NOT_FOUND, SHIFT, Casework.input(Casework.with(input, "postId", Casework.post(worker))));
        reporter.expectError(ErrorType.FORBIDDEN, ROSTER, Map.of("u", team));
        JsonNode made =
                county.countyCentre().mutate(SHIFT, Casework.input(input)).at("/dutyShiftAdd/shift");
        assertEquals(officer.name(), made.get("holderName").asText());
        County another = OneHost.get().newCounty();
        another.administrator().expectError(ErrorType.NOT_FOUND, ROSTER, Map.of("u", team));
        assertTrue(another.administrator()
                .query(
                        "query ($id: ID!) { node(id: $id) { id } }",
                        Map.of("id", made.get("id").asText()))
                .at("/node")
                .isNull());
    }
}
