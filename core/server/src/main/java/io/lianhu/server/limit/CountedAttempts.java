package io.lianhu.server.limit;

import io.lianhu.sdk.Attempts;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.redis.OverloadedException;
import io.lianhu.server.redis.Redis;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts a plugin's {@link Attempts} in Redis, under the county and the plugin. */
@Singleton
public class CountedAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(CountedAttempts.class);

    private static final String COUNT =
            "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Redis redis;

    CountedAttempts(Redis redis) {
        this.redis = redis;
    }

    /** What the plugin of that id is offered. */
    public Attempts of(String plugin) {
        return (key, window) -> Uni.createFrom().deferred(() -> count(plugin, key, window));
    }

    private Uni<Long> count(String plugin, String key, Duration window) {
        Operation operation = Operation.current();
        Context context = Vertx.currentContext();
        return redis.send(
                        "EVAL",
                        COUNT,
                        "1",
                        operation.tenant() + ":" + plugin + ":attempts:" + key,
                        String.valueOf(window.toMillis()))
                .map(answer -> answer.toLong())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure(failure -> !(failure instanceof OverloadedException)) // a flood must not buy more attempts
                .recoverWithItem(failure -> {
                    LOG.warn("Attempts are not counted: {}", failure.toString());
                    return 0L;
                })
                // the end of our patience comes on a thread of its own
                .emitOn(command -> context.runOnContext(ignored -> command.run()));
    }
}
