package io.lianhu.server.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A day as the schema has it. */
public record CalendarDay(
        LocalDate date,
        boolean workday,
        WorkCalendar.Reason because,
        @Nullable String note,
        List<Shift> shifts,
        boolean arranged) {

    /** A weekday on which is worked. */
    public record Weekday(DayOfWeek weekday, List<Shift> shifts) {

        static List<Weekday> of(WorkingHours hours) {
            return hours.week().entrySet().stream()
                    .map(day -> new Weekday(day.getKey(), day.getValue()))
                    .toList();
        }
    }

    static CalendarDay of(WorkCalendar calendar, LocalDate date, Locale locale) {
        List<Shift> shifts = calendar.shifts(date);
        return new CalendarDay(
                date,
                !shifts.isEmpty(),
                calendar.reason(date),
                note(calendar, date, locale),
                shifts,
                LegalCalendar.BASELINE.knows(date));
    }

    private static @Nullable String note(WorkCalendar calendar, LocalDate date, Locale locale) {
        WorkCalendar.Decision own = calendar.decisions().get(date);
        if (own != null) {
            return own.reason();
        }
        LegalCalendar.Arranged arranged = LegalCalendar.BASELINE.of(date);
        return arranged == null ? null : arranged.name(locale);
    }
}
