package io.lianhu.server.escalation;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import java.time.Duration;
import java.time.Instant;

/**
 * A stage of a case that is not met, and how far up it has gone.
 *
 * @param reached the number of the highest level that was told; 0 for none
 */
record OverdueStage(String stage, int amount, TimeLimit.Unit unit, Instant approachingAt, Instant dueAt, int reached) {

    /**
     * When a level is to be told: the lowest at which the case begins when the time is over, those above so much later.
     *
     * <p>The time that the stage had is told from its last quarter, which is right also where it was extended, stood still, or followed
     * another profile.
     */
    Instant at(Level level, Level lowest, Rule rule, WorkCalendar calendar) {
        int percent = rule.percent(level);
        if (level == lowest || percent == 0) {
            return dueAt;
        }
        Duration quarter = calendar.left(approachingAt, dueAt, unit);
        // nothing of it is worked where the time ran day and night though the unit does not
        boolean natural = quarter.isZero();
        Duration whole = (natural ? Duration.between(approachingAt, dueAt) : quarter).multipliedBy(4);
        Duration more = whole.multipliedBy(percent).dividedBy(100);
        return natural ? dueAt.plus(more) : calendar.resume(dueAt, more, unit);
    }
}
