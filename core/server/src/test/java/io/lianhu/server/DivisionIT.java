package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a county's divisions come, and what is no longer done in those that went. */
@DisplayName("Divisions are added below villages, and those that ended take in nothing new")
final class DivisionIT {
    private static final String GRID =
            "mutation ($input: GridCreateInput!) { gridCreate(input: $input) { division { id code kind name parent { code } } } }";
    private static final String GROUP =
            "mutation ($input: JointGroupCreateInput!) { jointGroupCreate(input: $input) { division { code kind name } } }";
    private static final String REGISTER =
            "mutation ($input: ResidentRegisterInput!) { residentRegister(input: $input) { resident { id } } }";
    private static final String APPOINT =
            "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id } } }";

    private static final String RENAME =
            "mutation ($input: DivisionRenameInput!) { divisionRename(input: $input) { division { name } } }";
    private static final String END =
            "mutation ($input: DivisionEndInput!) { divisionEnd(input: $input) { division { code } } }";

    private static TestHost host;
    private static County county;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        county = host.newCounty();
    }

    @Test
    @DisplayName("A new grid, and a group in it, take the next codes")
    void gridsAndGroups() {
        GraphqlClient administrator = county.administrator();
        String village = county.villageCode(1);
        JsonNode grid = administrator
                .mutate(GRID, Casework.input(Map.of("villageId", county.divisionId(village), "name", " 河边网格 ")))
                .at("/gridCreate/division");
        assertEquals(village + "003", grid.get("code").asText());
        assertEquals("GRID", grid.get("kind").asText());
        assertEquals("河边网格", grid.get("name").asText());
        assertEquals(village, grid.at("/parent/code").asText());

        for (String expected : List.of("01", "02")) {
            JsonNode group = administrator
                    .mutate(
                            GROUP,
                            Casework.input(Map.of("gridId", grid.get("id").asText(), "name", "联户组")))
                    .at("/jointGroupCreate/division");
            assertEquals(village + "003" + expected, group.get("code").asText());
            assertEquals("GROUP", group.get("kind").asText());
        }

        var error = administrator
                .inLanguage("zh-CN")
                .expectError(
                        ErrorType.PRECONDITION,
                        "DIVISION_KIND",
                        GROUP,
                        Casework.input(Map.of("gridId", county.divisionId(village), "name", "联户组")));
        assertEquals("上级区划应为网格。", error.message());
        county.cadre(village)
                .expectError(
                        ErrorType.FORBIDDEN,
                        GRID,
                        Casework.input(Map.of("villageId", county.divisionId(village), "name", "河边网格")));
    }

    @Test
    @DisplayName(
            "In a village that ended, and in its grids, nobody registers, reports or takes a post, and nothing is added")
    void endedDivisions() throws SQLException {
        County shrinking = host.newCounty();
        GraphqlClient administrator = shrinking.administrator();
        String village = shrinking.villageCode(2);
        String villageId = shrinking.divisionId(village);
        String gridId = shrinking.divisionId(shrinking.gridCode(2, 1));
        String groupId = shrinking.divisionId(shrinking.groupCode(2, 1, 1));
        GraphqlClient neighbour = shrinking.resident(shrinking.groupCode(1, 1, 1));
        GraphqlClient settled = shrinking.resident(shrinking.groupCode(2, 1, 1));
        String old = Casework.report(settled, "转角处发现有垃圾");
        int all = codes(administrator, false).size();
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("update lianhu_core.division set valid_until = current_date where tenant_id = '"
                    + shrinking.code() + "' and code = '" + village + "'");
        }

        ended(
                shrinking.stranger(),
                REGISTER,
                Map.of("name", "迟到", "divisionId", groupId, "address", "1号", "noticeVersion", "1"));
        ended(settled, Casework.document("caseReport"), Casework.reportInput("又有垃圾", List.of()));
        ended(
                neighbour,
                Casework.document("caseReport"),
                Casework.with(Casework.reportInput("那边有垃圾", List.of()), "divisionId", gridId));
        ended(
                administrator,
                APPOINT,
                Map.of("subject", "s", "holderName", "新人", "role", "GRID_WORKER", "divisionId", gridId));
        ended(administrator, GRID, Map.of("villageId", villageId, "name", "新网格"));
        ended(administrator, GROUP, Map.of("gridId", gridId, "name", "新组"));

        List<String> standing = codes(administrator, false);
        assertFalse(standing.stream().anyMatch(code -> code.startsWith(village)), standing::toString);
        assertTrue(standing.contains(shrinking.groupCode(1, 1, 1)));
        assertEquals(all, codes(administrator, true).size());
        assertEquals("DISPATCHED", Casework.read(settled, old).at("/node/state").asText());
    }

    @Test
    @DisplayName(
            "A grid ends when nothing is left in it, or everything moves to its successor; a cadre sees to the village's groups")
    void endsAndNames() {
        County own = host.newCounty();
        GraphqlClient administrator = own.administrator();
        String here = own.gridCode(1, 1);
        String there = own.gridCode(1, 2);
        GraphqlClient cadre = own.cadre(own.villageCode(1));
        GraphqlClient worker = own.gridWorker(here);
        GraphqlClient resident = own.resident(own.groupCode(1, 1, 1));
        String about = Casework.report(resident, "转角处发现有垃圾");
        Map<String, Object> group = Map.of("divisionId", own.divisionId(own.groupCode(1, 1, 2)));
        assertEquals(
                "河边联户组",
                cadre.mutate(RENAME, Casework.input(Casework.with(group, "name", "河边联户组")))
                        .at("/divisionRename/division/name")
                        .asText());
        own.cadre(own.villageCode(2)).expectError(ErrorType.FORBIDDEN, END, Casework.input(group));
        cadre.mutate(END, Casework.input(group));
        cadre.expectError(
                ErrorType.FORBIDDEN,
                RENAME,
                Casework.input(Map.of("divisionId", own.divisionId(here), "name", "不归村里管")));
        cadre.mutate(GROUP, Casework.input(Map.of("gridId", own.divisionId(there), "name", "新联户组")));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "DIVISION_REGISTERED",
                RENAME,
                Casework.input(Map.of("divisionId", own.divisionId(own.villageCode(1)), "name", "新村")));

        Map<String, Object> grid = Map.of("divisionId", own.divisionId(here));
        ApiError error =
                administrator.expectError(ErrorType.PRECONDITION, "DIVISION_IN_USE", END, Casework.input(grid));
        assertEquals(
                List.of(1, 1, 1),
                Stream.of("households", "posts", "cases")
                        .map(what -> error.params().get(what).asInt())
                        .toList());
        for (String unfit : List.of(here, own.groupCode(1, 1, 1), own.gridCode(2, 1))) {
            administrator.expectError(
                    ErrorType.INVALID_INPUT,
                    "DIVISION_SUCCESSOR",
                    END,
                    Casework.input(Casework.with(grid, "successorId", own.divisionId(unfit))));
        }
        administrator.mutate(END, Casework.input(Casework.with(grid, "successorId", own.divisionId(there))));

        assertEquals(
                there,
                resident.query("{ viewer { resident { household { division { code } } } } }")
                        .at("/viewer/resident/household/division/code")
                        .asText());
        assertEquals(
                there,
                worker.query("{ viewer { posts { division { code } } } }")
                        .at("/viewer/posts/0/division/code")
                        .asText());
        JsonNode history = administrator
                .query(
                        "query ($id: ID!) { node(id: $id) { ... on Case { history { action note } } } }",
                        Map.of("id", about))
                .at("/node/history");
        assertEquals("MOVE", history.get(history.size() - 1).get("action").asText());
        assertEquals(
                administrator
                        .query("query ($code: String!) { division(code: $code) { name } }", Map.of("code", there))
                        .at("/division/name")
                        .asText(),
                history.get(history.size() - 1).get("note").asText());
        assertEquals("HANDLED", Casework.step(worker, "caseHandle", Casework.handling(about)));
        assertFalse(codes(administrator, false).contains(own.groupCode(1, 1, 1)));

        administrator.mutate(RENAME, Casework.input(Map.of("divisionId", own.divisionId(there), "name", "大网格")));
        own.limitRequests(50_000, 5_000_000); // applies the county's files again
        assertFalse(codes(administrator, false).contains(here));
        assertEquals(
                "大网格",
                administrator
                        .query("query ($code: String!) { division(code: $code) { name } }", Map.of("code", there))
                        .at("/division/name")
                        .asText());
    }

    @Test
    @DisplayName(
            "A term that is over at the successor, and only not closed yet, does not cost the holder the post that goes on there")
    void endsBesideATermThatIsOver() throws SQLException {
        County own = host.newCounty();
        GraphqlClient person = own.resident(own.groupCode(1, 1, 1));
        String there = own.gridCode(1, 2);
        Casework.appoint(own, person, "GRID_WORKER", there);
        Casework.appoint(own, person, "GRID_WORKER", own.gridCode(1, 1));
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update lianhu_core.post set until = now() where subject = '" + person.subject()
                    + "' and division_code = '" + there + "' and tenant_id = '" + own.code() + "'");
        }
        own.administrator()
                .mutate(
                        END,
                        Casework.input(Map.of(
                                "divisionId",
                                own.divisionId(own.gridCode(1, 1)),
                                "successorId",
                                own.divisionId(there))));
        JsonNode posts =
                person.query("{ viewer { posts { division { code } until } } }").at("/viewer/posts");
        assertEquals(1, posts.size());
        assertEquals(there, posts.get(0).at("/division/code").asText());
        assertTrue(posts.get(0).get("until").isNull());
    }

    @Test
    @DisplayName("What is reported in a grid while it ends is in its successor, or refused")
    void endsWhileReported() {
        County own = host.newCounty();
        String here = own.gridCode(1, 1);
        GraphqlClient administrator = own.administrator();
        GraphqlClient resident = own.resident(own.groupCode(2, 1, 1));
        Map<String, Object> input = Casework.input(
                Casework.with(Casework.reportInput("转角处发现有垃圾", List.of()), "divisionId", own.divisionId(here)));
        Map<String, Object> end = Casework.input(
                Map.of("divisionId", own.divisionId(here), "successorId", own.divisionId(own.gridCode(1, 2))));
        List<CompletableFuture<Answer>> reports = IntStream.range(0, 6)
                .mapToObj(
                        n -> CompletableFuture.supplyAsync(() -> resident.ask(Casework.document("caseReport"), input)))
                .toList();
        administrator.mutate(END, end);
        long kept = reports.stream()
                .map(CompletableFuture::join)
                .filter(answer -> {
                    assertTrue(answer.errors().stream()
                            .allMatch(refusal -> refusal.code().equals("DIVISION_ENDED")));
                    return answer.errors().isEmpty();
                })
                .count();
        JsonNode cases = administrator
                .query("{ cases(first: 10) { edges { node { division { code } } } } }")
                .at("/cases/edges");
        assertEquals(kept, cases.size());
        cases.forEach(one ->
                assertEquals(own.gridCode(1, 2), one.at("/node/division/code").asText()));
    }

    private static void ended(GraphqlClient actor, String document, Map<String, ?> input) {
        actor.expectError(ErrorType.PRECONDITION, "DIVISION_ENDED", document, Casework.input(input));
    }

    private static List<String> codes(GraphqlClient client, boolean ended) {
        JsonNode edges = client.query(
                        "query ($ended: Boolean) { divisions(first: 100, includeEnded: $ended) { edges { node { code } } } }",
                        Map.of("ended", ended))
                .at("/divisions/edges");
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/code").asText())
                .toList();
    }
}
