package io.lianhu.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DivisionCodeTest {

    private static final DivisionCode COUNTY = new DivisionCode("520115");
    private static final DivisionCode VILLAGE = new DivisionCode("520115101203");
    private static final DivisionCode GRID = new DivisionCode("520115101203001");
    private static final DivisionCode GROUP = new DivisionCode("52011510120300101");

    @Test
    void onlyTheFiveLevelsHaveCodes() {
        for (String wrong :
                List.of("", "52", "5201", "52011", "5201151", "5201151012030", "52011５", "520115 ", "520115\n")) {
            assertThrows(IllegalArgumentException.class, () -> new DivisionCode(wrong), wrong);
        }
    }

    @Test
    void aDivisionContainsItselfAndWhatLiesInIt() {
        assertTrue(COUNTY.contains(GROUP));
        assertTrue(GRID.contains(GRID));
        assertFalse(GROUP.contains(GRID));
        assertFalse(new DivisionCode("520115101204").contains(GRID));
    }

    /** What a query asks for by range must be what {@link DivisionCode#contains} says. */
    @Test
    void theRangeHoldsExactlyWhatTheDivisionContains() {
        List<DivisionCode> some = Stream.of(
                        "520114",
                        "520116",
                        "520115999",
                        "520115999999",
                        "520115101202999",
                        "520115101204",
                        "52011510120399999")
                .map(DivisionCode::new)
                .toList();
        for (DivisionCode around : List.of(COUNTY, VILLAGE, GRID, GROUP)) {
            for (DivisionCode code : Stream.concat(some.stream(), Stream.of(COUNTY, VILLAGE, GRID, GROUP))
                    .toList()) {
                boolean inRange = code.value().compareTo(around.value()) >= 0
                        && code.value().compareTo(around.end()) < 0;

                assertEquals(around.contains(code), inRange, around + " and " + code);
            }
        }
    }

    @Test
    void theVillageOfAGroupIsFoundAndACountyHasNone() {
        assertEquals(VILLAGE, GROUP.village());
        assertEquals(VILLAGE, VILLAGE.village());
        assertThrows(IllegalStateException.class, COUNTY::village);
    }
}
