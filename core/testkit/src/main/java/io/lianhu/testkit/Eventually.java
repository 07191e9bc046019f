package io.lianhu.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what the server does in its own time: events, jobs, other replicas. It asks again and again until a deadline, because a
 * client has no other way to learn of it; the pause between two questions is here, once, so that no test sleeps for a time that is too
 * long on one machine and too short on another.
 */
public final class Eventually {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration USUAL = Duration.ofSeconds(20);

    private final Duration patience;

    private Eventually(Duration patience) {
        this.patience = patience;
    }

    /** For what takes longer than the usual 20 s. */
    public static Eventually within(Duration patience) {
        return new Eventually(patience);
    }

    /** Waits until the assertions hold; at the deadline, fails with their last failure. */
    public static void passes(Runnable assertions) {
        within(USUAL).untilPasses(assertions);
    }

    /**
     * Waits until the condition holds.
     *
     * @param expected what is waited for, as the failure is to say it
     */
    public static void holds(String expected, BooleanSupplier condition) {
        within(USUAL).untilHolds(expected, condition);
    }

    /** As {@link #holds}. */
    public void untilHolds(String expected, BooleanSupplier condition) {
        untilPasses(() -> {
            if (!condition.getAsBoolean()) {
                throw new AssertionError("Not within " + patience.toSeconds() + " s: " + expected);
            }
        });
    }

    /** As {@link #passes}. */
    public void untilPasses(Runnable assertions) {
        Instant deadline = Instant.now().plus(patience);
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError notYet) {
                if (Instant.now().isAfter(deadline) || Thread.currentThread().isInterrupted()) {
                    throw notYet;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
