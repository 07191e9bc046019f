package io.lianhu.server.escalation;

import io.lianhu.server.calendar.WorkCalendar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * By which steps the overdue stages of one case go up: pure, and so the same on whichever replica.
 *
 * @param lowest the level at which the case begins
 * @param held whether somebody is there to be told at a level
 */
record Ladder(Level lowest, Rule rule, WorkCalendar calendar, Predicate<Level> held) {

    /** A stage goes up to a level; {@code from} is lower where nobody was there to be told. */
    record Rung(OverdueStage stage, Level from, Level level) {}

    /**
     * What is to be done with a case now.
     *
     * @param next when it is to be looked at again; null where there is nothing above
     */
    record Climb(List<Rung> rungs, @Nullable Instant next) {}

    Climb climb(List<OverdueStage> stages, Instant now) {
        List<Rung> rungs = new ArrayList<>();
        Instant next = null;
        for (OverdueStage stage : stages) {
            Instant then = climb(stage, now, rungs);
            next = next == null || (then != null && then.isBefore(next)) ? then : next;
        }
        return new Climb(rungs, next);
    }

    private @Nullable Instant climb(OverdueStage stage, Instant now, List<Rung> rungs) {
        Level from = null;
        for (int number = Math.max(stage.reached() + 1, lowest.number()); number <= Level.COUNTY.number(); number++) {
            Level level = Level.of(number);
            Instant at = stage.at(level, lowest, rule, calendar);
            if (from == null && !at.isBefore(now)) {
                return at;
            }
            from = from == null ? level : from;
            if (level.isHighest() || held.test(level)) {
                rungs.add(new Rung(stage, from, level));
                from = null;
            }
        }
        return null;
    }
}
