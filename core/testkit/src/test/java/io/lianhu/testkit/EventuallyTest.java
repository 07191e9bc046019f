package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventuallyTest {

    @Test
    void asks_until_it_holds() {
        AtomicInteger asked = new AtomicInteger();
        Eventually.passes(() -> assertTrue(asked.incrementAndGet() >= 3));
        assertEquals(3, asked.get());
    }

    @Test
    void fails_at_the_deadline_with_what_was_expected() {
        AssertionError failure = assertThrows(AssertionError.class, () -> Eventually.within(Duration.ofMillis(120))
                .untilHolds("the impossible", () -> false));
        assertTrue(failure.getMessage().endsWith("the impossible"), failure.getMessage());
    }
}
