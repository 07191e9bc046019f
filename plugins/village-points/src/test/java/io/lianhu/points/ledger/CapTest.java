package io.lianhu.points.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

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

    @ParameterizedTest(name = "at {0}: day from {1}, month from {2}")
    @CsvSource({
        "2026-11-30T15:59:59Z, 2026-11-29T16:00:00Z, 2026-10-31T16:00:00Z",
        "2026-11-30T16:00:00Z, 2026-11-30T16:00:00Z, 2026-11-30T16:00:00Z",
        "2026-12-31T15:59:59Z, 2026-12-30T16:00:00Z, 2026-11-30T16:00:00Z",
        "2026-12-31T16:00:00Z, 2026-12-31T16:00:00Z, 2026-12-31T16:00:00Z",
        "2028-02-29T01:00:00Z, 2028-02-28T16:00:00Z, 2028-01-31T16:00:00Z",
    })
    void days_and_months_begin_at_midnight_in_shanghai(Instant now, Instant day, Instant month) {
        ZonedDateTime there = now.atZone(SHANGHAI);
        assertEquals(day, Cap.dayOf(there));
        assertEquals(month, Cap.monthOf(there));
    }
}
