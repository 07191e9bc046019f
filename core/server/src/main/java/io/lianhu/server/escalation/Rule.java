package io.lianhu.server.escalation;

/**
 * After how much more time a case goes up to the town and to the county, in percent of the time that the stage had.
 *
 * @param county not less than {@code town}
 */
record Rule(int town, int county) {

    /** Of counties that say nothing else: half as long again, and as long again. */
    static final Rule USUAL = new Rule(50, 100);

    static final int MOST = 1_000;

    int percent(Level level) {
        return switch (level) {
            case VILLAGE -> 0;
            case TOWN -> town;
            case COUNTY -> county;
        };
    }
}
