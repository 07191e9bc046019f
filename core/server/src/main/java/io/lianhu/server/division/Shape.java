package io.lianhu.server.division;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.place.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;
import org.locationtech.jts.operation.valid.IsValidOp;
import org.locationtech.jts.operation.valid.TopologyValidationError;

/** What a division covers (区划范围): one polygon or several, on WGS-84. Reading one takes up to some hundred milliseconds. */
record Shape(Geometry area, boolean several) {

    /** Of all rings together. */
    static final int MAX_POINTS = 2_000;

    /** Up to which part of the smaller of two areas their overlap is taken for inexact drawing. */
    static final double TOLERANCE = 0.01;

    /** China, with the sea; whatever lies beyond was drawn in another order of the coordinates, or in metres. */
    private static final Envelope CHINA = new Envelope(73, 136, 3, 54);

    /** Decimals of a degree that are kept: about a centimetre. */
    private static final double PRECISION = 1e7;

    private static final GeometryFactory GEOMETRY = new GeometryFactory();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * A shape as it was sent.
     *
     * @throws ApiException a {@link ShapeError} that says in which polygon, which ring, at which point, each counted from 1
     */
    static Shape of(JsonNode geometry, Place.Datum datum) {
        Reader reader = new Reader(datum);
        JsonNode coordinates = geometry.path("coordinates");
        String type = geometry.path("type").asText();
        if (!coordinates.isArray()
                || coordinates.isEmpty()
                || !(type.equals("Polygon") || type.equals("MultiPolygon"))) {
            throw new ApiException(ShapeError.SHAPE_MALFORMED);
        }
        boolean several = type.equals("MultiPolygon");
        List<Polygon> polygons = new ArrayList<>();
        if (several) {
            coordinates.forEach(polygon -> polygons.add(reader.polygon(polygon, polygons.size() + 1)));
        } else {
            polygons.add(reader.polygon(coordinates, 1));
        }
        Geometry area = several ? GEOMETRY.createMultiPolygon(polygons.toArray(Polygon[]::new)) : polygons.get(0);
        TopologyValidationError fault = new IsValidOp(area).getValidationError();
        if (fault != null) {
            throw new ApiException(
                    ShapeError.SHAPE_CROSSES,
                    Map.of(
                            "latitude",
                            fault.getCoordinate().getY(),
                            "longitude",
                            fault.getCoordinate().getX()));
        }
        return new Shape(area, several);
    }

    /** Counts the points of one shape while it reads them. */
    private static final class Reader {
        private final Place.Datum datum;
        private int points;

        Reader(Place.Datum datum) {
            this.datum = datum;
        }

        Polygon polygon(JsonNode rings, int number) {
            if (!rings.isArray() || rings.isEmpty()) {
                throw new ApiException(ShapeError.SHAPE_MALFORMED);
            }
            List<LinearRing> read = new ArrayList<>();
            rings.forEach(ring -> read.add(ring(ring, number, read.size() + 1)));
            return GEOMETRY.createPolygon(
                    read.get(0), read.subList(1, read.size()).toArray(LinearRing[]::new));
        }

        private LinearRing ring(JsonNode positions, int polygon, int ring) {
            if (!positions.isArray()) {
                throw new ApiException(ShapeError.SHAPE_MALFORMED);
            }
            points += positions.size();
            if (points > MAX_POINTS) {
                throw new ApiException(ShapeError.SHAPE_TOO_MANY_POINTS, Map.of("most", MAX_POINTS));
            }
            List<Coordinate> line = new ArrayList<>();
            positions.forEach(position -> line.add(point(position, polygon, ring, line.size() + 1)));
            Map<String, Integer> where = Map.of("polygon", polygon, "ring", ring);
            if (line.size() < 4) {
                throw new ApiException(ShapeError.SHAPE_RING_SHORT, where);
            }
            if (!line.get(0).equals2D(line.get(line.size() - 1))) {
                throw new ApiException(ShapeError.SHAPE_RING_OPEN, where);
            }
            return GEOMETRY.createLinearRing(line.toArray(Coordinate[]::new));
        }

        /** GeoJSON has the longitude first. */
        private Coordinate point(JsonNode position, int polygon, int ring, int point) {
            double longitude = position.path(0).asDouble(Double.NaN);
            double latitude = position.path(1).asDouble(Double.NaN);
            boolean numbers = position.path(0).isNumber() && position.path(1).isNumber();
            if (!numbers || !CHINA.contains(longitude, latitude)) {
                throw new ApiException(
                        ShapeError.SHAPE_POINT, Map.of("polygon", polygon, "ring", ring, "point", point));
            }
            Place place = Place.of(latitude, longitude, datum);
            return new Coordinate(rounded(place.longitude()), rounded(place.latitude()));
        }

        private static double rounded(double degrees) {
            return Math.round(degrees * PRECISION) / PRECISION;
        }
    }

    Envelope box() {
        return area.getEnvelopeInternal();
    }

    /** Whether the position lies within, or on the border. */
    boolean covers(Place place) {
        return area.covers(GEOMETRY.createPoint(new Coordinate(place.longitude(), place.latitude())));
    }

    /** Whether the two overlap by more than is taken for inexact drawing. */
    boolean overlaps(Shape other) {
        if (!box().intersects(other.box())) {
            return false;
        }
        double common = OverlayNGRobust.overlay(area, other.area, OverlayNG.INTERSECTION)
                .getArea();
        return common > TOLERANCE * Math.min(area.getArea(), other.area.getArea());
    }

    /** The shape as GeoJSON, on WGS-84. */
    String geoJson() {
        ObjectNode geometry = JSON.objectNode();
        geometry.put("type", several ? "MultiPolygon" : "Polygon");
        ArrayNode polygons = JSON.arrayNode();
        for (int i = 0; i < area.getNumGeometries(); i++) {
            polygons.add(rings((Polygon) area.getGeometryN(i)));
        }
        geometry.set("coordinates", several ? polygons : polygons.get(0));
        return geometry.toString();
    }

    private static ArrayNode rings(Polygon polygon) {
        ArrayNode rings = JSON.arrayNode();
        rings.add(positions(polygon.getExteriorRing()));
        for (int i = 0; i < polygon.getNumInteriorRing(); i++) {
            rings.add(positions(polygon.getInteriorRingN(i)));
        }
        return rings;
    }

    private static ArrayNode positions(LinearRing ring) {
        ArrayNode positions = JSON.arrayNode();
        for (Coordinate point : ring.getCoordinates()) {
            positions.add(JSON.arrayNode().add(point.getX()).add(point.getY()));
        }
        return positions;
    }
}
