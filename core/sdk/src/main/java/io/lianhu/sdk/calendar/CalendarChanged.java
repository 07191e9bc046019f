package io.lianhu.sdk.calendar;

import io.lianhu.sdk.Event;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The county works at other times than it did (工作日历变更): whatever is due by working time has to be reckoned anew where its time touches
 * these days.
 *
 * @param calendarId the same for all changes of a county
 * @param version grows with each change
 * @param from the first day that may be another
 * @param until the last one; null where there is none
 */
public record CalendarChanged(UUID calendarId, int version, LocalDate from, @Nullable LocalDate until)
        implements Event {
    @Override
    public UUID aggregate() {
        return calendarId;
    }
}
