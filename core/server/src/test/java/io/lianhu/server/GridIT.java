package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The map of a county, and its grids and groups as data. */
@DisplayName("Grids are drawn, found by a position, renamed and ended at run time")
final class GridIT {
    private static final String SET =
            "mutation ($input: DivisionShapeSetInput!) { divisionShapeSet(input: $input) { division { code shape { geoJson south west north east } } } }";
    private static final String IMPORT =
            "mutation ($input: DivisionShapesImportInput!) { divisionShapesImport(input: $input) { division { code } } }";
    private static final String AT =
            "query ($latitude: Float!, $longitude: Float!, $datum: Datum) { divisionAt(latitude: $latitude, longitude: $longitude, datum: $datum) { code } }";

    private static TestHost host;
    private static TwoCounties counties;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        counties = TwoCounties.of(host);
    }

    /** A square of a tenth of a degree, so many tenths to the east. */
    private static String square(double east) {
        double west = 106 + east / 10;
        return "{\"type\":\"Polygon\",\"coordinates\":[[[" + west + ",26],[" + (west + 0.1) + ",26],[" + (west + 0.1)
                + ",26.1],[" + west + ",26.1],[" + west + ",26]]]}";
    }

    private static Map<String, Object> shape(County county, String code, String geoJson) {
        return Casework.input(Map.of("divisionId", county.divisionId(code), "geoJson", geoJson));
    }

    private static String at(GraphqlClient client, double latitude, double longitude) {
        return client.query(AT, Map.of("latitude", latitude, "longitude", longitude))
                .at("/divisionAt")
                .path("code")
                .asText("none");
    }

    @Test
    @DisplayName("A position finds the grid whose shape covers it, in its own county, and a report goes there")
    void aPositionFindsItsGrid() {
        County county = counties.first();
        GraphqlClient administrator = county.administrator();
        String here = county.gridCode(1, 1);
        String there = county.gridCode(1, 2);
        JsonNode drawn =
                administrator.mutate(SET, shape(county, here, square(0))).at("/divisionShapeSet/division");
        assertEquals(here, drawn.get("code").asText());
        assertEquals(106.1, drawn.at("/shape/east").asDouble());
        assertEquals(26, drawn.at("/shape/south").asDouble());
        assertTrue(drawn.at("/shape/geoJson").asText().startsWith("{\"type\":\"Polygon\""), drawn::toString);
        administrator.mutate(SET, shape(county, there, square(1)));
        administrator.mutate(SET, shape(county, county.townCode(), square(0).replace("106.1", "106.9")));

        assertEquals(here, at(county.stranger(), 26.05, 106.05));
        assertEquals(there, at(administrator, 26.05, 106.15));
        assertEquals(county.townCode(), at(administrator, 26.05, 106.5));
        assertEquals("none", at(administrator, 27, 106.05));
        assertEquals("none", at(counties.second().administrator(), 26.05, 106.05));
        // what a telephone shows a few metres within the eastern border lies, in truth, some hundred metres west of it
        assertEquals(
                here,
                administrator
                        .query(AT, Map.of("latitude", 26.05, "longitude", 106.1003, "datum", "GCJ02"))
                        .at("/divisionAt/code")
                        .asText());

        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        assertEquals(there, reported(resident, Map.of("latitude", 26.05, "longitude", 106.15)));
        String home = county.groupCode(1, 1, 1);
        assertEquals(home, reported(resident, Map.of("latitude", 26.05, "longitude", 106.5)));
        assertEquals(home, reported(resident, Map.of("latitude", 27.0, "longitude", 106.5)));
        assertEquals(
                here,
                reported(
                        resident,
                        Map.of("latitude", 26.05, "longitude", 106.15, "divisionId", county.divisionId(here))));

        administrator.mutate(
                "mutation ($input: DivisionShapeRemoveInput!) { divisionShapeRemove(input: $input) { division { shape { south } } } }",
                Casework.input(Map.of("divisionId", county.divisionId(there))));
        assertEquals(county.townCode(), at(administrator, 26.05, 106.15));
    }

    private static String reported(GraphqlClient resident, Map<String, Object> more) {
        Map<String, Object> input = Casework.reportInput("转角处发现有垃圾", List.of());
        for (Map.Entry<String, Object> entry : more.entrySet()) {
            input = Casework.with(input, entry.getKey(), entry.getValue());
        }
        return resident.mutate(
                        "mutation ($input: CaseReportInput!) { caseReport(input: $input) { case { division { code } } } }",
                        Casework.input(input))
                .at("/caseReport/case/division/code")
                .asText();
    }

    @Test
    @DisplayName(
            "A shape that is none is refused with the place of its fault, one over a sibling with the sibling's name")
    void refusals() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        String grid = county.gridCode(1, 1);
        String open = square(0).replace(",[106.0,26]]]", "]]");
        ApiError error = administrator
                .inLanguage("zh-CN")
                .expectError(ErrorType.INVALID_INPUT, "SHAPE_RING_OPEN", SET, shape(county, grid, open));
        assertEquals("第 1 个多边形第 1 环没有闭合，末点须与首点相同。", error.message());
        administrator.expectError(ErrorType.INVALID_INPUT, "SHAPE_MALFORMED", SET, shape(county, grid, "no json"));
        administrator.mutate(SET, shape(county, grid, square(0)));
        String sibling = county.gridCode(1, 2);
        error = administrator.expectError(
                ErrorType.PRECONDITION, "SHAPE_OVERLAPS", SET, shape(county, sibling, square(0.9)));
        assertTrue(error.message().contains(grid) && error.message().contains("第一网格"), error::message);
        administrator.mutate(SET, shape(county, sibling, square(0.995)));
        administrator.mutate(SET, shape(county, county.gridCode(2, 1), square(0)));
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, SET, shape(county, grid, square(0)));
        counties.second().administrator().expectError(ErrorType.NOT_FOUND, SET, shape(county, grid, square(0)));
    }

    private static String feature(String code, String geometry) {
        return "{\"type\":\"Feature\",\"properties\":{\"code\":\"" + code + "\"},\"geometry\":" + geometry + "}";
    }

    private static Map<String, Object> features(String... features) {
        return Casework.input(Map.of(
                "geoJson", "{\"type\":\"FeatureCollection\",\"features\":[" + String.join(",", features) + "]}"));
    }

    @Test
    @DisplayName("An import takes all shapes or none, and lists whatever is wrong with any")
    void imports() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        String first = county.gridCode(1, 1);
        String second = county.gridCode(1, 2);
        String third = county.gridCode(2, 1);
        ApiError error = administrator.expectError(
                ErrorType.INVALID_INPUT,
                "SHAPES_FAULTY",
                IMPORT,
                features(
                        feature(first, square(0)),
                        feature(second, square(0.5)),
                        feature(third, square(2).replace("26.1", "1e3")),
                        feature(county.villageCode(1) + "999", square(3)),
                        feature(first, square(4))));
        assertEquals(
                List.of(
                        "2 " + second + " SHAPE_OVERLAPS, division " + first + ", name ",
                        "3 " + third + " SHAPE_POINT, point 3, polygon 1, ring 1",
                        "4 " + county.villageCode(1) + "999 NOT_FOUND, type Division",
                        "5 " + first + " INVALID_INPUT, field code"),
                StreamSupport.stream(error.params().get("faults").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
        assertEquals("none", at(administrator, 26.05, 106.05));

        administrator.mutate(
                IMPORT, features(feature(first, square(0)), feature(second, square(1)), feature(third, square(2))));
        administrator.mutate(IMPORT, features(feature(second, square(0)), feature(first, square(1))));
        assertEquals(second, at(administrator, 26.05, 106.05));
        assertEquals(first, at(administrator, 26.05, 106.15));
        assertEquals(third, at(administrator, 26.05, 106.25));
    }

    @Test
    @DisplayName("Of two shapes over the same ground that are drawn at once, one is kept")
    void twoShapesAtOnce() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        List<Map<String, Object>> shapes = IntStream.of(1, 2)
                .mapToObj(grid -> shape(county, county.gridCode(1, grid), square(0)))
                .toList();
        List<CompletableFuture<Answer>> asked = shapes.stream()
                .map(one -> CompletableFuture.supplyAsync(() -> administrator.ask(SET, one)))
                .toList();
        List<String> codes = asked.stream()
                .map(CompletableFuture::join)
                .flatMap(answer -> answer.errors().stream())
                .map(ApiError::code)
                .toList();
        assertEquals(List.of("SHAPE_OVERLAPS"), codes);
    }
}
