package io.lianhu.server.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A county's calendar (工作日历): tells when a limit ends, and how much of it is left. Pure and immutable.
 *
 * <p>A day is worked on, or not, by the first of these that says something: the county's decision on that date; the legal calendar, with
 * its holidays and make-up workdays; the weekday, by the hours that hold on that date. A day that is worked on although its weekday
 * usually is not, such as a make-up Sunday, goes by the hours of the week's first working day, as a rule Monday's.
 *
 * <p><b>Working time</b> runs within the shifts, and stands still at noon, at night and on days off: a clock that starts then begins with
 * the next shift. It ends with time that was worked: three and a half hours from 13:00, or seven from 08:30, end at 17:30 and not at 08:30
 * of the next morning.
 *
 * <p><b>Working days</b> count as the Civil Code (art. 201, 203) counts days: not the one on which the clock starts, at whatever hour and
 * whether it is worked on or not, but those after it that are worked on; the last ends with its last shift. One working day from a Friday,
 * be it 08:00 or 23:00, as from the Saturday after it, ends on Monday at 17:30, or on the Sunday where that is a make-up workday.
 *
 * <p>Time is China's, the same all year since 1992. What is computed goes from day to day and never from minute to minute.
 *
 * @param hours by the day from which they hold; before the first, {@link WorkingHours#USUAL} do
 * @param decisions the county's own, by date
 */
public record WorkCalendar(NavigableMap<LocalDate, WorkingHours> hours, Map<LocalDate, Decision> decisions) {

    static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    private static final LegalCalendar LEGAL = LegalCalendar.BASELINE;

    /** Beyond the end of the longest limit in a county with the fewest hours and the most days off. */
    private static final int MAX_DAYS = 60 * 366;

    /** That a county works on a date, or does not, against or beyond the legal calendar. */
    record Decision(boolean workday, String reason) {}

    /** Why a day is worked on, or not. */
    enum Reason {
        WEEK,
        HOLIDAY,
        MAKE_UP,
        COUNTY
    }

    public WorkCalendar {
        hours = Collections.unmodifiableNavigableMap(new TreeMap<>(hours));
        decisions = Map.copyOf(decisions);
    }

    /** Whether the county works on that day. */
    public boolean isWorkday(LocalDate day) {
        return !shifts(day).isEmpty();
    }

    Reason reason(LocalDate day) {
        if (decisions.containsKey(day)) {
            return Reason.COUNTY;
        }
        LegalCalendar.Arranged arranged = LEGAL.of(day);
        return arranged == null ? Reason.WEEK : arranged.workday() ? Reason.MAKE_UP : Reason.HOLIDAY;
    }

    /** The hours that hold on that day. */
    WorkingHours hours(LocalDate day) {
        Map.Entry<LocalDate, WorkingHours> holding = hours.floorEntry(day);
        return holding == null ? WorkingHours.USUAL : holding.getValue();
    }

    /** The shifts of that day, in order; none where it is not worked on. */
    List<Shift> shifts(LocalDate day) {
        WorkingHours holding = hours(day);
        Decision own = decisions.get(day);
        if (own != null) {
            return own.workday() ? holding.atLeast(day.getDayOfWeek()) : List.of();
        }
        LegalCalendar.Arranged arranged = LEGAL.of(day);
        if (arranged != null) {
            return arranged.workday() ? holding.atLeast(day.getDayOfWeek()) : List.of();
        }
        return holding.usually(day.getDayOfWeek());
    }

    /** When a limit ends whose clock starts then. */
    public Instant due(Instant start, TimeLimit limit) {
        return switch (limit.unit()) {
            case MINUTE -> start.plus(Duration.ofMinutes(limit.amount()));
            case HOUR -> start.plus(Duration.ofHours(limit.amount()));
            case WORKING_HOUR -> plus(start, Duration.ofHours(limit.amount()));
            case WORKING_DAY -> endOfWorkday(start, limit.amount());
        };
    }

    /**
     * How much of a limit is left, so that a clock that stood still (中止) can {@linkplain #resume go on}: working time where the unit
     * counts that, be it in hours or days, else natural time; and nothing once the limit has ended.
     */
    public Duration left(Instant now, Instant due, TimeLimit.Unit unit) {
        if (!now.isBefore(due)) {
            return Duration.ZERO;
        }
        return unit.isNatural() ? Duration.between(now, due) : between(now, due);
    }

    /** When a clock that goes on now, with so much left, ends. */
    public Instant resume(Instant now, Duration left, TimeLimit.Unit unit) {
        return unit.isNatural() ? now.plus(left) : plus(now, left);
    }

    /**
     * The earliest moment, not before the start, until which so much was worked since the start: the start itself for nothing.
     *
     * @throws ArithmeticException where there is none within {@value #MAX_DAYS} days
     */
    public Instant plus(Instant start, Duration worked) {
        if (worked.isZero()) {
            return start;
        }
        LocalDateTime begin = local(start);
        Duration left = worked;
        LocalDate day = begin.toLocalDate();
        for (int i = 0; i < MAX_DAYS; i++, day = day.plusDays(1)) {
            for (Shift shift : shifts(day)) {
                LocalDateTime opens = later(begin, at(day, shift.start()));
                LocalDateTime closes = at(day, shift.end());
                if (opens.isBefore(closes)) {
                    Duration open = Duration.between(opens, closes);
                    if (left.compareTo(open) <= 0) {
                        return instant(opens.plus(left));
                    }
                    left = left.minus(open);
                }
            }
        }
        throw new ArithmeticException("No limit ends within " + MAX_DAYS + " days from " + start);
    }

    private Instant endOfWorkday(Instant start, int days) {
        LocalDate day = local(start).toLocalDate();
        int counted = 0;
        for (int i = 0; i < MAX_DAYS; i++) {
            day = day.plusDays(1);
            List<Shift> shifts = shifts(day);
            if (!shifts.isEmpty() && ++counted == days) {
                return instant(at(day, shifts.get(shifts.size() - 1).end()));
            }
        }
        throw new ArithmeticException("No limit ends within " + MAX_DAYS + " days from " + start);
    }

    /** The working time from one moment to a later one; negative where the second is earlier. Costs as many steps as days lie between. */
    public Duration between(Instant from, Instant to) {
        if (to.isBefore(from)) {
            return between(to, from).negated();
        }
        LocalDateTime begin = local(from);
        LocalDateTime end = local(to);
        Duration worked = Duration.ZERO;
        for (LocalDate day = begin.toLocalDate(); !day.isAfter(end.toLocalDate()); day = day.plusDays(1)) {
            for (Shift shift : shifts(day)) {
                LocalDateTime opens = later(begin, at(day, shift.start()));
                LocalDateTime closes = earlier(end, at(day, shift.end()));
                if (opens.isBefore(closes)) {
                    worked = worked.plus(Duration.between(opens, closes));
                }
            }
        }
        return worked;
    }

    private static LocalDateTime at(LocalDate day, int minutes) {
        return day.atStartOfDay().plusMinutes(minutes);
    }

    private static LocalDateTime later(LocalDateTime one, LocalDateTime other) {
        return one.isBefore(other) ? other : one;
    }

    private static LocalDateTime earlier(LocalDateTime one, LocalDateTime other) {
        return one.isBefore(other) ? one : other;
    }

    private static LocalDateTime local(Instant moment) {
        return LocalDateTime.ofInstant(moment, CHINA);
    }

    private static Instant instant(LocalDateTime moment) {
        return moment.atZone(CHINA).toInstant();
    }
}
