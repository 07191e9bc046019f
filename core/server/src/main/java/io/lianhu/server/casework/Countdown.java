package io.lianhu.server.casework;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A limit that runs (计时): since when, and what of it was left then. When it ends says the calendar. */
@Embeddable
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class Countdown {

    private int amount;

    @Enumerated(EnumType.STRING)
    private TimeLimit.Unit unit;

    /** When it began, or went on. */
    private Instant since;

    /** What was left when it went on, in seconds; null where it never stood still. */
    private @Nullable Long secondsLeft;

    protected Countdown() {}

    Countdown(TimeLimit limit, Instant since) {
        this.amount = limit.amount();
        this.unit = limit.unit();
        this.since = since;
    }

    Instant due(WorkCalendar calendar) {
        return secondsLeft == null
                ? calendar.due(since, limit())
                : calendar.resume(since, Duration.ofSeconds(secondsLeft), unit);
    }

    /** When the last quarter of its time begins; where less was left when it went on, then. */
    Instant approaching(Duration whole, WorkCalendar calendar) {
        Duration before = calendar.left(since, due(calendar), unit).minus(whole.dividedBy(4));
        return before.isNegative() ? since : calendar.resume(since, before, unit);
    }

    /** How long all of it is that has not been used; in working time where the unit counts that. */
    Duration left(WorkCalendar calendar) {
        return calendar.left(since, due(calendar), unit);
    }

    /** Gives it more of its own unit: its limit is longer. */
    void lengthen(int more, WorkCalendar calendar) {
        if (secondsLeft != null) {
            add(new TimeLimit(more, unit), calendar);
        }
        amount += more;
    }

    /** Gives it more, of whichever unit, beside its limit. */
    void add(TimeLimit more, WorkCalendar calendar) {
        Instant due = due(calendar);
        Instant later = calendar.due(due, more);
        secondsLeft = calendar.left(since, due, unit)
                .plus(calendar.left(due, later, unit))
                .toSeconds();
    }

    /** It stands still from one moment to another; what is over before stays over. */
    void standStill(Instant from, Instant until, WorkCalendar calendar) {
        Instant due = due(calendar);
        if (from.isBefore(due)) {
            // one that stands still already has all that is left before it, and goes on no sooner than it was to
            secondsLeft = calendar.left(from.isBefore(since) ? since : from, due, unit)
                    .toSeconds();
            since = until.isBefore(since) ? since : until;
        }
    }

    /** What stands still until later goes on now. */
    void goOn(Instant now) {
        if (now.isBefore(since)) {
            since = now;
        }
    }

    Instant since() {
        return since;
    }

    TimeLimit limit() {
        return new TimeLimit(amount, unit);
    }
}
