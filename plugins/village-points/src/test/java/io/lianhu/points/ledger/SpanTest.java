package io.lianhu.points.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpanTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @ParameterizedTest(name = "{0} lies in the day from {1} to {2}")
    @CsvSource({
        "2026-11-30T15:59:59.999Z, 2026-11-29T16:00:00Z, 2026-11-30T16:00:00Z",
        "2026-11-30T16:00:00Z,     2026-11-30T16:00:00Z, 2026-12-01T16:00:00Z",
        "2026-12-31T15:59:59.999Z, 2026-12-30T16:00:00Z, 2026-12-31T16:00:00Z",
        "2028-02-29T01:00:00Z,     2028-02-28T16:00:00Z, 2028-02-29T16:00:00Z",
    })
    void a_day_goes_from_midnight_to_midnight_in_shanghai(Instant moment, Instant begin, Instant end) {
        assertEquals(new Span(begin, end), Span.day(moment, SHANGHAI));
    }

    @ParameterizedTest(name = "{0} lies in the month from {1} to {2}")
    @CsvSource({
        "2026-11-30T15:59:59.999Z, 2026-10-31T16:00:00Z, 2026-11-30T16:00:00Z",
        "2026-11-30T16:00:00Z,     2026-11-30T16:00:00Z, 2026-12-31T16:00:00Z",
        "2026-12-31T15:59:59.999Z, 2026-11-30T16:00:00Z, 2026-12-31T16:00:00Z",
        "2026-12-31T16:00:00Z,     2026-12-31T16:00:00Z, 2027-01-31T16:00:00Z",
        "2028-02-29T01:00:00Z,     2028-01-31T16:00:00Z, 2028-02-29T16:00:00Z",
    })
    void a_month_goes_from_midnight_to_midnight_in_shanghai(Instant moment, Instant begin, Instant end) {
        assertEquals(new Span(begin, end), Span.month(moment, SHANGHAI));
    }

    @Test
    void a_month_named_is_the_month_of_its_days() {
        assertEquals(
                Span.month(Instant.parse("2026-02-14T00:00:00Z"), SHANGHAI), Span.of(YearMonth.of(2026, 2), SHANGHAI));
    }
}
