package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Counts how often something was tried, across all replicas: for what may be guessed, such as a code. A count stays when the running
 * transaction is rolled back, as that of a failed mutation is; the plugin's tables could not keep it.
 *
 * <p>Counts may be lost at any time, and are not taken while Redis is away, which is logged: they make guessing slow, and prove nothing.
 */
public interface Attempts {

    /**
     * Counts one attempt: one round trip.
     *
     * @param key what is tried, unique within the plugin and the county, and nothing personal
     * @param window how long the first attempt is remembered; with it, all that followed are forgotten
     * @return how many there were within the window, this one included; 0 where none could be counted. Fails with {@link
     *     IllegalStateException} outside an operation
     */
    Uni<Long> count(String key, Duration window);
}
