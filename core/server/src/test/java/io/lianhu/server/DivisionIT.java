package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
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
