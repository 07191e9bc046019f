package io.lianhu.server.persistence;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * SQL of the core's own, in the running operation, for what one statement does better than entities: whole sets, and insertions that
 * may find their row there already. Tables are named with their schema.
 */
public final class Statements {

    /** Spoken by the core's role. */
    public static final Statements CORE = new Statements(Migrations.CORE);

    /** Spoken by the platform's role, for the tables that are no county's. */
    public static final Statements PLATFORM = new Statements(Migrations.PLATFORM);

    /** Spoken by the worker's role, which sees only what is due. */
    public static final Statements WORKER = new Statements(Migrations.WORKER);

    /** Spoken by the role that erases, which may change what nobody else may. */
    public static final Statements ERASER = new Statements(Migrations.ERASER);

    private final String role;

    private Statements(String role) {
        this.role = role;
    }

    /** Runs one prepared statement; arrays are passed as Java arrays. */
    public Uni<RowSet<Row>> run(String sql, @Nullable Object... parameters) {
        return Uni.createFrom()
                .deferred(() -> UniHelper.toUni(Operation.current()
                        .connection(role)
                        .compose(connection -> connection.preparedQuery(sql).execute(Tuple.from(parameters)))));
    }
}
