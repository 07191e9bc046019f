package io.lianhu.points.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A day or a calendar month as people count them: from midnight to midnight where they live.
 *
 * @param begin its first moment
 * @param end the first moment after it
 */
record Span(Instant begin, Instant end) {

    /** The day in which the moment lies. */
    static Span day(Instant moment, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(moment, zone);
        return new Span(midnight(day, zone), midnight(day.plusDays(1), zone));
    }

    /** The month in which the moment lies. */
    static Span month(Instant moment, ZoneId zone) {
        return of(YearMonth.from(moment.atZone(zone)), zone);
    }

    static Span of(YearMonth month, ZoneId zone) {
        return new Span(
                midnight(month.atDay(1), zone), midnight(month.plusMonths(1).atDay(1), zone));
    }

    private static Instant midnight(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }
}
