package io.lianhu.server.casework;

/** How a stage stands in its time. */
public enum ClockState {
    ON_TIME,
    /** In the last quarter of its time. */
    APPROACHING,
    OVERDUE
}
