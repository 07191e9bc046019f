package io.lianhu.server.casework;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one stage of a case: its limit as it was when the clock began, and when that ends. A limit that is changed afterwards is for cases
 * to come; a calendar that is changed is for this one too.
 *
 * <p>In emergency mode a second limit runs beside the usual one, and the clock ends with whichever is over first. The usual one goes on
 * all the while, so that taking the other away leaves what there would be had the emergency never been.
 */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Deadline {

    @Embedded
    private Countdown usual;

    /** The limit of emergency mode; null in usual times. */
    @Embedded
    private @Nullable Countdown emergency;

    /** Since when the place was in emergency mode when that was last asked; null where it was not. */
    private @Nullable Instant emergencyAt;

    private Instant approachingAt;
    private Instant dueAt;
    private @Nullable Instant metAt;

    protected Deadline() {}

    Deadline(TimeLimit limit, Instant now, WorkCalendar calendar) {
        this.usual = new Countdown(limit, now);
        reckon(calendar);
    }

    /** Reckons anew when it ends, by the calendar as it is now. */
    void reckon(WorkCalendar calendar) {
        Countdown first = usual;
        Countdown second = emergency;
        if (second != null && second.due(calendar).isBefore(usual.due(calendar))) {
            first = second;
        }
        dueAt = first.due(calendar);
        approachingAt = first.approaching(calendar);
    }

    /**
     * Follows the mode of the place, unless it is met: from what is known of the clock and of the mode alone, so that it does not matter
     * how often this is done, nor whether a mode between was missed.
     *
     * @param since when the place went into emergency mode; null where it is not in it
     * @param limit of emergency mode; one that runs already keeps its own
     * @return how much later it ends now
     */
    Duration follow(@Nullable Instant since, TimeLimit limit, WorkCalendar calendar) {
        if (isMet() || Objects.equals(since, emergencyAt)) {
            return Duration.ZERO;
        }
        emergencyAt = since;
        if (since == null) {
            emergency = null;
        } else {
            TimeLimit kept = emergency == null ? limit : emergency.limit();
            emergency = new Countdown(kept, since.isBefore(usual.since()) ? usual.since() : since);
        }
        Instant before = dueAt;
        reckon(calendar);
        return Duration.between(before, dueAt);
    }

    /** Gives it more of its unit; in emergency mode that limit too. */
    void extend(int more, WorkCalendar calendar) {
        TimeLimit.Unit unit = usual.limit().unit();
        usual.extend(more, unit, calendar);
        if (emergency != null) {
            emergency.extend(more, unit, calendar);
        }
        reckon(calendar);
    }

    /** It stands still from one moment to another. What was met, or overdue, before stays so. */
    void standStill(Instant from, Instant until, WorkCalendar calendar) {
        if (isMet()) {
            return;
        }
        usual.standStill(from, until, calendar);
        if (emergency != null) {
            emergency.standStill(from, until, calendar);
        }
        reckon(calendar);
    }

    /** What stands still until later goes on now. */
    void goOn(Instant now, WorkCalendar calendar) {
        if (isMet()) {
            return;
        }
        usual.goOn(now);
        if (emergency != null) {
            emergency.goOn(now);
        }
        reckon(calendar);
    }

    /** It is met; only the first time counts. */
    void meet(Instant now) {
        metAt = metAt == null ? now : metAt;
    }

    /** It was not met after all: it goes on now, and the time from when it seemed met does not count. */
    void unmeet(Instant now, WorkCalendar calendar) {
        Instant seemed = metAt;
        metAt = null;
        if (seemed != null) {
            standStill(seemed, now, calendar);
        }
    }

    boolean isMet() {
        return metAt != null;
    }

    /** How it stands, or, once it is met, how it stood then. */
    ClockState state(Instant now) {
        Instant at = metAt == null ? now : metAt;
        return at.isAfter(dueAt)
                ? ClockState.OVERDUE
                : at.isBefore(approachingAt) ? ClockState.ON_TIME : ClockState.APPROACHING;
    }

    TimeLimit limit() {
        return usual.limit();
    }

    /** The limit of emergency mode; null where the clock runs, or ran when it was met, in usual times. */
    @Nullable
    TimeLimit emergencyLimit() {
        return emergency == null ? null : emergency.limit();
    }

    Instant approachingAt() {
        return approachingAt;
    }

    Instant dueAt() {
        return dueAt;
    }

    @Nullable
    Instant metAt() {
        return metAt;
    }
}
