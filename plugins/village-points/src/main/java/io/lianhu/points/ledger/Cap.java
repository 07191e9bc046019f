package io.lianhu.points.ledger;

import static java.lang.Math.max;
import static java.lang.Math.min;

import org.jspecify.annotations.Nullable;

/**
 * How many points an account may earn by one rule (封顶). What was reversed does not count.
 *
 * @param daily in a day; null for no limit
 * @param monthly in a calendar month; null for no limit
 */
public record Cap(@Nullable Integer daily, @Nullable Integer monthly) {

    /** No limit. */
    public static final Cap NONE = new Cap(null, null);

    boolean limits() {
        return daily != null || monthly != null;
    }

    /** How much of an award still fits; 0 when nothing does. */
    int fitting(int points, long earnedThatDay, long earnedThatMonth) {
        long left = points;
        if (daily != null) {
            left = min(left, daily - earnedThatDay);
        }
        if (monthly != null) {
            left = min(left, monthly - earnedThatMonth);
        }
        return (int) max(0, left);
    }
}
