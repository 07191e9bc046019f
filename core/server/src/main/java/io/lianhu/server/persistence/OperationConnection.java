package io.lianhu.server.persistence;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * One session's view of the operation's connection. Closing it closes only the view; a transaction cannot be begun through it, because
 * the operation owns that.
 */
final class OperationConnection implements SqlConnection {

    private final Operation operation;
    private final SqlConnection connection;
    private final String role;
    private boolean closed;

    OperationConnection(Operation operation, SqlConnection connection, String role) {
        this.operation = operation;
        this.connection = connection;
        this.role = role;
    }

    private <R> Future<R> send(String sql, Supplier<Future<R>> statement) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("The session is closed"));
        }
        if (!StatementGuard.allows(sql)) {
            return Future.failedFuture(new IllegalArgumentException("Statement refused: " + sql));
        }
        return operation.send(role, statement);
    }

    @Override
    public Query<RowSet<Row>> query(String sql) {
        return new GuardedQuery<>(connection.query(sql), sql);
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
        return new GuardedPreparedQuery<>(connection.preparedQuery(sql), sql);
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
        return new GuardedPreparedQuery<>(connection.preparedQuery(sql, options), sql);
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }

    @Override
    public void close(Handler<AsyncResult<Void>> handler) {
        close().onComplete(handler);
    }

    @Override
    public Future<Transaction> begin() {
        return Future.failedFuture(new UnsupportedOperationException("The operation owns the transaction"));
    }

    @Override
    public void begin(Handler<AsyncResult<Transaction>> handler) {
        begin().onComplete(handler);
    }

    @Override
    @SuppressWarnings("NullAway") // "no transaction" is null in the interface's contract
    public @Nullable Transaction transaction() {
        return null;
    }

    @Override
    public Future<PreparedStatement> prepare(String sql) {
        return Future.failedFuture(new UnsupportedOperationException("Use preparedQuery"));
    }

    @Override
    public Future<PreparedStatement> prepare(String sql, PrepareOptions options) {
        return prepare(sql);
    }

    @Override
    public SqlConnection prepare(String sql, Handler<AsyncResult<PreparedStatement>> handler) {
        prepare(sql).onComplete(handler);
        return this;
    }

    @Override
    public SqlConnection prepare(String sql, PrepareOptions options, Handler<AsyncResult<PreparedStatement>> handler) {
        return prepare(sql, handler);
    }

    @Override
    public SqlConnection exceptionHandler(Handler<Throwable> handler) {
        return this; // the pool watches the connection
    }

    @Override
    public SqlConnection closeHandler(Handler<Void> handler) {
        return this;
    }

    @Override
    public boolean isSSL() {
        return connection.isSSL();
    }

    @Override
    public DatabaseMetadata databaseMetadata() {
        return connection.databaseMetadata();
    }

    private final class GuardedQuery<T> implements Query<T> {
        private final Query<T> query;
        private final String sql;

        GuardedQuery(Query<T> query, String sql) {
            this.query = query;
            this.sql = sql;
        }

        @Override
        public Future<T> execute() {
            return send(sql, query::execute);
        }

        @Override
        public void execute(Handler<AsyncResult<T>> handler) {
            execute().onComplete(handler);
        }

        @Override
        public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
            return new GuardedQuery<>(query.collecting(collector), sql);
        }

        @Override
        public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
            return new GuardedQuery<>(query.mapping(mapper), sql);
        }
    }

    private final class GuardedPreparedQuery<T> implements PreparedQuery<T> {
        private final PreparedQuery<T> query;
        private final String sql;

        GuardedPreparedQuery(PreparedQuery<T> query, String sql) {
            this.query = query;
            this.sql = sql;
        }

        @Override
        public Future<T> execute() {
            return send(sql, query::execute);
        }

        @Override
        public Future<T> execute(Tuple tuple) {
            return send(sql, () -> query.execute(tuple));
        }

        @Override
        public Future<T> executeBatch(List<Tuple> batch) {
            return send(sql, () -> query.executeBatch(batch));
        }

        @Override
        public void execute(Handler<AsyncResult<T>> handler) {
            execute().onComplete(handler);
        }

        @Override
        public void execute(Tuple tuple, Handler<AsyncResult<T>> handler) {
            execute(tuple).onComplete(handler);
        }

        @Override
        public void executeBatch(List<Tuple> batch, Handler<AsyncResult<T>> handler) {
            executeBatch(batch).onComplete(handler);
        }

        @Override
        public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
            return new GuardedPreparedQuery<>(query.collecting(collector), sql);
        }

        @Override
        public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
            return new GuardedPreparedQuery<>(query.mapping(mapper), sql);
        }
    }
}
