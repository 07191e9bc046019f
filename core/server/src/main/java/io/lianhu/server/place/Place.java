package io.lianhu.server.place;

import io.lianhu.sdk.ApiException;

/**
 * A position.
 *
 * @param latitude degrees north, WGS-84
 * @param longitude degrees east, WGS-84
 * @param source the datum in which it was sent
 */
public record Place(double latitude, double longitude, Datum source) {

    /** What positions are sent in. */
    public enum Datum {
        WGS84,
        GCJ02
    }

    private static final double SEMI_MAJOR_AXIS = 6_378_245.0;
    private static final double ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;

    /**
     * A position as it was sent; what is in GCJ-02 is brought to WGS-84, to within some metres.
     *
     * @throws ApiException {@code INVALID_INPUT} beyond the globe, or what is in GCJ-02 beyond China
     */
    public static Place of(double latitude, double longitude, Datum source) {
        if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
            throw ApiException.invalid("latitude");
        }
        if (source == Datum.WGS84) {
            return new Place(latitude, longitude, source);
        }
        if (latitude < 0.8 || latitude > 55.9 || longitude < 72.0 || longitude > 137.9) {
            throw ApiException.invalid("latitude"); // GCJ-02 is defined for China alone
        }
        // The offset of the published transformation, taken at the GCJ-02 position: its error is far below the
        // size of a grid.
        double x = longitude - 105.0;
        double y = latitude - 35.0;
        double radians = Math.toRadians(latitude);
        double magic = 1 - ECCENTRICITY_SQUARED * Math.pow(Math.sin(radians), 2);
        double north = shiftNorth(x, y)
                * 180.0
                / (SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED) / (magic * Math.sqrt(magic)) * Math.PI);
        double east = shiftEast(x, y) * 180.0 / (SEMI_MAJOR_AXIS / Math.sqrt(magic) * Math.cos(radians) * Math.PI);
        return new Place(latitude - north, longitude - east, source);
    }

    private static double shiftNorth(double x, double y) {
        return -100.0
                + 2.0 * x
                + 3.0 * y
                + 0.2 * y * y
                + 0.1 * x * y
                + 0.2 * Math.sqrt(Math.abs(x))
                + wave(x, 6, 20.0, 2, 20.0)
                + wave(y, 1, 20.0, 1.0 / 3, 40.0)
                + wave(y, 1.0 / 12, 160.0, 1.0 / 30, 320.0);
    }

    private static double shiftEast(double x, double y) {
        return 300.0
                + x
                + 2.0 * y
                + 0.1 * x * x
                + 0.1 * x * y
                + 0.1 * Math.sqrt(Math.abs(x))
                + wave(x, 6, 20.0, 2, 20.0)
                + wave(x, 1, 20.0, 1.0 / 3, 40.0)
                + wave(x, 1.0 / 12, 150.0, 1.0 / 30, 300.0);
    }

    private static double wave(double at, double first, double high, double second, double low) {
        return (high * Math.sin(first * at * Math.PI) + low * Math.sin(second * at * Math.PI)) * 2.0 / 3.0;
    }
}
