package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.TestHost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/** The ledger's laws hold whatever happens at once. A failing run is repeated with {@code -Dpoints.seed=…}, as far as threads repeat. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LedgerPropertyIT {
    private TestHost host;

    @BeforeAll
    void start() {
        host = TestHost.start(TestHost.Options.withBuiltPlugin());
    }

    @AfterAll
    void end() {
        if (host != null) {
            host.close();
        }
    }

    private Turmoil turmoil(int cases) {
        long seed = Long.getLong("points.seed", ThreadLocalRandom.current().nextInt(1_000_000));
        County county = host.newCounty("village-points");
        return new Turmoil(List.of(new Village(county, 1), new Village(county, 2)), cases, seed);
    }

    @Test
    void after_thousands_of_operations_at_random_every_point_is_explained(TestReporter reporter) {
        Turmoil turmoil = turmoil(20);
        turmoil.rage(4_000, Duration.ofMinutes(2));
        reporter.publishEntry("ledger", turmoil.toString());
        turmoil.check();
        assertTrue(turmoil.sent() >= 4_000, turmoil::toString);
        assertTrue(turmoil.confirmed() > 2_000, turmoil::toString);
    }

    @Test
    void a_server_killed_in_the_midst_of_it_doubles_nothing_and_loses_nothing(TestReporter reporter) {
        Turmoil turmoil = turmoil(24);
        CompletableFuture<Void> raging = CompletableFuture.runAsync(() -> turmoil.rage(1_200, Duration.ofSeconds(40)));
        Eventually.within(Duration.ofSeconds(30))
                .untilHolds("half of it is done", () -> turmoil.sent() > 600 || raging.isDone());
        host.kill();
        host.restart();
        raging.join();
        reporter.publishEntry("ledger", turmoil.toString());
        assertTrue(turmoil.unanswered() > 0, "the server died under its clients: " + turmoil);
        turmoil.check();
    }
}
