package io.lianhu.server.persistence;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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

    private enum Transaction {
        NONE,
        READ,
        WRITE
    }

    private final Pool pool;
    private final String tenant;
    private final Statistics statistics = new Statistics();

    private @Nullable Future<SqlConnection> lease;
    private @Nullable SqlConnection connection;
    private Transaction transaction = Transaction.NONE;
    private int transactionNumber;
    private @Nullable String role;
    private @Nullable Throwable firstFailure;
    private boolean willWrite;
    private boolean writing;
    private @Nullable String refusal;
    private @Nullable Future<Void> end;
    private List<Runnable> afterCommit = new ArrayList<>();

    /** How much an operation talked to the database. */
    public static final class Statistics {
        private int messages;

        /** Messages sent to PostgreSQL, BEGIN and COMMIT included. */
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

    /**
     * Runs the work in a write transaction: committed when it completes, rolled back when it fails or when any statement in it failed,
     * even if the work swallowed that. One at a time.
     */
    public <T> Uni<T> write(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            if (writing) {
                return Uni.createFrom().failure(new IllegalStateException("A write transaction is running already"));
            }
            if (transaction == Transaction.READ) {
                // The payload of the mutation before was read; answers come in order, so there is nothing to wait for.
                finish(true);
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
        Future<Void> settled =
                transaction == Transaction.WRITE ? finish(failure == null && !refused) : Future.succeededFuture();
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
        if (transaction == Transaction.NONE) {
            begin(sessionRole);
        } else if (!sessionRole.equals(role)) {
            role = sessionRole;
            command("SET LOCAL ROLE " + sessionRole);
        }
        statistics.messages++;
        int number = transactionNumber;
        return statement.get().onFailure(failure -> remember(number, failure));
    }

    private void begin(String sessionRole) {
        boolean writes = writing || willWrite;
        willWrite = false;
        transaction = writes ? Transaction.WRITE : Transaction.READ;
        transactionNumber++;
        firstFailure = null;
        role = sessionRole;
        String begin = writes ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        command(begin + ";SET LOCAL lianhu.tenant='" + tenant + "';SET LOCAL ROLE " + sessionRole);
    }

    private Future<Void> command(String sql) {
        statistics.messages++;
        int number = transactionNumber;
        return leased().query(sql).execute().<Void>mapEmpty().onFailure(failure -> remember(number, failure));
    }

    private SqlConnection leased() {
        if (connection == null) {
            throw new IllegalStateException("No connection is leased");
        }
        return connection;
    }

    private void remember(int number, Throwable failure) {
        if (number == transactionNumber && firstFailure == null) {
            firstFailure = failure;
        }
    }

    /**
     * Ends the transaction; the county and the role die with it. PostgreSQL answers the COMMIT of a failed transaction with success, so
     * the first failure is remembered here and reported instead.
     */
    private Future<Void> finish(boolean commit) {
        Throwable failure = firstFailure;
        boolean sound = commit && failure == null;
        transaction = Transaction.NONE;
        role = null;
        Future<Void> answer = command(sound ? "COMMIT" : "ROLLBACK");
        return commit && failure != null ? answer.transform(ignored -> Future.failedFuture(failure)) : answer;
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
        boolean read = transaction == Transaction.READ;
        Future<Void> finished = transaction == Transaction.NONE ? Future.succeededFuture() : finish(read);
        // Not before PostgreSQL has answered: the next user may sit on another event loop, and would overtake this
        // COMMIT.
        end = finished.transform(ignored -> leased.close());
        return end;
    }

    private static Uni<Void> uni(Future<Void> future) {
        return Uni.createFrom().completionStage(future::toCompletionStage);
    }
}
