package io.lianhu.devstack;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL of the stack: UTF-8, order by code point, UTC. */
public final class Postgres {
    static final String SUPERUSER = "postgres";
    static final String KEYCLOAK_DATABASE = "keycloak";
    static final String KEYCLOAK_ROLE = "keycloak";

    private static final String OWNER = "lianhu_owner";
    private static final String APPLICATION = "lianhu";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final int CONNECT_SECONDS = 5;
    // Any number will do that nobody else takes.
    private static final long SETUP_LOCK = 5_201_150_000L;

    private final int port;
    private final State.Secrets secrets;

    Postgres(int port, State.Secrets secrets) {
        this.port = port;
        this.secrets = secrets;
    }

    public String host() {
        return Loopback.HOST;
    }

    public int port() {
        return port;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + Loopback.HOST + ":" + port + "/" + database;
    }

    /** The superuser, for what no role of a {@link Database} may do. */
    public String superuser() {
        return SUPERUSER;
    }

    public String superuserPassword() {
        return secrets.superuser();
    }

    /**
     * Makes the database with its two roles if it is not there yet, and renews their settings if it is. Several
     * processes may ask for the same one at once.
     *
     * @param name lower-case letters, digits and underscores, a letter first
     */
    public Database database(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Not a plain database name: " + name);
        }
        locked(admin -> {
            role(admin, OWNER, "LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS", secrets.owner());
            role(admin, APPLICATION, "LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS", secrets.application());
            create(admin, name, OWNER);
            admin.execute("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
            admin.execute("GRANT CONNECT ON DATABASE " + name + " TO " + APPLICATION);
            try (Connection inside = connect(name);
                    Statement statement = inside.createStatement()) {
                statement.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
            }
        });
        return new Database(name, Loopback.HOST, port, OWNER, secrets.owner(), APPLICATION, secrets.application());
    }

    void createKeycloakDatabase() {
        locked(admin -> {
            role(admin, KEYCLOAK_ROLE, "LOGIN NOSUPERUSER", secrets.keycloakDatabase());
            create(admin, KEYCLOAK_DATABASE, KEYCLOAK_ROLE);
            admin.execute("REVOKE ALL ON DATABASE " + KEYCLOAK_DATABASE + " FROM PUBLIC");
        });
    }

    boolean answers() {
        try (Connection connection = connect(SUPERUSER)) {
            return connection.isValid(CONNECT_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void role(Statement admin, String role, String attributes, String password) throws SQLException {
        boolean there = exists(admin, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'");
        admin.execute(
                (there ? "ALTER ROLE " : "CREATE ROLE ") + role + " " + attributes + " PASSWORD '" + password + "'");
    }

    private static void create(Statement admin, String name, String owner) throws SQLException {
        if (!exists(admin, "SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            admin.execute("CREATE DATABASE " + name + " OWNER " + owner + " TEMPLATE template0");
        }
    }

    private static boolean exists(Statement admin, String query) throws SQLException {
        try (ResultSet rows = admin.executeQuery(query)) {
            return rows.next();
        }
    }

    private interface Setup {
        void run(Statement admin) throws SQLException;
    }

    /** CREATE DATABASE knows neither IF NOT EXISTS nor transactions: a lock on the session keeps two askers apart. */
    private void locked(Setup setup) {
        try (Connection connection = connect(SUPERUSER);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + SETUP_LOCK + ")");
            setup.run(statement);
        } catch (SQLException e) {
            throw new DevstackFailure("PostgreSQL on port " + port + ": " + e.getMessage(), e);
        }
    }

    private Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        source.setUser(SUPERUSER);
        source.setPassword(secrets.superuser());
        source.setConnectTimeout(CONNECT_SECONDS);
        return source.getConnection();
    }
}
