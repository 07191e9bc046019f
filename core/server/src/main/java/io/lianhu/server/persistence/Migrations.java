package io.lianhu.server.persistence;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Brings a schema, and the role that speaks for it, up to date. Works over JDBC as the owner of all tables and blocks: for worker
 * threads. Several replicas may do it at once; they take turns.
 */
@Singleton
public class Migrations {

    /** The schema and role of what is no county's. */
    public static final String PLATFORM = "lianhu_platform";

    /** The schema and role of the core. */
    public static final String CORE = "lianhu_core";

    /** The role that finds due work across the counties, and sees only that. */
    public static final String WORKER = "lianhu_worker";

    /** The role that takes people's names out of what is else never changed, in the own county. */
    public static final String ERASER = "lianhu_eraser";

    private static final List<String> PLATFORM_SCRIPTS = List.of( //
            "V1__platform.sql", "V2__hosts.sql", "V3__plugins.sql", "V13__audit.sql");

    private static final List<String> CORE_SCRIPTS = List.of( //
            "V1__core.sql",
            "V3__cases.sql",
            "V4__events.sql",
            "V10__calendar.sql",
            "V11__emergency.sql",
            "V12__units.sql",
            "V13__grid_map.sql",
            "V14__terms.sql",
            "V15__population.sql",
            "V16__transfers.sql",
            "V20__case_classes.sql",
            "V21__case_life.sql",
            "V22__dispatch_rules.sql",
            "V23__case_clocks.sql",
            "V30__messages.sql",
            "V31__webhooks.sql",
            "V32__notices.sql",
            "V40__audit.sql",
            "V41__reveal.sql",
            "V42__vault.sql",
            "V45__tags.sql",
            "V50__counts.sql",
            "V51__escalation.sql",
            "V52__clock_counts.sql",
            "V53__joint_handling.sql",
            "V54__merged_cases.sql",
            "V55__case_lists.sql",
            "V56__personal_data.sql",
            "V57__erasure.sql",
            "V59__notice_slices.sql",
            "V60__notice_search.sql",
            "V61__message_templates.sql",
            "V62__resident_merge.sql",
            "V65__emergency_clocks.sql",
            "V66__emergency_teams.sql",
            "V67__whole_limits.sql");

    private final String url;
    private final String owner;
    private final String password;
    private final String login;

    Migrations(
            @ConfigProperty(name = "lianhu.database.owner.url") String url,
            @ConfigProperty(name = "lianhu.database.owner.username") String owner,
            @ConfigProperty(name = "lianhu.database.owner.password") String password,
            @ConfigProperty(name = "quarkus.datasource.username") String login) {
        this.url = url;
        this.owner = owner;
        this.password = password;
        this.login = login;
    }

    /** Migrates the platform's and the core's schemas. */
    public void migrateCore() {
        try (Connection connection = connect()) {
            role(connection, WORKER);
            role(connection, ERASER);
            // A temporary table has no policies and stays on its connection: PostgreSQL lets everyone make one.
            execute(
                    connection,
                    "do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$");
        } catch (SQLException failure) {
            throw new IllegalStateException("The database cannot be prepared", failure);
        }
        migrate(PLATFORM, resources("platform", PLATFORM_SCRIPTS), false);
        migrate(CORE, resources("core", CORE_SCRIPTS), true);
    }

    /**
     * Migrates a plugin's schema and puts the fence around every table in it.
     *
     * @param scripts by file name ({@code V1__ledger.sql})
     * @throws FenceException if a table cannot bear the fence
     * @throws IllegalArgumentException if a script is at fault
     * @throws IllegalStateException if the database is
     */
    public void migratePlugin(String schema, Map<String, String> scripts) {
        migrate(schema, scripts, true);
    }

    private void migrate(String schema, Map<String, String> scripts, boolean fenced) {
        try (Connection connection = connect()) {
            role(connection, schema);
            execute(connection, "create schema if not exists " + schema);
            execute(connection, "grant usage on schema " + schema + " to " + schema);
            flyway(schema, scripts, fenced);
            if (fenced) {
                new Fence(schema).raise(connection);
            } else {
                grant(connection, schema);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("The schema " + schema + " cannot be prepared", failure);
        }
    }

    /**
     * All pending scripts are one transaction in which the tables are looked at as well: a version that is refused must leave nothing in
     * the schema that the version before, which goes on, would be refused for at the next start.
     */
    private void flyway(String schema, Map<String, String> scripts, boolean fenced) {
        if (scripts.isEmpty()) {
            return;
        }
        Path folder = null;
        try {
            // Flyway scans folders and class paths; a plugin's class path is out of its sight, and ours is packed by
            // Quarkus.
            folder = Files.createTempDirectory("lianhu-migrations");
            for (Map.Entry<String, String> script : scripts.entrySet()) {
                Files.writeString(folder.resolve(script.getKey()), script.getValue());
            }
            Flyway.configure()
                    .dataSource(url, owner, password)
                    .schemas(schema)
                    .defaultSchema(schema)
                    .createSchemas(false)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .table("migration_history")
                    .locations("filesystem:" + folder)
                    .group(true)
                    .callbacks(fenced ? new Callback[] {new FenceCheck(schema)} : new Callback[0])
                    .load()
                    .migrate();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (FlywayException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof FenceException unfit) {
                    throw unfit;
                }
            }
            throw isAway(failure)
                    ? new IllegalStateException("The schema " + schema + " cannot be migrated now", failure)
                    : new IllegalArgumentException(failure.getMessage(), failure);
        } finally {
            delete(folder);
        }
    }

    /** Whether the database, and not a script, is at fault: no connection, no resources, shut down, a lock not given, a deadlock. */
    private static boolean isAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException told) {
                String state = String.valueOf(told.getSQLState());
                return Stream.of("08", "53", "57P", "58", "55P03", "40").anyMatch(state::startsWith);
            }
        }
        return false;
    }

    /** Looks at the tables after each script, before it is committed. */
    private record FenceCheck(String schema) implements Callback {
        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.AFTER_EACH_MIGRATE;
        }

        @Override
        public boolean canHandleInTransaction(Event event, Context context) {
            return true;
        }

        @Override
        public void handle(Event event, Context context) {
            try {
                new Fence(schema).check(context.getConnection());
            } catch (SQLException failure) {
                throw new IllegalStateException("The schema " + schema + " cannot be looked at", failure);
            }
        }

        @Override
        public String getCallbackName() {
            return "fence";
        }
    }

    private static void grant(Connection connection, String schema) throws SQLException {
        execute(connection, "grant select, insert, update, delete on all tables in schema " + schema + " to " + schema);
        execute(connection, "revoke all on " + schema + ".migration_history from " + schema);
    }

    private void role(Connection connection, String role) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("select pg_advisory_xact_lock(hashtext('lianhu_roles'))");
            if (!exists(connection, role)) {
                execute(connection, "create role " + role + " nologin");
            }
            // The login may take the role for a transaction, and has none of its rights otherwise.
            execute(connection, "grant " + role + " to " + login + " with inherit false, set true");
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
            query.setString(1, role);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, owner, password);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Map<String, String> resources(String folder, List<String> names) {
        return names.stream().collect(Collectors.toMap(Function.identity(), name -> resource(folder + "/" + name)));
    }

    private static String resource(String name) {
        try (var in = Migrations.class.getResourceAsStream("/migrations/" + name)) {
            if (in == null) {
                throw new IllegalStateException("Missing " + name);
            }
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(@org.jspecify.annotations.Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
