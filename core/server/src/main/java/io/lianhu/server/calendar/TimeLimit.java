package io.lianhu.server.calendar;

/**
 * How long something may take (办理时限), as city manuals write it: an amount and the time it is counted in.
 *
 * @param amount more than 0, and at most {@link Unit#most}
 */
public record TimeLimit(int amount, Unit unit) {

    /** What is counted. */
    public enum Unit {
        /** 工作时: hours of working time; outside it the clock stands still. */
        WORKING_HOUR(4_000),
        /** 工作日: the day on which the clock starts is not counted; the limit ends when work ends on the last day. */
        WORKING_DAY(1_000),
        /** 自然时: hours, day and night. */
        HOUR(17_520),
        /** Minutes, day and night. */
        MINUTE(1_051_200);

        private final int most;

        Unit(int most) {
            this.most = most;
        }

        /** The largest amount of this unit that a limit may have. */
        public int most() {
            return most;
        }

        /** Whether nights, weekends and holidays count as well. */
        public boolean isNatural() {
            return this == HOUR || this == MINUTE;
        }
    }

    public TimeLimit {
        if (amount <= 0 || amount > unit.most()) {
            throw new IllegalArgumentException("Not a time limit: " + amount + " " + unit);
        }
    }
}
