package io.lianhu.server.casework;

import io.lianhu.server.calendar.TimeLimit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A stage's clock as a caller reads it. */
public record StageClock(
        Stage stage,
        TimeLimit limit,
        @Nullable TimeLimit emergencyLimit,
        Instant dueAt,
        @Nullable Instant metAt,
        ClockState state) {

    static StageClock of(Stage stage, Deadline deadline, Instant now) {
        return new StageClock(
                stage,
                deadline.limit(),
                deadline.emergencyLimit(),
                deadline.dueAt(),
                deadline.metAt(),
                deadline.state(now));
    }
}
