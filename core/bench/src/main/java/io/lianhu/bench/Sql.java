package io.lianhu.bench;

import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as its superuser, for what the API has no need of: a million rows at once, and a look at all counties. */
final class Sql implements AutoCloseable {
    private final Connection connection;

    Sql(TestHost host) {
        connection = host.superuser();
    }

    /** Runs one statement; answers how many rows it changed. */
    int run(String statement, @Nullable Object... parameters) {
        try (PreparedStatement prepared = prepare(statement, parameters)) {
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(statement, failure);
        }
    }

    /** Runs statements that take no parameters. */
    void script(String statements) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(statements);
        } catch (SQLException failure) {
            throw new IllegalStateException(statements, failure);
        }
    }

    /** Runs what changes rows in one transaction, so that others see all of it or nothing. */
    void together(Runnable changes) {
        try {
            connection.setAutoCommit(false);
            changes.run();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The one number that a query answers. */
    long number(String query, @Nullable Object... parameters) {
        try (PreparedStatement prepared = prepare(query, parameters);
                ResultSet row = prepared.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(query, failure);
        }
    }

    private PreparedStatement prepare(String statement, @Nullable Object... parameters) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        for (int i = 0; i < parameters.length; i++) {
            prepared.setObject(i + 1, parameters[i]);
        }
        return prepared;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
