package io.lianhu.server.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.server.calendar.TimeLimit.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A limit ends when the county's working time says so")
final class WorkCalendarTest {

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    private static final WorkCalendar USUAL = new WorkCalendar(LegalCalendar.announced(), Map.of(), new TreeMap<>());

    @ParameterizedTest(name = "{1} {2} from {0}: {3}. {4}")
    @CsvSource({
        "2026-03-02T09:00, 2, WORKING_HOUR, 2026-03-02T11:00, within the morning",
        "2026-03-02T11:30, 1, WORKING_HOUR, 2026-03-02T14:30, across lunch",
        "2026-03-02T12:30, 1, WORKING_HOUR, 2026-03-02T15:00, begun at lunch",
        "2026-03-02T22:00, 1, WORKING_HOUR, 2026-03-03T09:30, begun at night",
        "2026-03-02T05:00, 1, WORKING_HOUR, 2026-03-02T09:30, begun before work",
        "2026-03-02T10:30, 5, WORKING_HOUR, 2026-03-02T17:30, ends with the day and not with the next morning",
        "2026-03-02T16:30, 4, WORKING_HOUR, 2026-03-03T11:30, across the night",
        "2026-03-06T16:30, 4, WORKING_HOUR, 2026-03-09T11:30, across a weekend",
        "2026-02-13T16:30, 4, WORKING_HOUR, 2026-02-14T11:30, into the make-up Saturday before the Spring Festival",
        "2026-02-14T17:00, 2, WORKING_HOUR, 2026-02-24T10:00, across the Spring Festival",
        "2026-02-18T12:00, 4, WORKING_HOUR, 2026-02-24T14:30, begun in the Spring Festival",
        "2026-02-27T16:30, 8, WORKING_HOUR, 2026-02-28T17:30, the make-up Saturday after it is worked to its end",
        "2026-09-30T17:00, 1, WORKING_HOUR, 2026-10-08T09:00, across National Day",
        "2026-10-09T17:00, 1, WORKING_HOUR, 2026-10-10T09:00, into the make-up Saturday after it",
        "2026-10-10T17:00, 1, WORKING_HOUR, 2026-10-12T09:00, but not into the Sunday",
        "2026-09-18T17:00, 1, WORKING_HOUR, 2026-09-20T09:00, over a Saturday into a make-up Sunday",
        "2026-03-02T09:00, 1, WORKING_DAY, 2026-03-03T17:30, the day of the start is not counted",
        "2026-03-02T23:59, 1, WORKING_DAY, 2026-03-03T17:30, however late it was",
        "2026-03-06T09:00, 1, WORKING_DAY, 2026-03-09T17:30, across a weekend",
        "2026-03-07T09:00, 1, WORKING_DAY, 2026-03-09T17:30, begun on a Saturday",
        "2026-02-13T09:00, 1, WORKING_DAY, 2026-02-14T17:30, the make-up Saturday counts",
        "2026-02-13T09:00, 2, WORKING_DAY, 2026-02-24T17:30, the Spring Festival does not",
        "2026-02-24T09:00, 4, WORKING_DAY, 2026-02-28T17:30, the make-up Saturday after it counts",
        "2026-02-24T09:00, 5, WORKING_DAY, 2026-03-02T17:30, and its Sunday does not",
        "2026-02-18T12:00, 1, WORKING_DAY, 2026-02-24T17:30, begun in the Spring Festival",
        "2026-09-24T09:00, 1, WORKING_DAY, 2026-09-28T17:30, across Mid-Autumn",
        "2026-09-30T09:00, 3, WORKING_DAY, 2026-10-10T17:30, across National Day to a make-up Saturday",
        "2026-09-30T09:00, 4, WORKING_DAY, 2026-10-12T17:30, and on to the Monday",
        "2026-09-18T09:00, 1, WORKING_DAY, 2026-09-20T17:30, a make-up Sunday counts",
        "2026-02-14T17:00, 24, HOUR, 2026-02-15T17:00, natural hours know no holiday",
        "2026-02-14T23:55, 10, MINUTE, 2026-02-15T00:05, nor night",
        "2026-02-16T23:45, 30, MINUTE, 2026-02-17T00:15, on New Year's Eve"
    })
    void golden(LocalDateTime start, int amount, Unit unit, LocalDateTime due, String why) {
        assertEquals(at(due), USUAL.due(at(start), new TimeLimit(amount, unit)), why);
    }

    @Test
    @DisplayName(
            "A county's own day off and workday go before the announced ones, and its hours hold from their day on")
    void own() {
        WorkCalendar own = new WorkCalendar(
                LegalCalendar.announced(),
                Map.of(LocalDate.of(2026, 3, 3), false, LocalDate.of(2026, 3, 7), true),
                new TreeMap<>(Map.of(
                        LocalDate.of(2026, 5, 1),
                        new WorkingHours(List.of(
                                new WorkingHours.Span(LocalTime.of(9, 0), LocalTime.of(12, 0)),
                                new WorkingHours.Span(LocalTime.of(14, 30), LocalTime.of(18, 0)))))));
        assertEquals(at("2026-03-04T17:30"), own.due(at("2026-03-02T09:00"), new TimeLimit(1, Unit.WORKING_DAY)));
        assertEquals(at("2026-03-07T09:00"), own.due(at("2026-03-06T17:00"), new TimeLimit(1, Unit.WORKING_HOUR)));
        assertEquals(at("2026-05-06T09:30"), own.due(at("2026-04-30T17:00"), new TimeLimit(1, Unit.WORKING_HOUR)));
        assertEquals(at("2026-05-06T18:00"), own.due(at("2026-04-30T17:00"), new TimeLimit(1, Unit.WORKING_DAY)));
    }

    @Test
    @DisplayName("A year that was not announced yet has its weekends, and says so")
    void unannounced() {
        assertTrue(LegalCalendar.announced().covers(2026));
        assertFalse(LegalCalendar.announced().covers(2031));
        assertTrue(USUAL.isWorkday(LocalDate.of(2031, 10, 1)));
        assertFalse(USUAL.isWorkday(LocalDate.of(2031, 10, 4)));
    }

    @Test
    @DisplayName(
            "So many working hours later, so many hours were worked; never earlier for more, nor for a later start")
    void consistent() {
        Random chance = new Random(20260215);
        for (int i = 0; i < 2_000; i++) {
            Instant start = at("2026-01-20T00:00").plusSeconds(chance.nextInt(300 * 24 * 3_600));
            int amount = 1 + chance.nextInt(200);
            Instant due = USUAL.due(start, new TimeLimit(amount, Unit.WORKING_HOUR));
            assertEquals(Duration.ofHours(amount), USUAL.between(start, due), start + " + " + amount);
            for (Unit unit : Unit.values()) {
                Instant one = USUAL.due(start, new TimeLimit(amount, unit));
                assertTrue(one.isBefore(USUAL.due(start, new TimeLimit(amount + 1, unit))), unit + " " + start);
                assertFalse(
                        USUAL.due(start.plusSeconds(chance.nextInt(100_000)), new TimeLimit(amount, unit))
                                .isBefore(one),
                        unit + " " + start);
            }
        }
    }

    @Test
    @DisplayName("A clock that stood still goes on with what was left, whatever it counts")
    void stoodStill() {
        Random chance = new Random(20261001);
        for (int i = 0; i < 2_000; i++) {
            Instant start = at("2026-01-20T00:00").plusSeconds(chance.nextInt(300 * 24 * 3_600));
            for (Unit unit : Unit.values()) {
                Instant due = USUAL.due(start, new TimeLimit(1 + chance.nextInt(40), unit));
                Instant stopped = start.plusSeconds((long)
                        (chance.nextDouble() * Duration.between(start, due).toSeconds()));
                Duration left = USUAL.left(stopped, due, unit);
                assertEquals(due, USUAL.resume(stopped, left, unit), unit + " stopped at " + stopped);
                Instant later = stopped.plusSeconds(chance.nextInt(1_000_000));
                Instant moved = USUAL.resume(later, left, unit);
                assertEquals(left, USUAL.left(later, moved, unit), unit + " went on at " + later);
            }
        }
        assertEquals(Duration.ZERO, USUAL.left(at("2026-03-02T10:00"), at("2026-03-02T09:00"), Unit.WORKING_HOUR));
    }

    @Test
    @DisplayName("A county that never works has no due time, and a limit without end is none")
    void bounds() {
        Map<LocalDate, Boolean> never = new TreeMap<>();
        for (LocalDate day = LocalDate.of(2026, 1, 1); day.getYear() < 2040; day = day.plusDays(1)) {
            never.put(day, false);
        }
        WorkCalendar idle = new WorkCalendar(LegalCalendar.announced(), never, new TreeMap<>());
        TimeLimit day = new TimeLimit(1, Unit.WORKING_DAY);
        assertThrows(IllegalStateException.class, () -> idle.due(at("2026-03-02T09:00"), day));
        assertThrows(IllegalArgumentException.class, () -> new TimeLimit(0, Unit.HOUR));
        assertThrows(IllegalArgumentException.class, () -> new TimeLimit(501, Unit.WORKING_DAY));
        assertThrows(IllegalArgumentException.class, () -> new WorkingHours(List.of()));
        WorkingHours.Span morning = new WorkingHours.Span(LocalTime.of(8, 0), LocalTime.of(12, 0));
        assertThrows(IllegalArgumentException.class, () -> new WorkingHours(List.of(morning, morning)));
    }

    private static Instant at(String moment) {
        return at(LocalDateTime.parse(moment));
    }

    private static Instant at(LocalDateTime moment) {
        return moment.atZone(CHINA).toInstant();
    }
}
