package io.lianhu.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.sdk.ApiException;
import org.junit.jupiter.api.Test;

final class UploadPlacesTest {

    private final UploadPlaces places = new UploadPlaces(3, 2);

    private String refused(String tenant, String subject) {
        return assertThrows(ApiException.class, () -> places.take(tenant, subject))
                .code()
                .name();
    }

    @Test
    void a_person_has_one_place_a_county_few_and_all_some() {
        places.take("520115", "one");
        assertEquals("TRANSFER_UPLOADING", refused("520115", "one"));
        places.take("520115", "two");
        assertEquals("UNAVAILABLE", refused("520115", "three"));
        places.take("420602", "one"); // the same person in another county
        assertEquals("UNAVAILABLE", refused("330523", "four"));
        places.leave("520115", "one");
        places.take("330523", "four");
        places.leave("520115", "nobody");
        assertEquals("UNAVAILABLE", refused("520115", "one"));
    }
}
