package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.PluginSource;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the database keeps the counties apart, whatever a plugin sends it. */
@DisplayName("Counties are kept apart by the database")
final class IsolationIT {
    private static final int COUNTIES = 10;
    private static final int CLIENTS = 32;
    private static final int REQUESTS_PER_CLIENT = 80;
    private static final String DENIED = "42501";
    private static final String NO_SUCH_SETTING = "42704";

    private static final String READ =
            """
            query ($newest: String!, $all: String!) {
              fenceEntities
              newest: fenceSql(sql: $newest)
              all: fenceSql(sql: $all)
            }
            """;
    private static final String FAILING_READ = "query ($sql: String!) { fenceEntities fenceThrow fenceSql(sql: $sql) }";
    private static final String WRITE =
            "mutation ($input: FenceWriteInput!) { fenceWrite(input: $input) { note { text } } }";
    private static final String SQL = "query ($sql: String!) { fenceSql(sql: $sql) }";
    private static final String NEWEST = "select tenant_id, text from {h-schema}note order by id desc limit 20";

    private static TestHost host;
    private static List<County> counties;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(FencePlugin.source().pack(host.scratchFolder()));
        counties = Stream.generate(() -> host.newCounty(FencePlugin.ID))
                .limit(COUNTIES)
                .toList();
    }

    private static Map<String, Object> write(String how, int slot, String text) {
        return Map.of("input", Map.of("how", how, "slot", slot, "text", text));
    }

    /** What the clients did, and saw. */
    private static final class Tally {
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger disconnects = new AtomicInteger();
        private final AtomicInteger persisted = new AtomicInteger();
        private final AtomicLong values = new AtomicLong();
    }

    @Test
    @DisplayName("32 clients of 10 counties read and write, fail and go away, and no answer has another county's value")
    void noValueLeaksUnderLoad() throws Exception {
        Tally tally = new Tally();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> clients = new ArrayList<>();
        List<GraphqlClient> administrators =
                counties.stream().map(County::administrator).toList();
        long before = rows("select count(*) from " + FencePlugin.SCHEMA + ".note");
        for (int i = 0; i < CLIENTS; i++) {
            int slot = i;
            County county = counties.get(i % COUNTIES);
            GraphqlClient client = administrators.get(i % COUNTIES);
            clients.add(threads.submit(() -> {
                Random random = new Random(slot);
                for (int n = 0; n < REQUESTS_PER_CLIENT; n++) {
                    request(
                            client,
                            county.code(),
                            slot,
                            random.nextInt(100),
                            county.code() + ":" + slot + "." + n,
                            tally);
                }
            }));
        }
        for (Future<?> client : clients) {
            result(client);
        }
        threads.shutdown();
        connectionsAreClean();
        assertEquals(before + tally.persisted.get(), rows("select count(*) from " + FencePlugin.SCHEMA + ".note"));
        assertEquals(
                0,
                rows("select count(*) from " + FencePlugin.SCHEMA + ".note where text not like tenant_id || ':%'"
                        + " or text like '%failed%'"));
        assertTrue(
                tally.values.get() > CLIENTS * REQUESTS_PER_CLIENT, () -> "few values were looked at: " + tally.values);
        assertTrue(tally.failures.get() > REQUESTS_PER_CLIENT, "planned failures");
        assertTrue(tally.disconnects.get() > 10, "planned disconnects");
        System.out.printf(
                "isolation: %d requests, %d values checked, 0 leaks (%d failed and %d disconnected as planned)%n",
                tally.requests.get(), tally.values.get(), tally.failures.get(), tally.disconnects.get());
    }

    private static void result(Future<?> client) throws InterruptedException {
        try {
            client.get();
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        }
    }

    private static void request(GraphqlClient client, String code, int slot, int dice, String text, Tally tally) {
        tally.requests.incrementAndGet();
        if (dice < 68) {
            Answer answer = client.query(
                    READ,
                    Map.of(
                            "newest",
                            NEWEST,
                            "all",
                            "select tenant_id, text from {h-schema}note" + " where tenant_id <> '" + code
                                    + "' or slot = " + slot));
            for (String field : List.of("/fenceEntities", "/newest", "/all")) {
                check(answer.at(field), code, tally);
            }
        } else if (dice < 80) {
            Answer answer = client.mutate(WRITE, write("PERSIST", slot, text));
            tally.persisted.incrementAndGet();
            assertEquals(text, answer.at("/fenceWrite/note/text").asText());
        } else if (dice < 86) {
            Answer answer = client.mutate(WRITE, write("UPDATE", slot, text + "u"));
            if (answer.at("/fenceWrite").path("note").isObject()) {
                assertEquals(text + "u", answer.at("/fenceWrite/note/text").asText());
            }
        } else if (dice < 90) {
            client.mutate(WRITE, write("BULK", slot, text + "b"));
        } else if (dice < 93) {
            client.mutate(
                    WRITE,
                    write(
                            "SQL",
                            slot,
                            "insert into {h-schema}note (slot, text) values (" + slot + ", '" + text + "')"));
            tally.persisted.incrementAndGet();
        } else if (dice < 95) {
            Answer answer = client.ask(FAILING_READ, Map.of("sql", "select 1/0"));
            assertFalse(answer.errors().isEmpty());
            check(answer.data().path("fenceEntities"), code, tally);
            tally.failures.incrementAndGet();
        } else if (dice < 99) {
            List<String> ways = List.of("PERSIST", "THROW_AFTER_FLUSH", "SWALLOW", "FOREIGN_ENTITY");
            String way = ways.get(dice - 95);
            String failing = way.equals("PERSIST") ? text + " refused failed" : text + " failed";
            String foreign = way.equals("FOREIGN_ENTITY") ? "123456" + failing : failing;
            client.expectError(ErrorType.INTERNAL, WRITE, write(way, slot, foreign));
            tally.failures.incrementAndGet();
        } else {
            disconnect(client, code, slot, text);
            tally.disconnects.incrementAndGet();
        }
    }

    private static void check(JsonNode values, String code, Tally tally) {
        for (JsonNode value : values) {
            tally.values.incrementAndGet();
            assertTrue(value.asText().startsWith(code + "|" + code + ":"), () -> "A leak: " + code + " got " + value);
        }
    }

    /** Goes away while the server still writes, so that nothing of it may stay. */
    private static void disconnect(GraphqlClient client, String code, int slot, String text) {
        String statement =
                "insert into {h-schema}note (slot, text) select " + slot + ", '" + text + " failed' from pg_sleep(2)";
        String body = "{\"query\":\"mutation { fenceWrite(input: { how: \\\"SQL\\\", slot: 1, text: \\\"" + statement
                + "\\\" }) { note { id } } }\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", host.first().port())) {
            socket.setSoLinger(true, 0); // the client vanishes, as a telephone in a tunnel does
            OutputStream out = socket.getOutputStream();
            out.write(("POST /graphql HTTP/1.1\r\nHost: " + code + ".localhost\r\nAuthorization: Bearer "
                            + client.token() + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
            out.flush();
            Eventually.holds(
                    "the statement runs",
                    () -> rows(
                                    "select count(*) from pg_stat_activity where usename = 'lianhu' and state = 'active' and query like '%''"
                                            + text + " failed''%'")
                            > 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void connectionsAreClean() {
        Eventually.within(Duration.ofSeconds(30))
                .untilPasses(() -> assertEquals(
                        0,
                        rows("select count(*) from pg_stat_activity where datname = current_database() and usename = '"
                                + host.database().username() + "' and state <> 'idle'")));
    }

    private static long rows(String sql) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @DisplayName("Statements that would steer the transaction, or outlive it, are refused")
    @ValueSource(
            strings = {
                "set local lianhu.tenant = '123456'",
                "SET ROLE lianhu_core",
                "  reset role",
                "select set_config('lianhu.tenant', '123456', true)",
                "select pg_catalog.\"set_config\"('lianhu.tenant', '123456', true)",
                "begin",
                "commit",
                "rollback",
                "/* a comment */ commit",
                "/* one /* in */ another */ commit",
                "-- a comment\ncommit",
                "select 1; select 2",
                "select 1; set role lianhu_core",
                "do $$ begin end $$",
                "call nothing()",
                "copy note to stdout",
                "lock table note",
                "prepare everything as select 1",
                "execute everything",
                "declare later cursor with hold for select text from {h-schema}note",
                "fetch all from later",
                "create temporary table kept as select * from {h-schema}note",
                "alter table {h-schema}note disable row level security",
                "truncate {h-schema}note",
                "grant all on {h-schema}note to lianhu_core",
                "notify everybody",
                "select pg_advisory_lock(1)",
                "select pg_try_advisory_lock_shared(1)",
                "select lo_from_bytea(0, 'kept')",
                "explain select 1"
            })
    void steeringStatementsAreRefused(String sql) {
        GraphqlClient client = counties.get(0).administrator();
        GraphqlClient neighbour = counties.get(1).administrator();
        neighbour.mutate(WRITE, write("PERSIST", 998, counties.get(1).code() + ":own"));
        String begin = sql.lines()
                .findFirst()
                .orElseThrow()
                .replaceFirst("\\{h-schema}.*", "")
                .strip();
        failsInside(() -> client.expectError(ErrorType.INTERNAL, SQL, Map.of("sql", sql)), "Statement refused", begin);
        failsInside(
                () -> client.expectError(ErrorType.INTERNAL, WRITE, write("SQL", 0, sql)), "Statement refused", begin);
        client.mutate(WRITE, write("PERSIST", 999, counties.get(0).code() + ":still"));
        JsonNode newest =
                neighbour.query(READ, Map.of("newest", NEWEST, "all", NEWEST)).at("/newest");
        assertFalse(newest.isEmpty());
        newest.forEach(
                value -> assertTrue(value.asText().startsWith(counties.get(1).code() + "|"), value::asText));
    }

    /** Clients hear INTERNAL of whatever went wrong inside; the log says what it was, in one more line that has all these parts. */
    private static void failsInside(Runnable attempt, String... parts) {
        int before = host.logged(parts).size();
        attempt.run();
        assertTrue(host.logged(parts).size() > before, () -> "It failed for another reason than " + List.of(parts));
    }

    @ParameterizedTest
    @DisplayName("Another's tables, and what the server knows of others, are out of reach")
    @ValueSource(
            strings = {
                "select name from lianhu_core.resident",
                "select code from lianhu_core.division",
                "select code from lianhu_platform.tenant",
                "select jar from lianhu_platform.plugin_release",
                "select tenant_id from lianhu_core.event_delivery",
                "select kept from plugin_fence_other.other",
                "select script from plugin_fence_probe.migration_history",
                "select rolpassword from pg_authid",
                "select pg_read_file('/etc/passwd')"
            })
    void othersTablesAreOutOfReach(String sql) {
        otherPlugin();
        GraphqlClient client = counties.get(0).administrator();
        failsInside(() -> client.expectError(ErrorType.INTERNAL, SQL, Map.of("sql", sql)), "permission denied");
    }

    @ParameterizedTest
    @DisplayName("Nobody makes tables of one's own, where no fence would stand around them")
    @ValueSource(
            strings = {
                "select * into temporary kept from {h-schema}note",
                "select * into {h-schema}kept from {h-schema}note"
            })
    void tablesOfOnesOwnAreNotMade(String sql) {
        GraphqlClient client = counties.get(0).administrator();
        failsInside(() -> client.expectError(ErrorType.INTERNAL, WRITE, write("SQL", 0, sql)), "permission denied");
    }

    private static void otherPlugin() {
        if (!host.operator().plugins().containsKey("fence-other")) {
            host.operator()
                    .installPlugin(PluginSource.of("fence-other")
                            .prefix("other")
                            .java(
                                    "package other;\nimport io.lianhu.sdk.LianhuPlugin;\npublic final class Other implements LianhuPlugin {}")
                            .migration("V1__other.sql", "create table other (tenant_id text primary key, kept text);")
                            .pack(host.scratchFolder()));
        }
    }

    @Test
    @DisplayName("Rows of another county can neither be written, nor changed, nor deleted by naming it")
    void namingAnotherCountyIsOfNoUse() {
        GraphqlClient first = counties.get(0).administrator();
        String other = counties.get(1).code();
        counties.get(1).administrator().mutate(WRITE, write("PERSIST", 500, other + ":kept"));
        String kept = "select count(*) from " + FencePlugin.SCHEMA + ".note where tenant_id = '" + other + "'";
        long before = rows(kept);
        first.expectError(
                ErrorType.INTERNAL,
                WRITE,
                write("SQL", 0, "insert into {h-schema}note (tenant_id, slot, text) values ('" + other + "', 1, 'x')"));
        first.expectError(ErrorType.INTERNAL, WRITE, write("FOREIGN_ENTITY", 0, other + "x"));
        first.mutate(WRITE, write("PERSIST", 501, counties.get(0).code() + ":moves"));
        first.expectError(
                ErrorType.INTERNAL,
                WRITE,
                write("SQL", 0, "update {h-schema}note set tenant_id = '" + other + "' where slot = 501"));
        first.mutate(WRITE, write("SQL", 0, "update {h-schema}note set text = 'x' where tenant_id = '" + other + "'"));
        first.mutate(WRITE, write("SQL", 0, "delete from {h-schema}note where tenant_id = '" + other + "'"));
        first.mutate(
                WRITE,
                write(
                        "SQL",
                        0,
                        "with gone as (delete from {h-schema}note where slot = 500 returning id)"
                                + " insert into {h-schema}note (slot, text) select 502, 'x' from gone"));
        assertEquals(before, rows(kept));
        assertEquals(0, rows(kept + " and text = 'x'"));
        assertEquals(0, rows("select count(*) from " + FencePlugin.SCHEMA + ".note where slot = 502"));
    }

    @Test
    @DisplayName("Without a county in the transaction a plugin's role sees no row and writes none")
    void nothingWithoutTheSetting() throws SQLException {
        counties.get(0)
                .administrator()
                .mutate(WRITE, write("PERSIST", 600, counties.get(0).code() + ":kept"));
        String note = FencePlugin.SCHEMA + ".note";
        for (String tenant : new String[] {null, ""}) {
            try (Connection connection = login();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("set local role " + FencePlugin.SCHEMA);
                if (tenant != null) {
                    statement.execute("set local lianhu.tenant = ''");
                }
                assertEquals(0, count(statement, "select count(*) from " + note));
                assertEquals(0, statement.executeUpdate("update " + note + " set text = 'x'"));
                assertEquals(0, statement.executeUpdate("delete from " + note));
                connection.commit();
            }
            assertEquals(
                    tenant == null ? NO_SUCH_SETTING : DENIED,
                    refused(FencePlugin.SCHEMA, tenant, "insert into " + note + " (slot, text) values (1, 'x')"));
            assertEquals(
                    DENIED,
                    refused(
                            FencePlugin.SCHEMA,
                            tenant,
                            "insert into " + note + " (tenant_id, slot, text) values ('"
                                    + counties.get(0).code() + "', 1, 'x')"));
            assertEquals(DENIED, refused(FencePlugin.SCHEMA, tenant, "truncate " + note));
            assertEquals(
                    DENIED,
                    refused(FencePlugin.SCHEMA, tenant, "alter table " + note + " no force row level security"));
        }
        assertEquals(
                DENIED, refused(FencePlugin.SCHEMA, null, "set local row_security = off", "select * from " + note));
        try (Connection connection = login();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role lianhu_core");
            assertEquals(0, count(statement, "select count(*) from lianhu_core.division"));
            assertEquals(0, count(statement, "select count(*) from lianhu_core.post"));
        }
    }

    @Test
    @DisplayName("The same load without a county in the transaction finds no row, and whatever it writes fails")
    void theSameLoadWithoutTheSettingIsOfNoUse() throws Exception {
        for (County county : counties) {
            county.administrator().mutate(WRITE, write("PERSIST", 700, county.code() + ":kept"));
        }
        String all = "select count(*) + coalesce(sum(hashtext(tenant_id || id || text)), 0) from " + FencePlugin.SCHEMA
                + ".note";
        long before = rows(all);
        AtomicInteger found = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int slot = i;
            String code = counties.get(i % COUNTIES).code();
            clients.add(threads.submit(() -> {
                Random random = new Random(slot);
                try (Connection connection = login();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    for (int n = 0; n < REQUESTS_PER_CLIENT; n++) {
                        statement.execute("set local role " + FencePlugin.SCHEMA);
                        withoutTheSetting(statement, code, slot, random.nextInt(100), found, refused);
                        connection.rollback();
                    }
                }
                return null;
            }));
        }
        for (Future<?> client : clients) {
            result(client);
        }
        threads.shutdown();
        assertEquals(0, found.get(), "rows seen or changed");
        assertTrue(refused.get() > CLIENTS * REQUESTS_PER_CLIENT / 10, () -> "few writes were tried: " + refused);
        assertEquals(before, rows(all));
    }

    /** Reads and writes in the proportion of the load through the server. */
    private static void withoutTheSetting(
            Statement statement, String code, int slot, int dice, AtomicInteger found, AtomicInteger refused)
            throws SQLException {
        String note = FencePlugin.SCHEMA + ".note";
        if (dice < 68) {
            found.addAndGet((int) count(
                    statement, "select count(*) from " + note + " where tenant_id = '" + code + "' or slot = " + slot));
        } else if (dice < 80) {
            found.addAndGet(statement.executeUpdate("update " + note + " set text = 'x' where slot = 700"));
            found.addAndGet(statement.executeUpdate("delete from " + note + " where tenant_id = '" + code + "'"));
        } else {
            String columns = dice < 90 ? " (slot, text) values (" : " (tenant_id, slot, text) values ('" + code + "', ";
            SQLException denied = assertThrows(
                    SQLException.class, () -> statement.execute("insert into " + note + columns + slot + ", 'x')"));
            assertEquals(dice < 90 ? NO_SUCH_SETTING : DENIED, denied.getSQLState(), denied::getMessage);
            refused.incrementAndGet();
        }
    }

    @Test
    @DisplayName(
            "A table that is declared append-only is added to, and never changed, whatever the plugin's script grants")
    void anAppendOnlyTableIsOnlyAddedTo() {
        GraphqlClient client = counties.get(0).administrator();
        String entry = FencePlugin.SCHEMA + ".entry";
        client.mutate(WRITE, write("SQL", 0, "insert into {h-schema}entry (text) values ('kept')"));
        client.expectError(ErrorType.INTERNAL, WRITE, write("SQL", 0, "update {h-schema}entry set text = 'changed'"));
        client.expectError(ErrorType.INTERNAL, WRITE, write("SQL", 0, "delete from {h-schema}entry"));
        assertEquals(1, rows("select count(*) from " + entry + " where text = 'kept'"));
        String tenant = counties.get(0).code();
        for (String change :
                List.of("update " + entry + " set text = 'x'", "delete from " + entry, "truncate " + entry)) {
            assertEquals(DENIED, refused(FencePlugin.SCHEMA, tenant, change));
            assertEquals(DENIED, refused(null, tenant, change));
        }
    }

    @Test
    @DisplayName("A policy that a script calls by the host's name is replaced by the host's, on a table of any name")
    void aPolicyOfTheHostsNameIsReplaced() {
        counties.get(0)
                .administrator()
                .mutate(WRITE, write("SQL", 0, "insert into {h-schema}\"Odd name\" (text) values ('first''s')"));
        String odd = "select text from {h-schema}\"Odd name\"";
        assertEquals(0, sql(counties.get(1), odd).size());
        assertEquals(1, sql(counties.get(0), odd).size());
    }

    @Test
    @DisplayName("A fence that stands is not raised again, which would lock the table under its users")
    void aFenceThatStandsIsLeftAlone() {
        String policies = "select sum(p.oid::bigint) from pg_policy p join pg_class t on t.oid = p.polrelid"
                + " where t.relnamespace in ('" + FencePlugin.SCHEMA + "'::regnamespace, 'lianhu_core'::regnamespace)";
        long before = rows(policies);
        host.operator().installPlugin(FencePlugin.source().version("1.0.1").pack(host.scratchFolder()));
        try (Replica second = host.secondReplica()) {
            assertEquals(before, rows(policies), "after an upgrade, and the start of " + second.pid());
        }
    }

    private static JsonNode sql(County county, String sql) {
        return county.administrator()
                .query("query ($sql: String!) { fenceSql(sql: $sql) }", Map.of("sql", sql))
                .at("/fenceSql");
    }

    @Test
    @DisplayName("The login role by itself may do nothing")
    void theLoginMayDoNothing() {
        assertEquals(DENIED, refused(null, null, "select * from lianhu_core.division"));
        assertEquals(DENIED, refused(null, null, "select * from lianhu_platform.tenant"));
        assertEquals(DENIED, refused(null, null, "select * from " + FencePlugin.SCHEMA + ".note"));
        assertEquals(DENIED, refused(null, null, "create table public.kept (id int)"));
        assertEquals(DENIED, refused(null, null, "create temporary table kept (id int)"));
        assertEquals(DENIED, refused(null, null, "create role another"));
    }

    private static Connection login() throws SQLException {
        return DriverManager.getConnection(
                host.database().jdbcUrl(),
                host.database().username(),
                host.database().password());
    }

    private static long count(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String refused(String role, String tenant, String... statements) {
        return assertThrows(
                        SQLException.class,
                        () -> {
                            try (Connection connection = login();
                                    Statement statement = connection.createStatement()) {
                                connection.setAutoCommit(false);
                                if (role != null) {
                                    statement.execute("set local role " + role);
                                }
                                if (tenant != null) {
                                    statement.execute("set local lianhu.tenant = '" + tenant + "'");
                                }
                                for (String sql : statements) {
                                    statement.execute(sql);
                                }
                            }
                        },
                        () -> String.join("; ", statements))
                .getSQLState();
    }

    @Test
    @DisplayName("What one request reads is of one moment, though others commit meanwhile")
    void oneRequestReadsOneMoment() throws SQLException {
        GraphqlClient client = counties.get(0).administrator();
        String count = "select count(*) from {h-schema}note where slot = 610";
        String query = "query ($count: String!, $wait: String!) { before: fenceSql(sql: $count) fenceSql(sql: $wait)"
                + " after: fenceSql(sql: $count) }";
        String wait = "select cast(pg_advisory_xact_lock_shared(610) as text)";
        try (Connection gate = host.superuser();
                Statement statement = gate.createStatement()) {
            statement.execute("select pg_advisory_lock(610)");
            CompletableFuture<Answer> reading =
                    CompletableFuture.supplyAsync(() -> client.query(query, Map.of("count", count, "wait", wait)));
            Eventually.passes(() -> assertEquals(
                    1,
                    rows("select count(*) from pg_locks where locktype = 'advisory' and objid = 610 and not granted")));
            client.mutate(WRITE, write("PERSIST", 610, counties.get(0).code() + ":meanwhile"));
            statement.execute("select pg_advisory_unlock(610)");
            Answer answer = reading.join();
            assertEquals("[\"0\"]", answer.at("/before").toString());
            assertEquals(answer.at("/before"), answer.at("/after"));
        }
        assertEquals(
                "[\"1\"]",
                client.query(SQL, Map.of("sql", count)).at("/fenceSql").toString());
    }

    @Test
    @DisplayName("Where one read fails, those beside it say why, and not that PostgreSQL answers no more")
    void siblingsOfAFailureTellItsCause() {
        Answer answer = counties.get(0)
                .administrator()
                .ask(
                        "query ($bad: String!, $good: String!) { bad: fenceSql(sql: $bad) good: fenceSql(sql: $good) }",
                        Map.of("bad", "select convert_from(decode('00', 'hex'), 'UTF8')", "good", "select 1"));
        assertEquals(
                List.of("REQUEST_MALFORMED", "REQUEST_MALFORMED"),
                answer.errors().stream().map(ApiError::code).toList(),
                answer::toString);
    }

    @Test
    @DisplayName("A change is not reported as done where a statement of it failed that nobody waited for")
    void aFailureThatIsToldLateIsAFailure() {
        GraphqlClient client = counties.get(0).administrator();
        client.expectError(
                ErrorType.INTERNAL, WRITE, write("FORGET", 611, counties.get(0).code() + ":forgotten"));
        assertEquals(0, rows("select count(*) from " + FencePlugin.SCHEMA + ".note where slot = 611"));
    }

    @Test
    @DisplayName("Every table of the core and of plugins is fenced, and led by tenant_id in every key")
    void everyTableIsFenced() {
        String tables = "from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.relkind in ('r', 'p')"
                + " and (n.nspname = 'lianhu_core' or n.nspname like 'plugin\\_%') and t.relname <> 'migration_history'";
        assertTrue(rows("select count(*) " + tables) > 10);
        assertEquals(0, rows("select count(*) " + tables + " and not (t.relrowsecurity and t.relforcerowsecurity)"));
        assertEquals(
                0,
                rows("select count(*) " + tables + " and not exists (select 1 from pg_policy p where p.polrelid = t.oid"
                        + " and p.polname = 'tenant' and p.polcmd = '*' and p.polqual is not null"
                        + " and p.polwithcheck is not null)"));
        assertEquals(
                0,
                rows("select count(*) " + tables + " and exists (select 1 from pg_index i join pg_attribute a"
                        + " on a.attrelid = t.oid and a.attnum = i.indkey[0] where i.indrelid = t.oid and i.indisunique"
                        + " and a.attname <> 'tenant_id')"));
        assertEquals(
                0,
                rows("select count(*) " + tables + " and pg_get_userbyid(t.relowner) <> '"
                        + host.database().ownerUsername() + "'"));
        assertEquals(
                0,
                rows("select count(*) from pg_roles where (rolname like 'plugin\\_%' or rolname like 'lianhu%')"
                        + " and (rolsuper or rolbypassrls)"));
    }
}
