package io.lianhu.server.casework;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one stage of a case: its limit as it was when the clock began, and when that ends. A limit that is changed afterwards is for cases
 * to come; a calendar that is changed is for this one too.
 */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Deadline {

    private int amount;

    @Enumerated(EnumType.STRING)
    private TimeLimit.Unit unit;

    /** When the clock began, or went on. */
    private Instant since;

    /** What was left when it went on, in seconds; null where it never stood still. */
    private @Nullable Long secondsLeft;

    private Instant approachingAt;
    private Instant dueAt;
    private @Nullable Instant metAt;

    protected Deadline() {}

    Deadline(TimeLimit limit, Instant now, WorkCalendar calendar) {
        this.amount = limit.amount();
        this.unit = limit.unit();
        this.since = now;
        reckon(calendar);
    }

    /** Reckons anew when it ends, by the calendar as it is now. */
    void reckon(WorkCalendar calendar) {
        dueAt = secondsLeft == null
                ? calendar.due(since, limit())
                : calendar.resume(since, Duration.ofSeconds(secondsLeft), unit);
        Duration whole = calendar.left(since, dueAt, unit);
        approachingAt = calendar.resume(since, whole.multipliedBy(3).dividedBy(4), unit);
    }

    /** Gives it more of its unit. */
    void extend(int more, WorkCalendar calendar) {
        if (secondsLeft == null) {
            amount += more;
        } else {
            Instant later = calendar.due(dueAt, new TimeLimit(more, unit));
            secondsLeft += calendar.left(dueAt, later, unit).toSeconds();
        }
        reckon(calendar);
    }

    /** It stands still from one moment to another. What was met, or overdue, before stays so. */
    void standStill(Instant from, Instant until, WorkCalendar calendar) {
        if (isMet() || !from.isBefore(dueAt)) {
            return;
        }
        // one that stands still already has all that is left before it, and goes on no sooner than it was to
        secondsLeft =
                calendar.left(from.isBefore(since) ? since : from, dueAt, unit).toSeconds();
        since = until.isBefore(since) ? since : until;
        reckon(calendar);
    }

    /** What stands still until later goes on now. */
    void goOn(Instant now, WorkCalendar calendar) {
        if (!isMet() && now.isBefore(since)) {
            since = now;
            reckon(calendar);
        }
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
        return new TimeLimit(amount, unit);
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
