package io.lianhu.server.persistence;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What Hibernate Reactive takes for a pool: it hands out the running operation's connection under one role. Without a role it stands
 * for "no county", and refuses everything.
 */
final class RolePool implements Pool {

    private final @Nullable String role;

    RolePool(@Nullable String role) {
        this.role = role;
    }

    @Override
    public Future<SqlConnection> getConnection() {
        return role == null
                ? Future.failedFuture(refusal())
                : Operation.current().connection(role);
    }

    @Override
    public void getConnection(Handler<AsyncResult<SqlConnection>> handler) {
        getConnection().onComplete(handler);
    }

    @Override
    public Query<RowSet<Row>> query(String sql) {
        throw refusal();
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
        throw refusal();
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
        throw refusal();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    @Override
    public void close(Handler<AsyncResult<Void>> handler) {
        close().onComplete(handler);
    }

    @Override
    public Pool connectHandler(Handler<SqlConnection> handler) {
        throw refusal();
    }

    @Override
    public Pool connectionProvider(Function<Context, Future<SqlConnection>> provider) {
        throw refusal();
    }

    @Override
    public int size() {
        return 0;
    }

    private static IllegalStateException refusal() {
        return new IllegalStateException("Only a session of a county's operation may use the database");
    }
}
