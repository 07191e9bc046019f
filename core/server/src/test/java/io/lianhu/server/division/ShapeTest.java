package io.lianhu.server.division;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.place.Place;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShapeTest {

    private static Shape shape(String type, String coordinates) {
        return Shape.of(
                GridMap.tree("{\"type\":\"" + type + "\",\"coordinates\":" + coordinates + "}"), Place.Datum.WGS84);
    }

    /** A square of so many thousandths of a degree, from its lower left corner. */
    private static String square(double west, double south, int size) {
        double east = Math.round(west * 10_000 + size * 10) / 10_000.0;
        double north = Math.round(south * 10_000 + size * 10) / 10_000.0;
        return "[[[" + west + "," + south + "],[" + east + "," + south + "],[" + east + "," + north + "],[" + west + ","
                + north + "],[" + west + "," + south + "]]]";
    }

    private static void refused(ShapeError code, Map<String, ?> params, String type, String coordinates) {
        ApiException refusal = assertThrows(ApiException.class, () -> shape(type, coordinates));
        assertEquals(code, refusal.code());
        assertEquals(params, refusal.params());
    }

    @Test
    void whatIsKeptIsWhatWasDrawn() {
        String several = "[" + square(106.6, 26.6, 10) + "," + square(106.7, 26.6, 10) + "]";

        assertEquals(
                "{\"type\":\"MultiPolygon\",\"coordinates\":" + several + "}",
                shape("MultiPolygon", several).geoJson());
    }

    @Test
    void theBorderBelongsToItAndAHoleDoesNot() {
        String withHole = "["
                + square(106.6, 26.6, 30).substring(1, square(106.6, 26.6, 30).length() - 1) + ","
                + square(106.61, 26.61, 10).substring(1);
        Shape shape = shape("Polygon", withHole);

        assertTrue(shape.covers(new Place(26.6, 106.605, Place.Datum.WGS84)));
        assertTrue(shape.covers(new Place(26.605, 106.605, Place.Datum.WGS84)));
        assertFalse(shape.covers(new Place(26.615, 106.615, Place.Datum.WGS84)));
        assertFalse(shape.covers(new Place(26.7, 106.605, Place.Datum.WGS84)));
    }

    @Test
    void aFaultSaysWhereItIs() {
        refused(
                ShapeError.SHAPE_RING_OPEN,
                Map.of("polygon", 2, "ring", 1),
                "MultiPolygon",
                "[" + square(106.6, 26.6, 10) + ",[[[106,26],[106.1,26],[106.1,26.1],[106,26.1]]]]");
        refused(
                ShapeError.SHAPE_RING_SHORT,
                Map.of("polygon", 1, "ring", 1),
                "Polygon",
                "[[[106,26],[106.1,26],[106,26]]]");
        refused(
                ShapeError.SHAPE_POINT,
                Map.of("polygon", 1, "ring", 1, "point", 3),
                "Polygon",
                "[[[106,26],[106.1,26],[26.1,106.1],[106,26]]]");
        refused(
                ShapeError.SHAPE_POINT,
                Map.of("polygon", 1, "ring", 1, "point", 2),
                "Polygon",
                "[[[106,26],[\"106.1\",26],[106.1,26.1],[106,26]]]");
        refused(
                ShapeError.SHAPE_CROSSES,
                Map.of("latitude", 26.05, "longitude", 106.05),
                "Polygon",
                "[[[106,26],[106.1,26.1],[106.1,26],[106,26.1],[106,26]]]");
        refused(ShapeError.SHAPE_MALFORMED, Map.of(), "Point", "[106,26]");
        refused(ShapeError.SHAPE_MALFORMED, Map.of(), "Polygon", "[106,26]");
        refused(ShapeError.SHAPE_MALFORMED, Map.of(), "Polygon", "{}");
    }

    @Test
    void twoThousandPointsAreEnough() {
        assertEquals(2_000, shape("Polygon", circle(1_999)).area().getNumPoints());
        refused(ShapeError.SHAPE_TOO_MANY_POINTS, Map.of("most", 2_000), "Polygon", circle(2_000));
    }

    private static String circle(int corners) {
        return IntStream.rangeClosed(0, corners)
                .mapToDouble(n -> 2 * Math.PI * (n % corners) / corners)
                .mapToObj(angle -> "[" + (106.6 + Math.cos(angle)) + "," + (26.6 + Math.sin(angle)) + "]")
                .collect(Collectors.joining(",", "[[", "]]"));
    }

    @Test
    void whatOverlapsByAHundredthIsInexactDrawingAndWhatOverlapsByMoreIsNot() {
        Shape here = shape("Polygon", square(106.6, 26.6, 100));

        assertFalse(here.overlaps(shape("Polygon", square(106.6991, 26.6, 100))));
        assertTrue(here.overlaps(shape("Polygon", square(106.6989, 26.6, 100))));
        assertFalse(here.overlaps(shape("Polygon", square(106.7, 26.6, 100))));
        assertTrue(here.overlaps(shape("Polygon", square(106.65, 26.65, 1))));
    }
}
