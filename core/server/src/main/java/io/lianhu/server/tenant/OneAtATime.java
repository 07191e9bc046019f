package io.lianhu.server.tenant;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that may be asked for at any time and never runs beside itself. Who asks while it runs shares, with all others who do, the run
 * that comes next: the one that runs may have looked too early.
 */
final class OneAtATime {

    private final Supplier<Uni<Void>> work;
    private boolean running;
    private @Nullable CompletableFuture<Void> next;

    OneAtATime(Supplier<Uni<Void>> work) {
        this.work = work;
    }

    /** A run that begins after this was subscribed to; emits on the context of the subscriber. */
    Uni<Void> run() {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Uni<Void> result = Uni.createFrom().completionStage(this::ask);
            return caller == null ? result : result.emitOn(command -> caller.runOnContext(back -> command.run()));
        });
    }

    private CompletableFuture<Void> ask() {
        CompletableFuture<Void> promise;
        synchronized (this) {
            if (running) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            running = true;
            promise = new CompletableFuture<>();
        }
        begin(promise);
        return promise;
    }

    private void begin(CompletableFuture<Void> promise) {
        Uni.createFrom()
                .deferred(work::get)
                .subscribe()
                .with(
                        done -> {
                            goOn();
                            promise.complete(null);
                        },
                        failure -> {
                            goOn();
                            promise.completeExceptionally(failure);
                        });
    }

    private void goOn() {
        CompletableFuture<Void> following;
        synchronized (this) {
            following = next;
            next = null;
            running = following != null;
        }
        if (following != null) {
            begin(following);
        }
    }
}
