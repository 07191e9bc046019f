package io.lianhu.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class GlobalIdTest {

    private static final UUID SOME = UUID.fromString("0199c0de-1234-7abc-8def-0123456789ab");

    @Test
    void whatIsWrittenIsReadAgain() {
        for (UUID uuid : List.of(SOME, new UUID(0, 0), new UUID(-1, -1), UUID.randomUUID())) {
            GlobalId id = new GlobalId("Points_Account", uuid);

            assertEquals(Optional.of(id), GlobalId.decode(id.encode()));
        }
    }

    @Test
    void itsTextNeverChangesForClientsKeepIt() {
        assertEquals("Case_AZnA3hI0eryN7wEjRWeJqw", new GlobalId("Case", SOME).encode());
    }

    @Test
    void whatIsNoIdIsToldFromOneAndNeverFails() {
        String sound = new GlobalId("Case", SOME).encode();
        for (String text : List.of(
                "",
                "_",
                "Case",
                "Case_",
                sound.substring(4), // no type
                sound + "A",
                sound.substring(0, sound.length() - 1),
                sound.substring(0, sound.length() - 1) + "x", // bits that the last character may not bear
                sound.substring(0, sound.length() - 1) + "=",
                sound.substring(0, sound.length() - 2) + "==",
                sound.substring(0, sound.length() - 1) + "+",
                "Case_联户联户联户联户联户联户联户联户联户联户联户",
                sound.replace('_', '-'))) {
            assertEquals(Optional.empty(), GlobalId.decode(text), text);
        }
    }

    @Test
    void toTheCallerAnIdOfAnotherTypeDoesNotExist() {
        GlobalId id = new GlobalId("Case", SOME);

        assertEquals(SOME, id.of("Case"));
        ApiException refusal = assertThrows(ApiException.class, () -> id.of("Resident"));
        assertEquals(ApiException.Common.NOT_FOUND, refusal.code());
        assertEquals("Resident", refusal.params().get("type"));
    }
}
