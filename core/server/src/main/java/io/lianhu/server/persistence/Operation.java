package io.lianhu.server.persistence;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work for one county: at most one leased connection, and at most one transaction at a time on it. The lease and the
 * transaction begin with the first statement, so that an operation without data costs nothing.
 *
 * <p>Confined to the Vert.x context that it was bound to: no locks. It must be {@linkplain #end() ended}, always; until then sessions
 * opened by resolvers share its connection, pipelined. Reads share one REPEATABLE READ snapshot; {@link #write} runs its work in one
 * READ COMMITTED transaction.
 *
 * <p>The first message of a transaction carries the county and the role and is sent ahead of the first statement without waiting. That
 * is safe: if it fails, PostgreSQL refuses whatever follows, because the login role may do nothing by itself.
 */
public final class Operation {

    private static final Object KEY = Operation.class;

    /** What PostgreSQL answers to every statement after the one that failed. */
    private static final String ABORTED = "25P02";

    /** A transaction that has begun; statements remember the one that they were sent in, for they are answered later. */
    private static final class Transaction {
        private final boolean writes;
        private String role;
        private @Nullable Throwable firstFailure;

        Transaction(boolean writes, String role) {
            this.writes = writes;
            this.role = role;
        }

        /** Of a statement's failure what is to be told: where it only echoes an earlier one, that one. */
        Throwable told(Throwable failure) {
            Throwable first = firstFailure;
            if (first == null) {
                firstFailure = failure;
                return failure;
            }
            return failure instanceof PgException echo && ABORTED.equals(echo.getSqlState()) ? first : failure;
        }
    }

    private final Pool pool;
    private final String tenant;
    private final Statistics statistics = new Statistics();

    private @Nullable Future<SqlConnection> lease;
    private @Nullable SqlConnection connection;
    private @Nullable Transaction transaction;
    private boolean willWrite;
    private boolean writing;
    private @Nullable String refusal;
    private @Nullable Future<Void> end;
    private List<Runnable> afterCommit = new ArrayList<>();
    private final List<Supplier<Uni<Void>>> beforeAnswer = new ArrayList<>();

    /** How much an operation talked to the database. */
    public static final class Statistics {
        private int messages;

        /** Messages sent to PostgreSQL, BEGIN, SET ROLE and COMMIT among them. */
        public int messages() {
            return messages;
        }
    }

    /**
     * Work for a county.
     *
     * @param tenant its GB/T 2260 code, or {@link #PLATFORM}; it stands in a SQL text, hence digits only
     */
    Operation(Pool pool, String tenant) {
        if (!tenant.matches("[0-9]{6}")) {
            throw new IllegalArgumentException("Not a county's code: " + tenant);
        }
        this.pool = pool;
        this.tenant = tenant;
    }

    /** The tenant under which no county's rows can stand: for work on the platform's own tables. */
    public static final String PLATFORM = "000000";

    /** The operation of the running Vert.x context. */
    public static Operation current() {
        Context context = Vertx.currentContext();
        Operation operation = context == null ? null : context.getLocal(KEY);
        if (operation == null) {
            throw new IllegalStateException("The database was used outside an operation");
        }
        return operation;
    }

    /** Makes this the context's operation; the context must be one that nothing else shares. */
    public void bind(Context context) {
        context.putLocal(KEY, this);
    }

    public String tenant() {
        return tenant;
    }

    public Statistics statistics() {
        return statistics;
    }

    /** Says, before the first statement, that a write will follow: what is read until then is read in the transaction of that write. */
    public void willWrite() {
        willWrite = true;
    }

    /** Whether statements run in a write transaction now. */
    public boolean writes() {
        return writing;
    }

    /** Runs once the running write transaction is committed; forgotten when it is rolled back. Must neither block nor throw. */
    public void afterCommit(Runnable action) {
        if (!writing) {
            throw new IllegalStateException("No write transaction is running");
        }
        afterCommit.add(action);
    }

    /** Has the work done, in a write transaction, before the operation's answer leaves; without it there is no answer. */
    public void beforeAnswer(Supplier<Uni<Void>> work) {
        beforeAnswer.add(work);
    }

    /**
     * Does what has to be done before the answer leaves, in one transaction. To be called by whoever runs the operation, once the work is
     * done; where it fails, the answer must not be given.
     */
    public Uni<Void> settleBeforeAnswer() {
        return Uni.createFrom().deferred(() -> {
            if (beforeAnswer.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            List<Supplier<Uni<Void>>> owed = List.copyOf(beforeAnswer);
            beforeAnswer.clear();
            return write(() -> Multi.createFrom()
                    .iterable(owed)
                    .onItem()
                    .transformToUniAndConcatenate(Supplier::get)
                    .collect()
                    .last()
                    .replaceWithVoid());
        });
    }

    /**
     * Runs the work in a write transaction: committed when it completes, rolled back when it fails or when any statement in it failed,
     * even if the work swallowed that. One at a time.
     */
    public <T> Uni<T> write(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            if (writing) {
                return Uni.createFrom().failure(new IllegalStateException("A write transaction is running already"));
            }
            Transaction running = transaction;
            if (running != null && !running.writes) {
                // The payload of the mutation before was read; answers come in order, so there is nothing to wait for.
                finish(running, true);
            }
            writing = true;
            afterCommit = new ArrayList<>();
            return Uni.createFrom().deferred(work::get).onItemOrFailure().transformToUni((item, failure) -> settle(
                            failure)
                    .replaceWith(item));
        });
    }

    private Uni<Void> settle(@Nullable Throwable failure) {
        List<Runnable> actions = afterCommit;
        boolean refused = refusal != null;
        writing = false;
        Transaction running = transaction;
        Future<Void> settled = running != null && running.writes
                ? finish(running, failure == null && !refused)
                : Future.succeededFuture();
        if (failure != null) {
            return uni(settled).onItemOrFailure().transformToUni((v, t) -> Uni.createFrom()
                    .failure(failure));
        }
        if (refused) {
            return uni(settled).onItemOrFailure().transformToUni((v, t) -> Uni.createFrom()
                    .failure(new OperationEndedException(refusal)));
        }
        return uni(settled).invoke(() -> actions.forEach(Runnable::run));
    }

    /** What the operation is asked for by a session: its connection, under the role of the session's owner. */
    Future<SqlConnection> connection(String sessionRole) {
        if (refusal != null) {
            return Future.failedFuture(new OperationEndedException(refusal));
        }
        if (lease == null) {
            lease = pool.getConnection().compose(leased -> {
                if (end != null) {
                    leased.close();
                    return Future.failedFuture(new OperationEndedException("the operation has ended"));
                }
                connection = leased;
                return Future.succeededFuture(leased);
            });
        }
        return lease.map(leased -> new OperationConnection(this, leased, sessionRole));
    }

    /** Sends a statement in the running transaction, which it begins if there is none. */
    <R> Future<R> send(String sessionRole, Supplier<Future<R>> statement) {
        if (refusal != null) {
            return Future.failedFuture(new OperationEndedException(refusal));
        }
        Transaction running = transaction == null ? begin(sessionRole) : transaction;
        if (!sessionRole.equals(running.role)) {
            running.role = sessionRole;
            command(running, "SET LOCAL ROLE " + sessionRole);
        }
        statistics.messages++;
        return statement.get().recover(failure -> Future.failedFuture(running.told(failure)));
    }

    private Transaction begin(String sessionRole) {
        Transaction begun = new Transaction(writing || willWrite, sessionRole);
        willWrite = false;
        transaction = begun;
        String begin = begun.writes ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        command(begun, begin + ";SET LOCAL lianhu.tenant='" + tenant + "';SET LOCAL ROLE " + sessionRole);
        return begun;
    }

    private Future<Void> command(Transaction running, String sql) {
        statistics.messages++;
        return leased().query(sql).execute().<Void>mapEmpty().onFailure(running::told);
    }

    private SqlConnection leased() {
        if (connection == null) {
            throw new IllegalStateException("No connection is leased");
        }
        return connection;
    }

    /**
     * Ends the transaction; the county and the role die with it. PostgreSQL answers the COMMIT of a failed transaction with success, so
     * the first failure is remembered and reported instead: also one that was told only after the COMMIT was sent.
     */
    private Future<Void> finish(Transaction running, boolean commit) {
        transaction = null;
        Future<Void> answer = command(running, commit && running.firstFailure == null ? "COMMIT" : "ROLLBACK");
        return answer.transform(ended -> {
            Throwable failure = commit ? running.firstFailure : ended.cause();
            return failure == null ? Future.succeededFuture() : Future.failedFuture(failure);
        });
    }

    /** Refuses every further statement, a commit included: the client went away. {@link #end} must follow all the same. */
    public void cancel(String why) {
        if (refusal == null) {
            refusal = why;
        }
    }

    /**
     * Ends a running transaction and then gives the connection back; no answer need wait for it, since what was written is committed
     * before. May be called again, and while a statement hangs: the ROLLBACK queues behind it, and the server's statement_timeout bounds
     * it. (A cancel request would race with the next lease of the backend.)
     */
    public Future<Void> end() {
        if (end != null) {
            return end;
        }
        cancel("the operation has ended");
        if (connection == null) {
            end = Future.succeededFuture();
            return end;
        }
        SqlConnection leased = leased();
        Transaction running = transaction;
        Future<Void> finished = running == null ? Future.succeededFuture() : finish(running, !running.writes);
        // Not before PostgreSQL has answered: the next user may sit on another event loop, and would overtake this
        // COMMIT.
        end = finished.transform(ignored -> leased.close());
        return end;
    }

    private static Uni<Void> uni(Future<Void> future) {
        return Uni.createFrom().completionStage(future::toCompletionStage);
    }
}
