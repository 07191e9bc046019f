package io.lianhu.points.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapTest {

    @ParameterizedTest(name = "daily {0}, monthly {1}, earned {2} and {3}: {4} of 50 fit")
    @CsvSource({
        "   ,    ,    0,     0, 50",
        "   ,    , 9999, 99999, 50",
        "120,    ,    0,     0, 50",
        "120,    ,  100,   100, 20",
        "120,    ,  120,   120,  0",
        "120,    ,  130,   130,  0",
        "   , 200,    0,   170, 30",
        "120, 200,   90,   190, 10",
        "120, 200,  110,   150, 10",
    })
    void an_award_is_cut_to_what_is_left(Integer daily, Integer monthly, long today, long thisMonth, int fits) {
        assertEquals(fits, new Cap(daily, monthly).fitting(50, today, thisMonth));
    }

    @Test
    void no_cap_does_not_limit() {
        assertFalse(Cap.NONE.limits());
    }
}
