package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.emergency.Emergency;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the clocks of a county go by: its calendar, and its modes (平急).
 *
 * @param emergencies those that are open
 */
public record ClockBasis(WorkCalendar calendar, List<Emergency> emergencies) {

    /** Since when a place is in emergency mode: by the first of its own and those above, as far as they are open. Null where it is not. */
    @Nullable
    Instant emergencySince(DivisionCode place) {
        return emergencies.stream()
                .filter(one -> one.code().contains(place))
                .map(Emergency::declaredAt)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Has a case's clocks follow the mode of its place; how much later they end now. */
    Duration follow(Case about, CaseClass by) {
        return about.clocks().follow(by, emergencySince(about.division()), calendar);
    }
}
