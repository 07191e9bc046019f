package io.lianhu.server.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlaceTest {

    /** Pairs of the published transformation, as the eviltransform project tests it. */
    @ParameterizedTest
    @CsvSource({
        "31.1774276, 121.5272106, 31.17530398364597, 121.531541859215", // Shanghai
        "22.543847, 113.912316, 22.540796131694766, 113.9171764808363", // Shenzhen
        "39.911954, 116.377817, 39.91334545536069, 116.38404722455657" // Beijing
    })
    void whatATelephoneShowsIsBroughtToWithinTenMetresOfTheTruth(
            double latitude, double longitude, double shownLatitude, double shownLongitude) {
        Place place = Place.of(shownLatitude, shownLongitude, Place.Datum.GCJ02);

        assertTrue(metres(place, latitude, longitude) < 10, place.toString());
        assertEquals(Place.Datum.GCJ02, place.source());
    }

    @Test
    void inOurCountiesTheShiftIsOfSomeHundredMetresAndSmooth() {
        for (double latitude = 24.6; latitude < 29.3; latitude += 0.1) {
            for (double longitude = 103.6; longitude < 112.3; longitude += 0.1) {
                Place here = Place.of(latitude, longitude, Place.Datum.GCJ02);
                Place nearby = Place.of(latitude + 0.0001, longitude, Place.Datum.GCJ02);
                double shift = metres(here, latitude, longitude);

                assertTrue(shift > 50 && shift < 900, here + " is shifted by " + shift);
                assertEquals(11, metres(here, nearby.latitude(), nearby.longitude()), 0.5);
            }
        }
    }

    @Test
    void whatIsInWgs84AlreadyStaysAsItIs() {
        assertEquals(new Place(26.6470, 106.6302, Place.Datum.WGS84), Place.of(26.6470, 106.6302, Place.Datum.WGS84));
    }

    @ParameterizedTest
    @CsvSource({"90.1, 0", "-91, 0", "0, 180.5", "0, -181", "NaN, 0", "0, NaN", "Infinity, 0", "0, -Infinity"})
    void whatIsNotOnTheGlobeIsRefused(double latitude, double longitude) {
        for (Place.Datum datum : Place.Datum.values()) {
            ApiException refusal = assertThrows(ApiException.class, () -> Place.of(latitude, longitude, datum));
            assertEquals(ApiException.Common.INVALID_INPUT, refusal.code());
        }
    }

    @ParameterizedTest
    @CsvSource({"90, 180", "0, 0", "-33.9, 151.2", "48.9, 2.35"})
    void chinasDatumIsForChinaAlone(double latitude, double longitude) {
        assertThrows(ApiException.class, () -> Place.of(latitude, longitude, Place.Datum.GCJ02));
        assertEquals(latitude, Place.of(latitude, longitude, Place.Datum.WGS84).latitude());
    }

    private static double metres(Place place, double latitude, double longitude) {
        double north = (place.latitude() - latitude) * 111_320;
        double east = (place.longitude() - longitude) * 111_320 * Math.cos(Math.toRadians(latitude));
        return Math.hypot(north, east);
    }
}
