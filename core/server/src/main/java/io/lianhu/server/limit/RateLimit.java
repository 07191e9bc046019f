package io.lianhu.server.limit;

import io.lianhu.server.redis.OverloadedException;
import io.lianhu.server.redis.Redis;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests per minute in Redis, for all replicas together: one round trip. With Redis away it lets everyone pass, because a
 * county that is served without a limit is better off than one that is not served; the counter {@code lianhu.ratelimit.skipped} shows it.
 */
@Singleton
public class RateLimit {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimit.class);

    /** What a client asks beyond its own limit is not counted for the county, which one client alone could exhaust otherwise. */
    private static final String COUNT =
            "local c = redis.call('INCR', KEYS[1]) if c == 1 then redis.call('EXPIRE', KEYS[1], 120) end "
                    + "if c > tonumber(ARGV[1]) then return 0 end "
                    + "local t = redis.call('INCR', KEYS[2]) if t == 1 then redis.call('EXPIRE', KEYS[2], 120) end "
                    + "if t > tonumber(ARGV[2]) then return 0 end return 1";

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Redis redis;
    private final Vertx vertx;
    private final Counter skipped;
    private final Clock clock = Clock.systemUTC();

    /** The minute of the last warning: one a minute tells as much as one a request. */
    private final AtomicLong warned = new AtomicLong();

    RateLimit(Redis redis, Vertx vertx, MeterRegistry meters) {
        this.redis = redis;
        this.vertx = vertx;
        this.skipped = meters.counter("lianhu.ratelimit.skipped");
    }

    /**
     * Counts one request.
     *
     * @param client the person, or the address where nobody signed in
     * @return whether it may pass
     */
    public Uni<Boolean> admits(String tenant, String client, int perClient, int perCounty) {
        long minute = clock.instant().getEpochSecond() / 60;
        Context caller = vertx.getOrCreateContext();
        return redis.send(
                        "EVAL",
                        COUNT,
                        "2",
                        tenant + ":core:rate:" + minute + ":" + client,
                        tenant + ":core:rate:" + minute,
                        String.valueOf(perClient),
                        String.valueOf(perCounty))
                .map(answer -> answer.toInteger() == 1)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure(OverloadedException.class)
                .recoverWithItem(false) // a flood must not open the gate to itself
                .onFailure()
                .recoverWithItem(failure -> {
                    skipped.increment();
                    if (warned.getAndSet(minute) != minute) {
                        LOG.warn("Requests are not counted: {}", failure.toString());
                    }
                    return true;
                })
                // The timer of the patience has a thread of its own.
                .emitOn(command -> caller.runOnContext(ignored -> command.run()));
    }

    /** Until a refused client may try again. */
    public Duration retryAfter() {
        return Duration.ofSeconds(60 - clock.instant().getEpochSecond() % 60);
    }
}
