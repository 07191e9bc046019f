package io.lianhu.devstack;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Progress with the time since the start in front of each line. */
record Steps(Progress progress, Instant beganAt) implements Progress {
    static Steps begin(Progress progress) {
        return new Steps(progress, Instant.now());
    }

    @Override
    public void report(String line) {
        double seconds = Duration.between(beganAt, Instant.now()).toMillis() / 1000.0;
        progress.report(String.format(Locale.ROOT, "[%6.1f s] %s", seconds, line));
    }
}
