package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TwoCounties;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The units to which cases go, their officers, and the governance centres. */
@DisplayName("Units have a name and a place, and officers as long as they are active")
final class UnitIT {
    private static final String CREATE =
            "mutation ($input: UnitCreateInput!) { unitCreate(input: $input) { unit { id name kind active division { code } } } }";
    private static final String RENAME =
            "mutation ($input: UnitRenameInput!) { unitRename(input: $input) { unit { name } } }";
    private static final String RETIRE =
            "mutation ($input: UnitRetireInput!) { unitRetire(input: $input) { unit { active retiredAt } } }";
    private static final String APPOINT =
            "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id role unit { name } division { code } } } }";

    private static TwoCounties counties;
    private static County county;
    private static GraphqlClient administrator;

    @BeforeAll
    static void start() {
        counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        administrator = county.administrator();
    }

    private static Map<String, Object> unit(String name, String divisionCode) {
        return Casework.input(Map.of("name", name, "kind", "STATION", "divisionId", county.divisionId(divisionCode)));
    }

    private static String create(String name, String divisionCode) {
        return administrator
                .mutate(CREATE, unit(name, divisionCode))
                .at("/unitCreate/unit/id")
                .asText();
    }

    private static Map<String, Object> appointment(GraphqlClient person, String role, String divisionCode) {
        return Map.of(
                "subject", person.subject(),
                "holderName", person.name(),
                "role", role,
                "divisionId", county.divisionId(divisionCode));
    }

    private static List<String> names(GraphqlClient reader, String arguments) {
        JsonNode edges = reader.query("{ units(first: 100" + arguments + ") { edges { node { name } } } }")
                .at("/units/edges");
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/name").asText())
                .toList();
    }

    @Test
    @DisplayName("A unit is made at the county or a town, listed there, renamed, and retired")
    void lifeOfAUnit() {
        String town = county.townCode();
        JsonNode made = administrator.mutate(CREATE, unit(" 测试镇市场监管所 ", town)).at("/unitCreate/unit");
        assertEquals("测试镇市场监管所", made.get("name").asText());
        assertEquals("STATION", made.get("kind").asText());
        assertEquals(town, made.at("/division/code").asText());
        create("区城管局", county.code());
        assertTrue(names(county.stranger(), "").containsAll(List.of("测试镇市场监管所", "区城管局")));
        assertEquals(List.of("测试镇市场监管所"), names(administrator, ", divisionCode: \"" + town + "\""));

        String id = made.get("id").asText();
        administrator.mutate(RENAME, Casework.input(Map.of("unitId", id, "name", "测试镇综合执法队")));
        Answer retired = administrator.mutate(RETIRE, Casework.input(Map.of("unitId", id)));
        assertFalse(retired.at("/unitRetire/unit/active").asBoolean());
        assertEquals(List.of(), names(administrator, ", divisionCode: \"" + town + "\""));
        assertEquals(
                List.of("测试镇综合执法队"), names(administrator, ", includeRetired: true, divisionCode: \"" + town + "\""));
        administrator.expectError(
                ErrorType.PRECONDITION, "UNIT_RETIRED", RENAME, Casework.input(Map.of("unitId", id, "name", "又一个")));
    }

    @Test
    @DisplayName("A unit sits in no village, and bears no other's name; only the administrator makes one")
    void refusals() {
        administrator.expectError(
                ErrorType.INVALID_INPUT, "UNIT_DIVISION", CREATE, unit("村里的单位", county.villageCode(1)));
        String id = create("区水务局", county.code());
        String other = create("区民政局", county.code());
        administrator.expectError(ErrorType.PRECONDITION, "UNIT_NAME_TAKEN", CREATE, unit("区水务局", county.code()));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "UNIT_NAME_TAKEN",
                RENAME,
                Casework.input(Map.of("unitId", other, "name", "区水务局")));
        administrator.mutate(RENAME, Casework.input(Map.of("unitId", id, "name", "区水务局")));
        administrator.expectError(ErrorType.INVALID_INPUT, CREATE, unit("长".repeat(61), county.code()));
        county.countyCentre().expectError(ErrorType.FORBIDDEN, CREATE, unit("区教育局", county.code()));
        counties.second()
                .administrator()
                .expectError(ErrorType.NOT_FOUND, RENAME, Casework.input(Map.of("unitId", id, "name", "别的县的")));
        assertEquals(
                "null",
                counties.second()
                        .administrator()
                        .query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                        .at("/node")
                        .toString());
    }

    @Test
    @DisplayName("Of two who make a unit of the same name at once, one does")
    void twoAtOnce() {
        List<CompletableFuture<Answer>> made = IntStream.range(0, 4)
                .mapToObj(n ->
                        CompletableFuture.supplyAsync(() -> administrator.ask(CREATE, unit("区气象局", county.code()))))
                .toList();
        List<Answer> answers = made.stream().map(CompletableFuture::join).toList();
        assertEquals(
                1, answers.stream().filter(answer -> answer.errors().isEmpty()).count());
        assertTrue(answers.stream().flatMap(answer -> answer.errors().stream()).allMatch(error -> error.code()
                .equals("UNIT_NAME_TAKEN")));
    }

    @Test
    @DisplayName("An officer is one of an active unit and where it sits; a unit is not retired under its officers")
    void officers() {
        String unit = create("区住建局", county.code());
        GraphqlClient person = county.stranger();
        Map<String, Object> officer = appointment(person, "UNIT_OFFICER", county.code());
        administrator.expectError(ErrorType.INVALID_INPUT, "POST_UNIT", APPOINT, Casework.input(officer));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "POST_UNIT",
                APPOINT,
                Casework.input(Casework.with(appointment(person, "UNIT_OFFICER", county.townCode()), "unitId", unit)));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "POST_UNIT",
                APPOINT,
                Casework.input(Casework.with(appointment(person, "COUNTY_CENTRE", county.code()), "unitId", unit)));

        JsonNode post = administrator
                .mutate(APPOINT, Casework.input(Casework.with(officer, "unitId", unit)))
                .at("/postAppoint/post");
        assertEquals("区住建局", post.at("/unit/name").asText());
        administrator.expectError(
                ErrorType.PRECONDITION, "POST_HELD", APPOINT, Casework.input(Casework.with(officer, "unitId", unit)));
        String second = create("区人防办", county.code());
        administrator.mutate(APPOINT, Casework.input(Casework.with(officer, "unitId", second)));

        administrator.expectError(
                ErrorType.PRECONDITION, "UNIT_STAFFED", RETIRE, Casework.input(Map.of("unitId", unit)));
        administrator.mutate(
                "mutation ($input: PostEndInput!) { postEnd(input: $input) { post { id } } }",
                Casework.input(Map.of("postId", post.get("id").asText())));
        administrator.mutate(RETIRE, Casework.input(Map.of("unitId", unit)));
        administrator.expectError(
                ErrorType.PRECONDITION,
                "UNIT_RETIRED",
                APPOINT,
                Casework.input(Casework.with(officer, "unitId", unit)));
    }

    @Test
    @DisplayName(
            "The centre of a town sees its cases and people, an officer none by being one, and each post is held at its level")
    void centres() {
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String about = Casework.report(resident, "转角处发现有垃圾");
        for (GraphqlClient centre : List.of(county.townCentre(county.townCode()), county.countyCentre())) {
            assertEquals(
                    "DISPATCHED", Casework.read(centre, about).at("/node/state").asText());
            assertTrue(centre.query("{ residents(first: 1) { edges { cursor } } }")
                    .at("/residents/edges/0")
                    .isObject());
        }
        GraphqlClient officer = county.unitOfficer(county.unit("区交通局", county.code()));
        assertTrue(Casework.read(officer, about).at("/node").isNull());
        assertEquals(
                0,
                officer.query("{ cases(first: 10) { edges { cursor } } }")
                        .at("/cases/edges")
                        .size());
        officer.expectError(ErrorType.FORBIDDEN, "{ residents(first: 1) { edges { cursor } } }", Map.of());
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "POST_DIVISION",
                APPOINT,
                Casework.input(appointment(county.stranger(), "TOWN_CENTRE", county.code())));
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "POST_DIVISION",
                APPOINT,
                Casework.input(appointment(county.stranger(), "COUNTY_CENTRE", county.townCode())));
    }
}
