package io.lianhu.server.startup;

import io.lianhu.server.audit.ChainCheck;
import io.lianhu.server.persistence.Migrations;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code audit-check [--log=<file>] [<county> …]}: checks the audit trails of these counties, or of all, with nothing but the
 * database, under the login that serves requests. With kept logs of the server, every end that was ever told there has to be in the
 * chain still. Answers 0 where all is sound, 1 where something was found, 2 where it could not be looked at.
 */
final class AuditCheckCommand {

    static final String NAME = "audit-check";

    private static final Pattern COUNTY = Pattern.compile("[0-9]{6}");

    private static final Pattern END =
            Pattern.compile("Audit trail of ([0-9]{6}) sealed to ([0-9]{1,18}) ([0-9a-f]{64})");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Pool pool;
    private final PrintStream out;
    private final Optional<Path> log;
    private boolean sound = true;

    private AuditCheckCommand(Pool pool, PrintStream out, Optional<Path> log) {
        this.pool = pool;
        this.out = out;
        this.log = log;
    }

    static int run(List<String> arguments, PrintStream out) {
        List<String> counties = new ArrayList<>();
        Path log = null;
        for (String argument : arguments) {
            if (argument.startsWith("--log=")) {
                log = Path.of(argument.substring("--log=".length()));
            } else if (COUNTY.matcher(argument).matches()) {
                counties.add(argument);
            } else {
                out.println("audit-check [--log=<file>] [<county> ...], not " + argument);
                return 2;
            }
        }
        Vertx vertx = Vertx.vertx();
        try {
            PgConnectOptions options = PgConnectOptions.fromUri(setting("quarkus.datasource.reactive.url"))
                    .setUser(setting("quarkus.datasource.username"))
                    .setPassword(setting("quarkus.datasource.password"));
            Pool pool = PgBuilder.pool().connectingTo(options).using(vertx).build();
            return new AuditCheckCommand(pool, out, Optional.ofNullable(log)).check(counties) ? 0 : 1;
        } catch (RuntimeException | IOException failure) {
            out.println("The audit trails could not be checked: " + failure);
            return 2;
        } finally {
            UniHelper.toUni(vertx.close()).await().atMost(PATIENCE);
        }
    }

    /** As the server takes it: a system property, or the environment variable of that name. */
    private static String setting(String name) {
        String property = System.getProperty(name);
        String value = property != null
                ? property
                : System.getenv(name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private boolean check(List<String> counties) throws IOException {
        List<String> all = counties.isEmpty() ? sealed() : counties;
        for (String county : all) {
            check(county);
        }
        return sound;
    }

    private List<String> sealed() {
        List<String> counties = new ArrayList<>();
        within("000000", source -> source.platform("select county from lianhu_platform.audit_anchor order by county"))
                .forEach(row -> counties.add(row.getString(0)));
        return counties;
    }

    private void check(String county) throws IOException {
        long rows = 0;
        Optional<String> position = Optional.empty();
        do {
            Optional<String> from = position;
            ChainCheck.Progress progress = within(county, source -> new ChainCheck(county, source).next(from));
            rows = Math.max(rows, progress.through());
            ChainCheck.Fault fault = progress.fault();
            if (fault != null) {
                found(county, fault);
                return;
            }
            position = Optional.ofNullable(progress.position());
        } while (position.isPresent());
        if (log.isPresent() && !told(county, log.get())) {
            return;
        }
        out.println(county + ": sound, " + rows + " rows");
    }

    private void found(String county, ChainCheck.Fault fault) {
        sound = false;
        out.println(county + ": " + fault.kind() + " row " + shown(fault.seq()) + ", id " + shown(fault.entryId()));
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "unknown" : value.toString();
    }

    /** Whether all ends that the log tells of are in the chain. */
    private boolean told(String county, Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            for (Matcher end : (Iterable<Matcher>)
                    lines.map(END::matcher).filter(Matcher::find).filter(match -> match.group(1)
                            .equals(county))::iterator) {
                long seq = Long.parseLong(end.group(2));
                RowSet<Row> kept = within(
                        county,
                        source -> source.core(
                                "select 1 from lianhu_core.audit_seal where seq = $1 and encode(hash, 'hex') = $2",
                                seq,
                                end.group(3)));
                if (kept.rowCount() == 0) {
                    found(county, new ChainCheck.Fault(ChainCheck.Kind.CHANGED, seq, null));
                    return false;
                }
            }
        }
        return true;
    }

    /** One transaction of the county, which reads one snapshot. */
    private <T> T within(String county, Function<ChainCheck.Source, Uni<T>> work) {
        Uni<T> answer = UniHelper.toUni(pool.getConnection()).chain(connection -> statement(
                        connection,
                        "begin isolation level repeatable read read only; set local lianhu.tenant = '" + county + "'")
                .chain(() -> work.apply(source(connection)))
                .onTermination()
                .call(() -> statement(connection, "rollback")
                        .onTermination()
                        .call(() -> UniHelper.toUni(connection.close()))));
        return answer.await().atMost(PATIENCE);
    }

    private static Uni<Void> statement(SqlConnection connection, String sql) {
        return UniHelper.toUni(connection.query(sql).execute()).replaceWithVoid();
    }

    private static ChainCheck.Source source(SqlConnection connection) {
        return new ChainCheck.Source() {
            @Override
            public Uni<RowSet<Row>> core(String sql, Object... parameters) {
                return as(Migrations.CORE, sql, parameters);
            }

            @Override
            public Uni<RowSet<Row>> platform(String sql, Object... parameters) {
                return as(Migrations.PLATFORM, sql, parameters);
            }

            private Uni<RowSet<Row>> as(String role, String sql, Object... parameters) {
                return statement(connection, "set local role " + role)
                        .chain(() ->
                                UniHelper.toUni(connection.preparedQuery(sql).execute(Tuple.from(parameters))));
            }
        };
    }
}
