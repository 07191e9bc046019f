package io.lianhu.server.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A county's calendar (工作日历): tells when a limit ends, and how much of it is left. Immutable.
 *
 * <p>Limits in working days end as the Civil Code (art. 201, 203) has it: the day on which the clock starts is not counted, and the last
 * day ends with its working hours. Limits in working hours run while the county works, begin with the next working hour where the clock
 * starts outside, and end with an hour that was worked: at 17:30, not at 08:30 of the next day.
 */
public final class WorkCalendar {

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    /** No limit reaches further: what does is a county without working days. */
    private static final int MAX_DAYS = 4_000;

    private final LegalCalendar legal;
    private final Map<LocalDate, Boolean> workdays;
    private final TreeMap<LocalDate, WorkingHours> hours;

    /**
     * A county's own.
     *
     * @param workdays days that differ in this county: true for one that is worked
     * @param hours by the day from which they hold; before the first, {@link WorkingHours#USUAL} do
     */
    WorkCalendar(
            LegalCalendar legal, Map<LocalDate, Boolean> workdays, NavigableMap<LocalDate, WorkingHours> hours) {
        this.legal = legal;
        this.workdays = Map.copyOf(workdays);
        this.hours = new TreeMap<>(hours);
    }

    /** Whether the county works on that day. */
    public boolean isWorkday(LocalDate day) {
        Boolean own = workdays.get(day);
        return own == null ? legal.isWorkday(day) : own;
    }

    /** The hours that are worked on a working day. */
    public WorkingHours hours(LocalDate day) {
        Map.Entry<LocalDate, WorkingHours> holding = hours.floorEntry(day);
        return holding == null ? WorkingHours.USUAL : holding.getValue();
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
     * How much of a limit is left, so that a clock that stood still can {@linkplain #resume go on}; working time where the unit counts
     * that, and nothing once the limit has ended.
     */
    public Duration left(Instant now, Instant due, TimeLimit.Unit unit) {
        if (!now.isBefore(due)) {
            return Duration.ZERO;
        }
        return unit.isNatural() ? Duration.between(now, due) : between(now, due);
    }

    /** When a clock that goes on now, with so much left, ends. */
    public Instant resume(Instant now, Duration left, TimeLimit.Unit unit) {
        return unit.isNatural() || left.isZero() ? now.plus(left) : plus(now, left);
    }

    /** The working time from one moment to a later one. */
    public Duration between(Instant from, Instant to) {
        LocalDateTime begin = local(from);
        LocalDateTime end = local(to);
        Duration worked = Duration.ZERO;
        for (LocalDate day = begin.toLocalDate(); !day.isAfter(end.toLocalDate()); day = day.plusDays(1)) {
            if (isWorkday(day)) {
                for (WorkingHours.Span span : hours(day).spans()) {
                    LocalDateTime opens = later(day.atTime(span.from()), begin);
                    LocalDateTime closes = earlier(day.atTime(span.to()), end);
                    if (opens.isBefore(closes)) {
                        worked = worked.plus(Duration.between(opens, closes));
                    }
                }
            }
        }
        return worked;
    }

    private Instant plus(Instant start, Duration worked) {
        LocalDateTime begin = local(start);
        Duration left = worked;
        LocalDate day = begin.toLocalDate();
        for (int i = 0; i < MAX_DAYS; i++, day = day.plusDays(1)) {
            if (isWorkday(day)) {
                for (WorkingHours.Span span : hours(day).spans()) {
                    LocalDateTime opens = later(day.atTime(span.from()), begin);
                    LocalDateTime closes = day.atTime(span.to());
                    if (opens.isBefore(closes)) {
                        Duration open = Duration.between(opens, closes);
                        if (left.compareTo(open) <= 0) {
                            return instant(opens.plus(left));
                        }
                        left = left.minus(open);
                    }
                }
            }
        }
        throw new IllegalStateException("No limit ends within " + MAX_DAYS + " days from " + start);
    }

    private Instant endOfWorkday(Instant start, int days) {
        LocalDate day = local(start).toLocalDate();
        int counted = 0;
        for (int i = 0; i < MAX_DAYS; i++) {
            day = day.plusDays(1);
            if (isWorkday(day) && ++counted == days) {
                return instant(day.atTime(hours(day).end()));
            }
        }
        throw new IllegalStateException("No limit ends within " + MAX_DAYS + " days from " + start);
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
