package io.lianhu.server.redis;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.mutiny.redis.client.Response;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Sends commands to Redis, and counts them for the request that they serve. */
@Singleton
public class Redis {

    private static final Object SENT = Redis.class;

    private final ReactiveRedisDataSource source;

    Redis(ReactiveRedisDataSource source) {
        this.source = source;
    }

    /** Sends one command; the answer may come on another thread. Fails with {@link OverloadedException} if too many wait. */
    public Uni<Response> send(String command, String... arguments) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            if (context != null && VertxContext.isDuplicatedContext(context)) {
                count(context);
            }
            return source.execute(command, arguments)
                    .onFailure(ConnectionPoolTooBusyException.class)
                    .transform(OverloadedException::new);
        });
    }

    private static void count(Context context) {
        AtomicInteger sent = context.getLocal(SENT);
        if (sent == null) {
            context.putLocal(SENT, new AtomicInteger(1));
        } else {
            sent.incrementAndGet();
        }
    }

    /** How many commands were sent on this context, which is one request's. */
    public static int sent(Context context) {
        AtomicInteger sent = context.getLocal(SENT);
        return sent == null ? 0 : sent.get();
    }

    /**
     * Listens to a channel, on a connection of its own. Never completes, and fails when nothing more will be heard: Redis does not take
     * a lost subscription up again by itself.
     *
     * @param begun called once Redis has confirmed
     */
    public Uni<Void> listen(String channel, Consumer<String> heard, Runnable begun) {
        return Uni.createFrom().emitter(over -> source.pubsub(String.class)
                .subscribe(channel, heard, () -> over.fail(new IOException("The connection ended")), over::fail)
                .subscribe()
                .with(subscriber -> begun.run(), over::fail));
    }
}
