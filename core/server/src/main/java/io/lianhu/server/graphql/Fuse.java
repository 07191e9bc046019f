package io.lianhu.server.graphql;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.server.web.Failures;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one version of one plugin from taking the host with it: each call of a resolver has its time, only so many are under way at
 * once, and after many failures in a row the plugin is left alone for a while, then tried by one call.
 *
 * <p>A call runs, and its outcome arrives, on the Vert.x context that made it. (SmallRye's fault tolerance has the same three; but its
 * bulkhead queues, at least one call, which the end of another request's call then runs on that request's context.)
 */
public final class Fuse {

    /** What a caller is told in the plugin's stead. */
    enum Blown implements ErrorCode {
        PLUGIN_TIMED_OUT,
        PLUGIN_BUSY,
        PLUGIN_UNAVAILABLE;

        @Override
        public ErrorType type() {
            return ErrorType.UNAVAILABLE;
        }
    }

    /** Shorter than the operation's deadline, so that the other fields are still answered. */
    private static final Duration BUDGET = Duration.ofSeconds(5);

    /** More than a page of a list asks for at once, several times over. */
    private static final int CALLS = 500;

    private static final int FAILURES = 20;
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final String plugin;
    private final Duration budget;
    private final int mostCalls;
    private final int mostFailures;
    private final Duration pause;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicLong nextTrial = new AtomicLong();

    /** A fuse for a plugin of that id. */
    public Fuse(String plugin) {
        this(plugin, BUDGET, CALLS, FAILURES, PAUSE);
    }

    Fuse(String plugin, Duration budget, int mostCalls, int mostFailures, Duration pause) {
        this.plugin = plugin;
        this.budget = budget;
        this.mostCalls = mostCalls;
        this.mostFailures = mostFailures;
        this.pause = pause;
    }

    /** How many calls are under way. */
    public int calls() {
        return calls.get();
    }

    /** Whether the plugin is left alone for now. */
    public boolean blown() {
        return failuresInARow.get() >= mostFailures;
    }

    /** Makes the call, unless the plugin has enough to do, or is left alone. On a Vert.x context. */
    <T> Uni<T> guard(Supplier<? extends Uni<? extends T>> call) {
        return Uni.createFrom().deferred(() -> {
            if (blown() && !mayTry()) {
                return Uni.createFrom().failure(error(Blown.PLUGIN_UNAVAILABLE));
            }
            if (calls.incrementAndGet() > mostCalls) {
                calls.decrementAndGet();
                return Uni.createFrom().failure(error(Blown.PLUGIN_BUSY));
            }
            Context context = Vertx.currentContext();
            return Uni.combine()
                    .any()
                    .<T>of(Uni.createFrom().deferred(() -> call.get()), timeUp(context))
                    .emitOn(command -> Fetchers.on(context, command))
                    .onItemOrFailure()
                    .invoke((item, failure) -> note(failure))
                    .onTermination()
                    .invoke(calls::decrementAndGet);
        });
    }

    /** Fails when the time is up. By the context's own timer, since what it ends belongs to that context. */
    private <T> Uni<T> timeUp(Context context) {
        return Uni.createFrom().emitter(emitter -> {
            Vertx vertx = context.owner();
            long timer = vertx.setTimer(budget.toMillis(), now -> emitter.fail(error(Blown.PLUGIN_TIMED_OUT)));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        });
    }

    private boolean mayTry() {
        long next = nextTrial.get();
        long now = System.nanoTime();
        return now - next >= 0 && nextTrial.compareAndSet(next, now + pause.toNanos());
    }

    /** A refusal is an answer like any other; what counts is what the plugin's author did not mean. */
    private void note(@Nullable Throwable failure) {
        if (failure == null || !timedOut(failure) && Failures.told(failure).isPresent()) {
            failuresInARow.set(0);
        } else if (!(failure instanceof CancellationException) && failuresInARow.incrementAndGet() >= mostFailures) {
            nextTrial.set(System.nanoTime() + pause.toNanos());
        }
    }

    private ApiException error(Blown code) {
        return new ApiException(code, Map.of("plugin", plugin));
    }

    /** Whether a call was ended because its time was up. */
    static boolean timedOut(Throwable failure) {
        return failure instanceof ApiException known && known.code() == Blown.PLUGIN_TIMED_OUT;
    }
}
