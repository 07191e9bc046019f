package io.lianhu.server.casework;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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

    /** When the stage began; null in a case that stood still before that was kept. */
    private @Nullable Instant beganAt;

    /** How much more of the usual limit's unit was granted; null for none. */
    private @Nullable Integer extension;

    /** From when until when it stood still, in milliseconds, one after the other; null where it never did. */
    private Long @Nullable [] stops;

    private Instant approachingAt;
    private Instant dueAt;

    /** The limit that is over first, and so says when it ends. */
    private @Nullable Integer governingAmount;

    @Enumerated(EnumType.STRING)
    private TimeLimit.@Nullable Unit governingUnit;

    /** How long all of that limit is, with what was granted beside it: working time where its unit counts that, whatever of it is used. */
    private @Nullable Long wholeSeconds;

    private @Nullable Instant metAt;

    protected Deadline() {}

    Deadline(TimeLimit limit, Instant now, WorkCalendar calendar) {
        this.usual = new Countdown(limit, now);
        this.beganAt = now;
        reckon(calendar);
    }

    /** Reckons anew when it ends, by the calendar as it is now. */
    void reckon(WorkCalendar calendar) {
        Countdown second = emergency;
        if (second != null && second.due(calendar).isBefore(usual.due(calendar))) {
            govern(second, fromSwitch(second.limit(), calendar), calendar);
        } else {
            govern(usual, new Countdown(usual.limit(), began()), calendar);
        }
    }

    /** The second of them is the same had it never stood still. */
    private void govern(Countdown first, Countdown whole, WorkCalendar calendar) {
        Duration length = whole.left(calendar);
        governingAmount = first.limit().amount();
        governingUnit = first.limit().unit();
        wholeSeconds = length.toSeconds();
        dueAt = first.due(calendar);
        approachingAt = first.approaching(length, calendar);
    }

    /** Where that was not kept: when it went on, so that what came before counts for nothing. */
    private Instant began() {
        return beganAt == null ? usual.since() : beganAt;
    }

    /** The limit of emergency mode from the switch on, or from the beginning where that is later, with what was granted. */
    private Countdown fromSwitch(TimeLimit limit, WorkCalendar calendar) {
        return extended(new Countdown(limit, switchedAt()), calendar);
    }

    private Instant switchedAt() {
        Instant began = began();
        return emergencyAt == null || emergencyAt.isBefore(began) ? began : emergencyAt;
    }

    private Countdown extended(Countdown countdown, WorkCalendar calendar) {
        if (extension != null) {
            countdown.add(new TimeLimit(extension, usual.limit().unit()), calendar);
        }
        return countdown;
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
            emergency = asIfAlone(kept, calendar);
        }
        Instant before = dueAt;
        reckon(calendar);
        return Duration.between(before, dueAt);
    }

    /** The limit of emergency mode as if it had run since the switch: it stood still when the usual one did, and was extended as that was. */
    private Countdown asIfAlone(TimeLimit limit, WorkCalendar calendar) {
        Countdown alone = new Countdown(limit, switchedAt());
        for (int i = 0; stops != null && i < stops.length; i += 2) {
            Instant until = Instant.ofEpochMilli(stops[i + 1]);
            if (until.isAfter(alone.since())) {
                alone.standStill(Instant.ofEpochMilli(stops[i]), until, calendar);
            }
        }
        return extended(alone, calendar);
    }

    /** Gives it more of its unit; in emergency mode that limit too, and that of an emergency to come. */
    void extend(int more, WorkCalendar calendar) {
        usual.lengthen(more, calendar);
        if (emergency != null) {
            emergency.add(new TimeLimit(more, usual.limit().unit()), calendar);
        }
        extension = extension == null ? more : extension + more;
        reckon(calendar);
    }

    /** It stands still from one moment to another. What was met, or overdue, before stays so. */
    void standStill(Instant from, Instant until, WorkCalendar calendar) {
        if (isMet()) {
            return;
        }
        int kept = stops == null ? 0 : stops.length;
        Long[] longer = stops == null ? new Long[2] : Arrays.copyOf(stops, kept + 2);
        longer[kept] = from.toEpochMilli();
        longer[kept + 1] = until.toEpochMilli();
        stops = longer;
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
        if (stops != null) {
            long at = now.toEpochMilli();
            stops = Arrays.stream(stops).map(moment -> Math.min(moment, at)).toArray(Long[]::new);
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

    /** The limit that is over first: the usual one, or that of emergency mode. */
    TimeLimit governing() {
        return governingAmount == null || governingUnit == null
                ? usual.limit()
                : new TimeLimit(governingAmount, governingUnit);
    }

    /** How long all of it is, extensions included, whatever of it is used; null in a case of the version that did not keep it. */
    @Nullable
    Duration whole() {
        return wholeSeconds == null ? null : Duration.ofSeconds(wholeSeconds);
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
