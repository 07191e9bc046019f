package io.lianhu.server.escalation;

import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stage of a case that is not met, and how far up it has gone.
 *
 * @param amount of the limit that was over first, in {@code unit}
 * @param wholeSeconds how long all of it is, in time that its unit counts; null where it was reckoned by a version that did not say
 * @param reached the number of the highest level that was told; 0 for none
 */
record OverdueStage(
        String stage,
        int amount,
        TimeLimit.Unit unit,
        Instant approachingAt,
        Instant dueAt,
        @Nullable Long wholeSeconds,
        int reached) {

    /** When a level is to be told: the lowest at which the case begins when the time is over, those above so much later. */
    Instant at(Level level, Level lowest, Rule rule, WorkCalendar calendar) {
        int percent = rule.percent(level);
        if (level == lowest || percent == 0) {
            return dueAt;
        }
        if (wholeSeconds != null) {
            return calendar.resume(dueAt, Duration.ofSeconds(wholeSeconds * percent / 100), unit);
        }
        Duration quarter = calendar.left(approachingAt, dueAt, unit);
        // nothing of it is worked where the time ran day and night though the unit does not
        boolean natural = quarter.isZero();
        Duration whole = (natural ? Duration.between(approachingAt, dueAt) : quarter).multipliedBy(4);
        Duration more = whole.multipliedBy(percent).dividedBy(100);
        return natural ? dueAt.plus(more) : calendar.resume(dueAt, more, unit);
    }
}
