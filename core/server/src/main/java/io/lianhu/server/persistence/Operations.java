package io.lianhu.server.persistence;

import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/** Where operations come from. */
@Singleton
public class Operations {

    /** For work that nobody waits for at the other end of a request. Longer than statement_timeout; see {@link Operation#end}. */
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final Pool pool;

    Operations(Vertx vertx, Pool pool) {
        this.vertx = vertx;
        this.pool = pool;
    }

    /** A new operation, for the caller to bind and to end. */
    public Operation begin(String tenant) {
        return new Operation(pool, tenant);
    }

    /**
     * Runs the work as an operation of its own that only reads, on a context of its own. Fails with {@link OperationEndedException} after
     * 15 seconds, as {@link #write} does.
     */
    public <T> Uni<T> read(String tenant, Supplier<Uni<T>> work) {
        return run(tenant, DEADLINE, operation -> work.get());
    }

    /** Runs the work as an operation of its own, in one write transaction. */
    public <T> Uni<T> write(String tenant, Supplier<Uni<T>> work) {
        return write(tenant, DEADLINE, work);
    }

    /** The same with another deadline, for what is many statements; each must be short all the same, and soon follow the one before. */
    public <T> Uni<T> write(String tenant, Duration deadline, Supplier<Uni<T>> work) {
        return run(tenant, deadline, operation -> operation.write(work));
    }

    private interface Work<T> {
        Uni<T> run(Operation operation);
    }

    private <T> Uni<T> run(String tenant, Duration deadline, Work<T> work) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Promise<T> promise = Promise.promise();
            Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            own.runOnContext(ignored -> {
                Operation operation = begin(tenant);
                operation.bind(own);
                Uni.createFrom()
                        .deferred(() -> work.run(operation))
                        .call(operation::settleBeforeAnswer)
                        .ifNoItem()
                        .after(deadline)
                        .failWith(
                                () -> new OperationEndedException("it took longer than " + deadline.toSeconds() + " s"))
                        .emitOn(command -> own.runOnContext(late -> command.run())) // the timer has a thread of its own
                        .onTermination()
                        .call(() -> UniHelper.toUni(operation.end()))
                        .subscribe()
                        .with(promise::complete, promise::fail);
            });
            Uni<T> result = UniHelper.toUni(promise.future());
            // back to where we came from: on our own context the operation is over
            return caller == null ? result : result.emitOn(command -> caller.runOnContext(ignored -> command.run()));
        });
    }
}
