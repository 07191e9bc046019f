package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a county and its towns are switched into emergency mode and back. */
@DisplayName("A county or a town is switched into emergency mode and back, and everything in it knows")
final class EmergencyIT {
    private static final String FIELDS =
            "id level reason declaredByName endReason endedByName endedAt division { code }"
                    + " history { action reason actorName }";
    private static final String DECLARE = "mutation ($input: EmergencyDeclareInput!) { emergencyDeclare(input: $input)"
            + " { emergency { " + FIELDS + " } } }";
    private static final String END = "mutation ($input: EmergencyEndInput!) { emergencyEnd(input: $input)"
            + " { emergency { " + FIELDS + " } } }";
    private static final String MODE =
            "query ($id: ID!) { emergencyMode(divisionId: $id) { isEmergency emergency { id level } division { code } } }";
    private static final String LIST = "query ($open: Boolean, $first: Int!, $after: String) { emergencies(open: $open,"
            + " first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }";
    private static final String CHANGES =
            "subscription ($id: ID!) { emergencyModeChanges(divisionId: $id) { isEmergency emergency { reason } } }";

    private static TestHost host;
    private static TwoCounties counties;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        counties = TwoCounties.of(host);
    }

    private static String town(County county) {
        return county.villageCode(1).substring(0, 9);
    }

    private static Map<String, Object> declaration(County county, String division, String reason) {
        return Map.of("divisionId", county.divisionId(division), "level", 2, "reason", reason);
    }

    private static String declare(GraphqlClient actor, Map<String, ?> input) {
        return actor.mutate(DECLARE, Casework.input(input))
                .at("/emergencyDeclare/emergency/id")
                .asText();
    }

    private static JsonNode end(GraphqlClient actor, String emergency) {
        return actor.mutate(END, Casework.input(Map.of("emergencyId", emergency, "reason", "险情解除")))
                .at("/emergencyEnd/emergency");
    }

    private static JsonNode mode(County county, GraphqlClient reader, String division) {
        return reader.query(MODE, Map.of("id", county.divisionId(division))).at("/emergencyMode");
    }

    private static String emergency(County county, String division) {
        return mode(county, county.administrator(), division)
                .at("/emergency/id")
                .asText();
    }

    @Test
    @DisplayName(
            "A town's emergency holds in its villages, the county's everywhere, the nearest first; the end restores what was")
    void switching() throws SQLException {
        County county = counties.first();
        GraphqlClient administrator = county.administrator();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        assertFalse(
                mode(county, cadre, county.gridCode(1, 1)).get("isEmergency").asBoolean());

        String ofTown = declare(administrator, declaration(county, town(county), "山洪预警"));
        assertEquals(ofTown, emergency(county, county.gridCode(1, 1)));
        assertFalse(mode(county, cadre, county.code()).get("isEmergency").asBoolean());
        assertTrue(mode(county, cadre, county.villageCode(2)).get("isEmergency").asBoolean());

        String ofCounty =
                declare(administrator, Map.of("divisionId", county.divisionId(county.code()), "reason", "低温雨雪冰冻"));
        assertEquals(ofCounty, emergency(county, county.code()));
        assertEquals(ofTown, emergency(county, county.villageCode(1)));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "EMERGENCY_OPEN",
                DECLARE,
                Casework.input(declaration(county, county.code(), "又一次")));

        JsonNode ended = end(administrator, ofTown);
        assertEquals(administrator.name(), ended.get("endedByName").asText());
        assertEquals("险情解除", ended.get("endReason").asText());
        assertEquals(2, ended.get("level").asInt());
        assertEquals(town(county), ended.at("/division/code").asText());
        assertEquals(
                List.of("DECLARE 山洪预警", "END 险情解除"),
                IntStream.range(0, 2)
                        .mapToObj(i -> ended.at("/history/" + i + "/action").asText() + " "
                                + ended.at("/history/" + i + "/reason").asText())
                        .toList());
        assertEquals(ofCounty, emergency(county, county.villageCode(1)));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "EMERGENCY_OVER",
                END,
                Casework.input(Map.of("emergencyId", ofTown, "reason", "再次")));

        JsonNode first = cadre.query(LIST, Map.of("first", 1)).at("/emergencies");
        assertEquals(ofCounty, first.at("/edges/0/node/id").asText());
        Map<String, Object> next =
                Map.of("first", 1, "after", first.at("/pageInfo/endCursor").asText());
        assertEquals(
                ofTown,
                cadre.query(LIST, next).at("/emergencies/edges/0/node/id").asText());
        assertEquals(
                1,
                cadre.query(LIST, Map.of("first", 9, "open", true))
                        .at("/emergencies/edges")
                        .size());

        end(administrator, ofCounty);
        assertFalse(
                mode(county, cadre, county.villageCode(1)).get("isEmergency").asBoolean());
        assertEquals(
                List.of("EmergencyDeclared", "EmergencyDeclared", "EmergencyEnded", "EmergencyEnded"), events(county));
    }

    private static List<String> events(County county) throws SQLException {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select string_agg(replace(type, 'io.lianhu.sdk.emergency.', ''), ',' order by position)"
                                + " from lianhu_core.event where type like 'io.lianhu.sdk.emergency.%' and tenant_id = '"
                                + county.code() + "'")) {
            rows.next();
            return List.of(rows.getString(1).split(",", -1));
        }
    }

    @Test
    @DisplayName("Of eight who declare at once one does, the others are told that it is open; so with the end")
    void race() throws Exception {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        Map<String, Object> input = declaration(county, county.code(), "地震");

        assertEquals(1, atOnce(administrator, DECLARE, input, "EMERGENCY_OPEN"));
        String open = emergency(county, county.code());
        assertEquals(1, atOnce(administrator, END, Map.of("emergencyId", open, "reason", "余震平息"), "EMERGENCY_OVER"));
        assertEquals(
                1,
                administrator
                        .query(LIST, Map.of("first", 9))
                        .at("/emergencies/edges")
                        .size());
    }

    private static int atOnce(GraphqlClient actor, String document, Map<String, ?> input, String refusal)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Answer> call = () -> actor.ask(document, Casework.input(input));
            int done = 0;
            for (Future<Answer> one : threads.invokeAll(Collections.nCopies(8, call))) {
                Answer answer = one.get();
                assertTrue(
                        answer.errors().stream().allMatch(error -> error.code().equals(refusal)), answer::toString);
                done += answer.errors().isEmpty() ? 1 : 0;
            }
            return done;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("Who listens to a village learns of its town's switch, and of no other county's")
    void live() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String village = county.divisionId(county.villageCode(1));
        Map<String, Object> input = declaration(county, town(county), "森林火险");
        try (GraphqlSubscription changes = cadre.subscribe(CHANGES, Map.of("id", village))) {
            assertFalse(changes.next().at("/emergencyModeChanges/isEmergency").asBoolean());
            County other = counties.second();
            String elsewhere = declare(other.administrator(), declaration(other, other.code(), "内涝"));
            String open = declare(administrator, input);
            assertEquals(
                    "森林火险",
                    changes.next().at("/emergencyModeChanges/emergency/reason").asText());
            end(administrator, open);
            assertTrue(changes.next().at("/emergencyModeChanges/emergency").isNull());
            end(other.administrator(), elsewhere);
        }
    }

    @Test
    @DisplayName("Only who may switches, only a county or a town, for a reason; another county's is not there")
    void refusals() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        Map<String, Object> input = declaration(county, county.code(), "台风");
        cadre.expectError(ErrorType.FORBIDDEN, DECLARE, Casework.input(input));
        county.stranger().expectError(ErrorType.FORBIDDEN, LIST, Map.of("first", 1));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "EMERGENCY_DIVISION",
                DECLARE,
                Casework.input(declaration(county, county.villageCode(1), "台风")));
        for (Map<String, Object> wrong : List.of(
                Casework.with(input, "reason", " "),
                Casework.with(input, "reason", "长".repeat(201)),
                Casework.with(input, "level", 0),
                Casework.with(input, "level", 5))) {
            administrator.expectError(ErrorType.INVALID_INPUT, DECLARE, Casework.input(wrong));
        }

        String open = declare(administrator, input);
        GraphqlClient elsewhere = counties.second().administrator();
        elsewhere.expectError(ErrorType.NOT_FOUND, END, Casework.input(Map.of("emergencyId", open, "reason", "越界")));
        elsewhere.expectError(ErrorType.NOT_FOUND, DECLARE, Casework.input(input));
        elsewhere.expectError(ErrorType.NOT_FOUND, MODE, Map.of("id", county.divisionId(county.code())));
        assertTrue(elsewhere
                .query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", open))
                .at("/node")
                .isNull());
    }
}
