package io.lianhu.server.casework;

import io.lianhu.server.calendar.WorkCalendar;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of a case (办理时限): one for each stage that has begun. Those to respond and to reply begin when the case comes in; that to resolve
 * when it is opened. Beside them stands the earliest that is not met, by which cases are found and ordered.
 */
@Embeddable
class Clocks {

    @Embedded
    @AttributeOverride(name = "usual.amount", column = @Column(name = "respond_amount"))
    @AttributeOverride(name = "usual.unit", column = @Column(name = "respond_unit"))
    @AttributeOverride(name = "usual.since", column = @Column(name = "respond_since"))
    @AttributeOverride(name = "usual.secondsLeft", column = @Column(name = "respond_seconds_left"))
    @AttributeOverride(name = "emergency.amount", column = @Column(name = "respond_emergency_amount"))
    @AttributeOverride(name = "emergency.unit", column = @Column(name = "respond_emergency_unit"))
    @AttributeOverride(name = "emergency.since", column = @Column(name = "respond_emergency_since"))
    @AttributeOverride(name = "emergency.secondsLeft", column = @Column(name = "respond_emergency_seconds_left"))
    @AttributeOverride(name = "emergencyAt", column = @Column(name = "respond_emergency_at"))
    @AttributeOverride(name = "beganAt", column = @Column(name = "respond_began_at"))
    @AttributeOverride(name = "extension", column = @Column(name = "respond_extension"))
    @AttributeOverride(name = "stops", column = @Column(name = "respond_stops"))
    @AttributeOverride(name = "governingAmount", column = @Column(name = "respond_governing_amount"))
    @AttributeOverride(name = "governingUnit", column = @Column(name = "respond_governing_unit"))
    @AttributeOverride(name = "wholeSeconds", column = @Column(name = "respond_whole_seconds"))
    @AttributeOverride(name = "approachingAt", column = @Column(name = "respond_approaching_at"))
    @AttributeOverride(name = "dueAt", column = @Column(name = "respond_due_at"))
    @AttributeOverride(name = "metAt", column = @Column(name = "respond_met_at"))
    private @Nullable Deadline respond;

    @Embedded
    @AttributeOverride(name = "usual.amount", column = @Column(name = "reply_amount"))
    @AttributeOverride(name = "usual.unit", column = @Column(name = "reply_unit"))
    @AttributeOverride(name = "usual.since", column = @Column(name = "reply_since"))
    @AttributeOverride(name = "usual.secondsLeft", column = @Column(name = "reply_seconds_left"))
    @AttributeOverride(name = "emergency.amount", column = @Column(name = "reply_emergency_amount"))
    @AttributeOverride(name = "emergency.unit", column = @Column(name = "reply_emergency_unit"))
    @AttributeOverride(name = "emergency.since", column = @Column(name = "reply_emergency_since"))
    @AttributeOverride(name = "emergency.secondsLeft", column = @Column(name = "reply_emergency_seconds_left"))
    @AttributeOverride(name = "emergencyAt", column = @Column(name = "reply_emergency_at"))
    @AttributeOverride(name = "beganAt", column = @Column(name = "reply_began_at"))
    @AttributeOverride(name = "extension", column = @Column(name = "reply_extension"))
    @AttributeOverride(name = "stops", column = @Column(name = "reply_stops"))
    @AttributeOverride(name = "governingAmount", column = @Column(name = "reply_governing_amount"))
    @AttributeOverride(name = "governingUnit", column = @Column(name = "reply_governing_unit"))
    @AttributeOverride(name = "wholeSeconds", column = @Column(name = "reply_whole_seconds"))
    @AttributeOverride(name = "approachingAt", column = @Column(name = "reply_approaching_at"))
    @AttributeOverride(name = "dueAt", column = @Column(name = "reply_due_at"))
    @AttributeOverride(name = "metAt", column = @Column(name = "reply_met_at"))
    private @Nullable Deadline reply;

    @Embedded
    @AttributeOverride(name = "usual.amount", column = @Column(name = "resolve_amount"))
    @AttributeOverride(name = "usual.unit", column = @Column(name = "resolve_unit"))
    @AttributeOverride(name = "usual.since", column = @Column(name = "resolve_since"))
    @AttributeOverride(name = "usual.secondsLeft", column = @Column(name = "resolve_seconds_left"))
    @AttributeOverride(name = "emergency.amount", column = @Column(name = "resolve_emergency_amount"))
    @AttributeOverride(name = "emergency.unit", column = @Column(name = "resolve_emergency_unit"))
    @AttributeOverride(name = "emergency.since", column = @Column(name = "resolve_emergency_since"))
    @AttributeOverride(name = "emergency.secondsLeft", column = @Column(name = "resolve_emergency_seconds_left"))
    @AttributeOverride(name = "emergencyAt", column = @Column(name = "resolve_emergency_at"))
    @AttributeOverride(name = "beganAt", column = @Column(name = "resolve_began_at"))
    @AttributeOverride(name = "extension", column = @Column(name = "resolve_extension"))
    @AttributeOverride(name = "stops", column = @Column(name = "resolve_stops"))
    @AttributeOverride(name = "governingAmount", column = @Column(name = "resolve_governing_amount"))
    @AttributeOverride(name = "governingUnit", column = @Column(name = "resolve_governing_unit"))
    @AttributeOverride(name = "wholeSeconds", column = @Column(name = "resolve_whole_seconds"))
    @AttributeOverride(name = "approachingAt", column = @Column(name = "resolve_approaching_at"))
    @AttributeOverride(name = "dueAt", column = @Column(name = "resolve_due_at"))
    @AttributeOverride(name = "metAt", column = @Column(name = "resolve_met_at"))
    private @Nullable Deadline resolve;

    @Column(name = "suspended_until")
    private @Nullable Instant suspendedUntil;

    @Column(name = "approaching_at")
    private @Nullable Instant approachingAt;

    @Column(name = "due_at")
    private @Nullable Instant dueAt;

    /** A case comes in; that to resolve begins where it is opened at once. */
    void begin(CaseClass by, boolean opened, Instant now, WorkCalendar calendar) {
        suspendedUntil = null;
        respond = new Deadline(by.respond().time(), now, calendar);
        reply = new Deadline(by.reply().time(), now, calendar);
        resolve = opened ? new Deadline(by.resolve().time(), now, calendar) : null;
        order();
    }

    /** The case is opened. */
    void open(CaseClass by, Instant now, WorkCalendar calendar) {
        resolve = new Deadline(by.resolve().time(), now, calendar);
        order();
    }

    /** Stages are met. What stands still is kept: it may turn out that they were not. */
    void meet(Set<Stage> stages, Instant now) {
        begun().forEach((stage, deadline) -> {
            if (stages.contains(stage)) {
                deadline.meet(now);
            }
        });
        order();
    }

    /** What was met at that moment was not met after all, and goes on. */
    void unmeet(Instant at, Instant now, WorkCalendar calendar) {
        begun().values().stream()
                .filter(deadline -> at.equals(deadline.metAt()))
                .forEach(deadline -> deadline.unmeet(now, calendar));
        order();
    }

    /** What was handled is not handled after all. */
    void unresolve(Instant now, WorkCalendar calendar) {
        if (resolve != null) {
            resolve.unmeet(now, calendar);
            order();
        }
    }

    /** Gives a stage more time (延期); empty where there is nothing to give it to. */
    boolean extend(Stage stage, int more, WorkCalendar calendar) {
        Deadline deadline = begun().get(stage);
        if (deadline == null || deadline.isMet()) {
            return false;
        }
        deadline.extend(more, calendar);
        order();
        return true;
    }

    /** All that are not met stand still (挂起), and go on by themselves. */
    void suspend(Instant from, Instant until, WorkCalendar calendar) {
        begun().values().forEach(deadline -> deadline.standStill(from, until, calendar));
        suspendedUntil = until;
        order();
    }

    /** They go on before their time. */
    void resume(Instant now, WorkCalendar calendar) {
        begun().values().forEach(deadline -> deadline.goOn(now, calendar));
        suspendedUntil = null;
        order();
    }

    /** Reckons what is not met by the calendar as it is now. */
    void reckon(WorkCalendar calendar) {
        begun().values().stream().filter(deadline -> !deadline.isMet()).forEach(deadline -> deadline.reckon(calendar));
        order();
    }

    /**
     * What is not met follows the mode of the place: in an emergency it is over by that limit, or sooner; afterwards when it would have been.
     *
     * @param since when the place went into emergency mode; null where it is not in it
     * @return how much later they end now, all together: less than nothing where the time is shorter
     */
    Duration follow(CaseClass by, @Nullable Instant since, WorkCalendar calendar) {
        Duration moved = Duration.ZERO;
        for (Map.Entry<Stage, Deadline> one : begun().entrySet()) {
            moved = moved.plus(
                    one.getValue().follow(since, by.emergency(one.getKey()).time(), calendar));
        }
        order();
        return moved;
    }

    private void order() {
        Optional<Deadline> first = begun().values().stream()
                .filter(deadline -> !deadline.isMet())
                .min(Comparator.comparing(Deadline::dueAt));
        dueAt = first.map(Deadline::dueAt).orElse(null);
        approachingAt = first.map(Deadline::approachingAt).orElse(null);
    }

    Map<Stage, Deadline> begun() {
        Map<Stage, Deadline> begun = new EnumMap<>(Stage.class);
        put(begun, Stage.RESPOND, respond);
        put(begun, Stage.REPLY, reply);
        put(begun, Stage.RESOLVE, resolve);
        return begun;
    }

    private static void put(Map<Stage, Deadline> begun, Stage stage, @Nullable Deadline deadline) {
        if (deadline != null) {
            begun.put(stage, deadline);
        }
    }

    Optional<Instant> dueAt() {
        return Optional.ofNullable(dueAt);
    }

    /** How the earliest that is not met stands; empty where all are. */
    Optional<ClockState> state(Instant now) {
        Instant approaching = approachingAt;
        return dueAt().map(due -> now.isAfter(due)
                ? ClockState.OVERDUE
                : approaching != null && now.isBefore(approaching) ? ClockState.ON_TIME : ClockState.APPROACHING);
    }

    /** Until when they stand still; empty where they do not, or all are met. */
    Optional<Instant> suspendedUntil(Instant now) {
        return Optional.ofNullable(suspendedUntil).filter(until -> dueAt != null && now.isBefore(until));
    }
}
