package io.lianhu.server.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.calendar.TimeLimit.Unit;
import io.vertx.core.json.JsonObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A limit ends when the county's working time says so")
final class WorkCalendarTest {

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    private static final WorkCalendar USUAL = new WorkCalendar(new TreeMap<>(), Map.of());

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
    @DisplayName("A county's own day off and workday go before the announced ones")
    void own() {
        WorkCalendar own = new WorkCalendar(
                new TreeMap<>(),
                Map.of(
                        LocalDate.of(2026, 3, 3), new WorkCalendar.Decision(false, "花朝节"),
                        LocalDate.of(2026, 3, 7), new WorkCalendar.Decision(true, "抗旱值守"),
                        LocalDate.of(2026, 2, 14), new WorkCalendar.Decision(false, "雪灾停工"),
                        LocalDate.of(2026, 2, 22), new WorkCalendar.Decision(true, "雪灾复工")));

        assertEquals(at("2026-03-04T17:30"), own.due(at("2026-03-02T09:00"), new TimeLimit(1, Unit.WORKING_DAY)));
        assertEquals(at("2026-03-07T09:00"), own.due(at("2026-03-06T17:00"), new TimeLimit(1, Unit.WORKING_HOUR)));
        assertEquals(at("2026-02-22T09:30"), own.due(at("2026-02-13T16:30"), new TimeLimit(2, Unit.WORKING_HOUR)));
        assertEquals(WorkCalendar.Reason.COUNTY, own.reason(LocalDate.of(2026, 2, 22)));
        assertEquals(WorkCalendar.Reason.HOLIDAY, own.reason(LocalDate.of(2026, 2, 21)));
        assertEquals(WorkCalendar.Reason.MAKE_UP, own.reason(LocalDate.of(2026, 2, 28)));
        assertEquals(WorkCalendar.Reason.WEEK, own.reason(LocalDate.of(2026, 3, 21)));
    }

    @Test
    @DisplayName("Hours hold from their day on until the next ones do, each weekday's for itself")
    void hours() {
        WorkCalendar own = new WorkCalendar(
                new TreeMap<>(Map.of(
                        LocalDate.of(2026, 5, 1), week("08:00-12:00 15:00-18:00", "09:00-11:00", ""),
                        LocalDate.of(2026, 10, 1), week("09:00-12:00 13:00-17:00", "", ""))),
                Map.of());

        assertEquals(at("2026-04-30T17:30"), own.due(at("2026-04-30T16:30"), new TimeLimit(1, Unit.WORKING_HOUR)));
        assertEquals(at("2026-05-06T08:30"), own.due(at("2026-04-30T17:00"), new TimeLimit(1, Unit.WORKING_HOUR)));
        // the Saturday that is made up for the holiday keeps its own hours, which the Sunday has not
        assertEquals(at("2026-05-09T11:00"), own.due(at("2026-05-08T09:00"), new TimeLimit(1, Unit.WORKING_DAY)));
        assertEquals(at("2026-05-16T11:00"), own.due(at("2026-05-15T18:00"), new TimeLimit(2, Unit.WORKING_HOUR)));
        assertEquals(at("2026-09-20T18:00"), own.due(at("2026-09-19T23:00"), new TimeLimit(1, Unit.WORKING_DAY)));
        assertEquals(at("2026-10-10T17:00"), own.due(at("2026-09-30T09:00"), new TimeLimit(3, Unit.WORKING_DAY)));
    }

    @Test
    @DisplayName("A duty room never closes")
    void aroundTheClock() {
        WorkCalendar own = new WorkCalendar(
                new TreeMap<>(Map.of(LocalDate.of(2026, 1, 1), week("00:00-24:00", "00:00-24:00", "00:00-24:00"))),
                Map.of());

        assertEquals(at("2026-03-22T04:00"), own.due(at("2026-03-20T22:00"), new TimeLimit(30, Unit.WORKING_HOUR)));
        assertEquals(at("2026-03-22T00:00"), own.due(at("2026-03-20T22:00"), new TimeLimit(1, Unit.WORKING_DAY)));
    }

    @ParameterizedTest(name = "from {0} to {1}: {2}")
    @CsvSource({
        "2026-03-16T12:00, 2026-03-16T14:00, PT0S",
        "2026-03-16T17:30, 2026-03-17T08:30, PT0S",
        "2026-03-16T11:00, 2026-03-16T15:00, PT2H",
        "2026-03-16T00:00, 2026-03-23T00:00, PT35H",
        "2026-02-14T16:30, 2026-02-24T09:00, PT1H30M",
        "2026-02-15T00:00, 2026-02-24T00:00, PT0S",
        "2026-09-30T17:00, 2026-10-10T09:00, PT15H",
        "2026-01-01T00:00, 2027-01-01T00:00, PT1736H"
    })
    void measured(LocalDateTime from, LocalDateTime to, Duration worked) {
        assertEquals(worked, USUAL.between(at(from), at(to)));
        assertEquals(worked.negated(), USUAL.between(at(to), at(from)));
    }

    @Test
    @DisplayName("A year that was not announced yet has its weekends, and says so")
    void unannounced() {
        assertTrue(LegalCalendar.BASELINE.knows(LocalDate.of(2026, 12, 31)));
        assertFalse(LegalCalendar.BASELINE.knows(LocalDate.of(2031, 1, 1)));
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
    @DisplayName("Whatever a county's hours and days are: adding is additive, undone by measuring, and ends with work")
    void lawful() {
        Random chance = new Random(20260217);
        for (int i = 0; i < 2_000; i++) {
            WorkCalendar calendar = any(chance);
            Instant start = at("2025-11-01T00:00").plusSeconds(chance.nextInt(500 * 86_400));
            Duration one = Duration.ofSeconds(1 + chance.nextInt(60 * 3_600));
            Duration other = Duration.ofSeconds(chance.nextInt(60 * 3_600));
            Instant due = calendar.plus(start, one);
            String about = start + " " + one + " " + other + " " + calendar;

            assertEquals(one, calendar.between(start, due), about);
            assertEquals(1, calendar.between(due.minusNanos(1), due).toNanos(), about);
            assertEquals(calendar.plus(start, one.plus(other)), calendar.plus(due, other), about);
            assertFalse(calendar.plus(start.plus(other), one).isBefore(due), about);
            Instant between = start.plus(other);
            assertEquals(one, calendar.between(start, between).plus(calendar.between(between, due)), about);

            int days = 1 + chance.nextInt(30);
            LocalDate last = LocalDate.ofInstant(
                    calendar.due(start, new TimeLimit(days, Unit.WORKING_DAY)).minusNanos(1), CHINA);
            assertEquals(
                    days,
                    LocalDate.ofInstant(start, CHINA)
                            .plusDays(1)
                            .datesUntil(last.plusDays(1))
                            .filter(calendar::isWorkday)
                            .count(),
                    about);
        }
    }

    private static WorkCalendar any(Random chance) {
        Map<LocalDate, WorkCalendar.Decision> decisions = new HashMap<>();
        for (int i = chance.nextInt(40); i > 0; i--) {
            decisions.put(
                    LocalDate.of(2025, 10, 1).plusDays(chance.nextInt(600)),
                    new WorkCalendar.Decision(chance.nextBoolean(), "试"));
        }
        TreeMap<LocalDate, WorkingHours> hours = new TreeMap<>();
        for (int i = chance.nextInt(3); i > 0; i--) {
            hours.put(
                    LocalDate.of(2025, 10, 1).plusDays(chance.nextInt(600)),
                    chance.nextBoolean()
                            ? week("00:00-06:30 18:00-24:00", "09:00-11:00", "")
                            : week("07:15-11:45 15:00-18:30", "", "10:00-10:01"));
        }
        return new WorkCalendar(hours, decisions);
    }

    /** Hours like {@code 09:00-12:00 13:00-17:00}, of Monday to Friday, of Saturday, of Sunday. */
    private static WorkingHours week(String weekdays, String saturday, String sunday) {
        Map<DayOfWeek, List<Shift>> week = new EnumMap<>(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            String shifts = day == DayOfWeek.SATURDAY ? saturday : day == DayOfWeek.SUNDAY ? sunday : weekdays;
            week.put(
                    day,
                    Stream.of(shifts.split(" "))
                            .filter(shift -> !shift.isEmpty())
                            .map(Shift::parse)
                            .toList());
        }
        return new WorkingHours(week);
    }

    @Test
    @DisplayName("The longest limit ends, even with the fewest hours and the most days off")
    void bounds() {
        Map<LocalDate, WorkCalendar.Decision> off = new HashMap<>();
        for (int i = 0; i < Calendars.MOST_DECISIONS; i++) {
            off.put(LocalDate.of(2026, 3, 15).plusWeeks(i), new WorkCalendar.Decision(false, "停"));
        }
        WorkCalendar idle =
                new WorkCalendar(new TreeMap<>(Map.of(LocalDate.of(2026, 1, 1), week("", "", "08:00-18:00"))), off);
        for (Unit unit : Unit.values()) {
            assertTrue(idle.due(at("2026-03-14T10:00"), new TimeLimit(unit.most(), unit))
                    .isBefore(at("2080-01-01T00:00")));
        }
        assertThrows(IllegalArgumentException.class, () -> new TimeLimit(0, Unit.HOUR));
        assertThrows(IllegalArgumentException.class, () -> new TimeLimit(1_001, Unit.WORKING_DAY));
    }

    @Test
    @DisplayName("Hours are read as they were written, and what are none is refused")
    void written() {
        WorkingHours hours = week("18:00-24:00 00:00-06:30", "09:00-11:00", "");
        assertEquals(hours, WorkingHours.fromJson(new JsonObject(hours.toJson().encode())));
        assertEquals(List.of(Shift.parse("00:00-06:30"), Shift.parse("18:00-24:00")), hours.usually(DayOfWeek.MONDAY));

        assertThrows(ApiException.class, () -> week("", "", ""));
        assertThrows(ApiException.class, () -> week("", "08:00-12:00", "13:00-18:00")); // too few
        assertThrows(ApiException.class, () -> week("08:00-12:00 11:59-17:00", "", ""));
        for (String shift : List.of("8:30-12:00", "12:00-12:00", "12:00-24:01", "14:00-12:00", "24:00-24:00")) {
            assertThrows(ApiException.class, () -> Shift.parse(shift), shift);
        }
    }

    private static Instant at(String moment) {
        return at(LocalDateTime.parse(moment));
    }

    private static Instant at(LocalDateTime moment) {
        return moment.atZone(CHINA).toInstant();
    }
}
