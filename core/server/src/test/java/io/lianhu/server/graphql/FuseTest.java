package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ApiException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class FuseTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Context context = VERTX.getOrCreateContext();

    @AfterAll
    static void close() {
        VERTX.close();
    }

    private <T> CompletableFuture<T> begin(Fuse fuse, Supplier<Uni<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(now -> fuse.guard(call).subscribe().with(result::complete, result::completeExceptionally));
        return result;
    }

    private String refusal(Fuse fuse, Supplier<Uni<String>> call) {
        Throwable cause = assertThrows(
                        CompletionException.class, () -> begin(fuse, call).join())
                .getCause();
        return cause instanceof ApiException told ? told.code().name() : cause.getMessage();
    }

    private static Uni<String> never() {
        return Uni.createFrom().nothing();
    }

    private static Uni<String> broken() {
        throw new IllegalStateException("broken");
    }

    private static Uni<String> refusing() {
        return Uni.createFrom().failure(ApiException.notFound("Thing"));
    }

    @Test
    void whatComesInTimePasses() {
        Fuse fuse = new Fuse("probe", LONG, 1, 1, LONG);

        assertEquals("item", begin(fuse, () -> Uni.createFrom().item("item")).join());
        assertEquals(0, fuse.calls());
    }

    @Test
    void whatDoesNotEndIsEndedAndCancelledOnItsOwnContext() {
        Fuse fuse = new Fuse("probe", SHORT, 1, 2, LONG);
        AtomicReference<Thread> began = new AtomicReference<>();
        AtomicReference<Thread> cancelled = new AtomicReference<>();

        assertEquals("PLUGIN_TIMED_OUT", refusal(fuse, () -> {
            began.set(Thread.currentThread());
            return never().onCancellation().invoke(() -> cancelled.set(Thread.currentThread()));
        }));
        assertSame(began.get(), cancelled.get());
        assertEquals(0, fuse.calls());
    }

    @Test
    void whatEndsElsewhereComesBackToTheContext() {
        Fuse fuse = new Fuse("probe", LONG, 1, 1, LONG);
        CompletableFuture<Context> where = new CompletableFuture<>();

        context.runOnContext(
                now -> fuse.guard(() -> Uni.createFrom().item("item").emitOn(command -> new Thread(command).start()))
                        .subscribe()
                        .with(item -> where.complete(Vertx.currentContext())));

        assertSame(context, where.join());
    }

    @Test
    void oneCallTooManyIsRefusedUntilAnotherEnds() {
        Fuse fuse = new Fuse("probe", LONG, 1, 1, LONG);
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<String> first = begin(fuse, () -> Uni.createFrom().completionStage(slow));

        assertEquals("PLUGIN_BUSY", refusal(fuse, () -> Uni.createFrom().item("item")));
        slow.complete("at last");
        assertEquals("at last", first.join());
        assertEquals("item", begin(fuse, () -> Uni.createFrom().item("item")).join());
    }

    @Test
    void afterFailuresInARowItIsLeftAloneAndThenTriedByOneCall() {
        Fuse fuse = new Fuse("probe", LONG, 9, 2, SHORT);
        AtomicBoolean called = new AtomicBoolean();

        assertEquals("broken", refusal(fuse, FuseTest::broken));
        assertFalse(fuse.blown());
        assertEquals("broken", refusal(fuse, FuseTest::broken));
        assertTrue(fuse.blown());
        Fuse untried = new Fuse("probe", LONG, 9, 1, LONG);
        assertEquals("broken", refusal(untried, FuseTest::broken));
        assertEquals("PLUGIN_UNAVAILABLE", refusal(untried, () -> {
            called.set(true);
            return never();
        }));
        assertFalse(called.get());

        CompletableFuture<String> tried = new CompletableFuture<>();
        VERTX.setTimer(
                SHORT.toMillis() * 2, now -> begin(fuse, () -> Uni.createFrom().item("healed"))
                        .whenComplete((item, failure) -> tried.complete(item)));
        assertEquals("healed", tried.join());
        assertFalse(fuse.blown());
    }

    @Test
    void aRefusalIsAnAnswer() {
        Fuse fuse = new Fuse("probe", LONG, 9, 2, LONG);

        assertEquals("broken", refusal(fuse, FuseTest::broken));
        assertEquals("NOT_FOUND", refusal(fuse, FuseTest::refusing));
        assertEquals("broken", refusal(fuse, FuseTest::broken));
        assertFalse(fuse.blown());
    }
}
