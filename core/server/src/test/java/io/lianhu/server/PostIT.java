package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Terms of posts, stand-ins, and who has which post where. */
@DisplayName("Posts have terms, and colleagues who stand in")
final class PostIT {
    private static final String APPOINT =
            "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id held until } } }";
    private static final String RENEW =
            "mutation ($input: PostRenewInput!) { postRenew(input: $input) { post { held until } } }";
    private static final String END = "mutation ($input: PostEndInput!) { postEnd(input: $input) { post { held } } }";
    private static final String STAND_IN =
            "mutation ($input: PostStandInInput!) { postStandIn(input: $input) { standIn { id holderName post { id } } } }";
    private static final String STAND_IN_END =
            "mutation ($input: PostStandInEndInput!) { postStandInEnd(input: $input) { standIn { until } } }";
    private static final String APPROVABLE = "{ residents(first: 1) { edges { cursor } } }";

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.secondReplica(); // whatever ends by itself may be ended by either
    }

    private static Map<String, Object> appointment(County county, GraphqlClient person, String role, String code) {
        return Map.of(
                "subject", person.subject(),
                "holderName", person.name(),
                "role", role,
                "divisionId", county.divisionId(code));
    }

    private static String soon(int seconds) {
        return Instant.now().plusSeconds(seconds).toString();
    }

    /** The post of the person whom the county's helper appointed there. */
    private static String postOf(GraphqlClient holder) {
        return holder.query("{ viewer { posts { id } } }")
                .at("/viewer/posts/0/id")
                .asText();
    }

    private static String reportAt(County county, GraphqlClient resident, String code) {
        return resident.mutate(
                        Casework.document("caseReport"),
                        Casework.input(Casework.with(
                                Casework.reportInput("转角处发现有垃圾", List.of()), "divisionId", county.divisionId(code))))
                .at("/caseReport/case/id")
                .asText();
    }

    private static String assignee(GraphqlClient reader, String about) {
        return Casework.read(reader, about).at("/node").path("assigneeName").asText();
    }

    private static List<String> actions(GraphqlClient reader, String about) {
        return StreamSupport.stream(
                        Casework.read(reader, about).at("/node/history").spliterator(), false)
                .map(step -> step.get("action").asText() + " "
                        + step.get("actorName").asText())
                .toList();
    }

    @Test
    @DisplayName("A term that is over ends by itself, once, and hands over what is open")
    void aTermEndsByItself() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String grid = county.gridCode(1, 2);
        GraphqlClient worker = county.stranger();
        String until = soon(4);
        String post = administrator
                .mutate(
                        APPOINT,
                        Casework.input(Casework.with(appointment(county, worker, "GRID_WORKER", grid), "until", until)))
                .at("/postAppoint/post/id")
                .asText();
        worker.renewToken();
        worker.query(APPROVABLE);
        List<String> cases = IntStream.range(0, 3)
                .mapToObj(n -> reportAt(county, resident, grid))
                .toList();
        cases.forEach(about -> assertEquals(worker.name(), assignee(administrator, about)));

        Eventually.passes(() -> worker.expectError(ErrorType.FORBIDDEN, APPROVABLE, Map.of()));
        for (String about : cases) {
            Eventually.passes(() -> assertEquals(
                    List.of("REPORT " + resident.name(), "DISPATCH 系统", "RELEASE 系统"),
                    actions(county.cadre(county.villageCode(1)).inLanguage("zh-CN"), about)));
        }
        administrator.expectError(ErrorType.PRECONDITION, "POST_OVER", RENEW, Casework.input(Map.of("postId", post)));
        administrator.mutate(APPOINT, Casework.input(appointment(county, worker, "GRID_WORKER", grid)));
    }

    @Test
    @DisplayName("A post begins when it is said to, is renewed, and ends once")
    void terms() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        GraphqlClient worker = county.stranger();
        Map<String, Object> appointment = appointment(county, worker, "GRID_WORKER", county.gridCode(1, 1));
        administrator.expectError(
                ErrorType.INVALID_INPUT, APPOINT, Casework.input(Casework.with(appointment, "until", soon(-1))));
        JsonNode future = administrator
                .mutate(APPOINT, Casework.input(Casework.with(appointment, "since", soon(3600))))
                .at("/postAppoint/post");
        assertFalse(future.get("held").asBoolean());
        worker.renewToken();
        worker.expectError(ErrorType.FORBIDDEN, APPROVABLE, Map.of());
        String id = future.get("id").asText();
        JsonNode renewed = administrator
                .mutate(RENEW, Casework.input(Map.of("postId", id, "until", soon(7200))))
                .at("/postRenew/post");
        assertFalse(renewed.get("until").isNull());
        assertTrue(administrator
                .mutate(RENEW, Casework.input(Map.of("postId", id)))
                .at("/postRenew/post/until")
                .isNull());
        administrator.mutate(END, Casework.input(Map.of("postId", id)));
        administrator.mutate(END, Casework.input(Map.of("postId", id)));
        county.cadre(county.villageCode(1))
                .expectError(ErrorType.FORBIDDEN, RENEW, Casework.input(Map.of("postId", id)));
    }

    @Test
    @DisplayName("Of two appointments of the same person at once, one is made")
    void twoAppointmentsAtOnce() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        Map<String, Object> input =
                Casework.input(appointment(county, county.stranger(), "VILLAGE_CADRE", county.villageCode(1)));
        List<String> codes = IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> administrator.ask(APPOINT, input)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .flatMap(answer -> answer.errors().stream())
                .map(ApiError::code)
                .toList();
        assertEquals(List.of("POST_HELD", "POST_HELD", "POST_HELD"), codes);
    }

    @Test
    @DisplayName(
            "Who stands in has what the post allows and its new work; what is open stays, or moves, and goes back in the end")
    void standIns() {
        County county = host.newCounty();
        String here = county.gridCode(1, 1);
        GraphqlClient holder = county.gridWorker(here);
        GraphqlClient colleague = county.gridWorker(county.gridCode(2, 1));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String before = reportAt(county, resident, here);
        assertTrue(Casework.read(colleague, before).at("/node").isNull());
        Map<String, Object> input =
                Map.of("postId", postOf(holder), "colleagueId", postOf(colleague), "until", soon(3600));

        String standIn = county.administrator()
                .mutate(STAND_IN, Casework.input(input))
                .at("/postStandIn/standIn/id")
                .asText();
        assertEquals(holder.name(), assignee(cadre, before));
        String during = reportAt(county, resident, here);
        assertEquals(colleague.name(), assignee(cadre, during));
        assertEquals(
                "HANDLED", Casework.step(colleague, "caseHandle", Casework.handling(reportAt(county, resident, here))));
        assertEquals(
                standIn,
                colleague
                        .query("{ viewer { standIns { id } } }")
                        .at("/viewer/standIns/0/id")
                        .asText());
        county.administrator().expectError(ErrorType.PRECONDITION, "POST_STOOD_IN", STAND_IN, Casework.input(input));

        List<CompletableFuture<Answer>> ends = IntStream.range(0, 3)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> cadre.ask(STAND_IN_END, Casework.input(Map.of("standInId", standIn)))))
                .toList();
        ends.forEach(end -> assertEquals(List.of(), end.join().errors()));
        assertEquals(holder.name(), assignee(cadre, during));
        assertEquals(3, actions(cadre, during).size());
        assertTrue(Casework.read(colleague, during).at("/node").isNull());

        county.administrator()
                .mutate(
                        STAND_IN,
                        Casework.input(Casework.with(Casework.with(input, "until", soon(3)), "moveOpenWork", true)));
        assertEquals(colleague.name(), assignee(cadre, before));
        Eventually.passes(() -> assertEquals(holder.name(), assignee(cadre, before)));
        colleague.expectError(
                ErrorType.NOT_FOUND, Casework.document("caseHandle"), Casework.input(Casework.handling(before)));
    }

    @Test
    @DisplayName("Only a colleague stands in, and a cadre arranges it for grid workers of the own village alone")
    void whoMayStandIn() {
        County county = host.newCounty();
        GraphqlClient holder = county.gridWorker(county.gridCode(1, 1));
        GraphqlClient colleague = county.gridWorker(county.gridCode(1, 2));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String post = postOf(holder);
        Map<String, Object> input = Map.of("postId", post, "colleagueId", postOf(colleague), "until", soon(3600));
        cadre.expectError(
                ErrorType.PRECONDITION,
                "POST_NO_COLLEAGUE",
                STAND_IN,
                Casework.input(Casework.with(input, "colleagueId", post)));
        for (GraphqlClient stranger : List.of(cadre, county.gridWorker(county.gridCode(2, 1)))) {
            cadre.expectError(
                    ErrorType.PRECONDITION,
                    "POST_NO_COLLEAGUE",
                    STAND_IN,
                    Casework.input(Casework.with(input, "colleagueId", postOf(stranger))));
        }
        cadre.expectError(ErrorType.FORBIDDEN, STAND_IN, Casework.input(Casework.with(input, "postId", postOf(cadre))));
        cadre.expectError(
                ErrorType.INVALID_INPUT, STAND_IN, Casework.input(Casework.with(input, "until", soon(400 * 86_400))));
        county.cadre(county.villageCode(2)).expectError(ErrorType.NOT_FOUND, STAND_IN, Casework.input(input));
        host.newCounty().administrator().expectError(ErrorType.NOT_FOUND, STAND_IN, Casework.input(input));

        county.administrator().mutate(STAND_IN, Casework.input(Casework.with(input, "postId", postOf(cadre))));
        colleague.query("{ posts(first: 10, divisionCode: \"" + county.villageCode(1) + "\") { edges { cursor } } }");
        county.administrator().mutate(END, Casework.input(Map.of("postId", postOf(colleague))));
        colleague.expectError(ErrorType.FORBIDDEN, APPROVABLE, Map.of());
    }

    @Test
    @DisplayName("A directory shows who has which post where, and its history who had it")
    void directoryAndHistory() {
        County county = host.newCounty();
        GraphqlClient centre = county.townCentre(county.townCode());
        GraphqlClient worker = county.gridWorker(county.gridCode(1, 1));
        county.cadre(county.villageCode(1));
        String second = Casework.appoint(county, worker, "GRID_WORKER", county.gridCode(1, 2));
        county.administrator().mutate(END, Casework.input(Map.of("postId", second)));

        assertEquals(
                List.of("TOWN_CENTRE"), roles(centre, "divisionCode: \"" + county.townCode() + "\", directly: true"));
        assertEquals(
                List.of("VILLAGE_CADRE"),
                roles(centre, "divisionCode: \"" + county.villageCode(1) + "\", directly: true"));
        assertEquals(
                List.of("VILLAGE_CADRE", "GRID_WORKER"),
                roles(centre, "divisionCode: \"" + county.villageCode(1) + "\""));
        assertEquals(List.of("GRID_WORKER"), roles(centre, "role: GRID_WORKER"));
        assertEquals(
                List.of("GRID_WORKER", "GRID_WORKER"),
                roles(centre, "includeEnded: true, holderOf: \"" + postOf(worker) + "\""));
        assertEquals(
                List.of("GRID_WORKER"),
                roles(centre, "includeEnded: true, divisionCode: \"" + county.gridCode(1, 2) + "\""));
        assertEquals(List.of(), roles(county.cadre(county.villageCode(2)), "role: GRID_WORKER"));
    }

    private static List<String> roles(GraphqlClient reader, String arguments) {
        JsonNode edges = reader.query("{ posts(first: 100, " + arguments + ") { edges { node { role holderName } } } }")
                .at("/posts/edges");
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/role").asText())
                .toList();
    }
}
