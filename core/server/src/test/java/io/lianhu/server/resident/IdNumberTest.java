package io.lianhu.server.resident;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdNumberTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

    /** The example of GB 11643 itself. */
    private static final String SOUND = "11010519491231002X";

    @Test
    void birthDateAndSexAreInTheNumber() {
        IdNumber number = IdNumber.of(" 11010519491231002x ", TODAY).orElseThrow();

        assertEquals(SOUND, number.text());
        assertEquals(LocalDate.of(1949, 12, 31), number.born());
        assertEquals(Sex.FEMALE, number.sex());
        assertEquals(
                Sex.MALE, IdNumber.of("520115198001010015", TODAY).orElseThrow().sex());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "110105194912310021", // another check
                "11010519491231012X", // two digits changed places with their check
                "110105194913310021", // a 13th month
                "1101051949123100", // of the first generation's length
                "010105194912310026", // no such region
                "11010519491231002Ｘ", // a wide X
                ""
            })
    void whatDoesNotCheckIsNone(String text) {
        assertEquals(Optional.empty(), IdNumber.of(text, TODAY));
    }

    @Test
    void nobodyIsBornTomorrow() {
        assertEquals(Optional.empty(), IdNumber.of(SOUND, LocalDate.of(1949, 12, 30)));
        assertEquals(
                Optional.of(SOUND),
                IdNumber.of(SOUND, LocalDate.of(1949, 12, 31)).map(IdNumber::text));
    }

    @Test
    void nobodyReadsItInALog() {
        assertEquals(
                "1****************X", IdNumber.of(SOUND, TODAY).orElseThrow().toString());
    }
}
