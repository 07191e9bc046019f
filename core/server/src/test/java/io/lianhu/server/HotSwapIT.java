package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.PluginSource;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a plugin is exchanged while it is used, and that a faulty one changes nothing. */
@DisplayName("A plugin is exchanged while it is used")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HotSwapIT {
    private static final int CLIENTS = 64;
    private static final int SWAPS = 5;
    private static final String USE = "{ swapVersion swapCount }";
    private static final String KEEP =
            "mutation ($text: String!) { swapKeep(input: { text: $text }) { entry { text } } }";

    private static TestHost host;
    private static List<County> counties;

    /** The last number of the version that runs. */
    private static int latest;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(pack(SwapPlugin.version("1.0.0")));
        counties = Stream.generate(() -> host.newCounty(SwapPlugin.ID)).limit(4).toList();
    }

    private static Path pack(PluginSource source) {
        return source.pack(host.scratchFolder());
    }

    private static String running() {
        return "1.0." + latest;
    }

    private static PluginSource next() {
        return SwapPlugin.version("1.0." + (latest + 1));
    }

    private static void swap() {
        String expected = "1.0." + (latest + 1);
        assertEquals(expected, host.operator().installPlugin(pack(next())));
        latest++;
    }

    @Test
    @Order(1)
    @DisplayName("64 clients use it while it is exchanged 5 times: none fails, and the old versions leave the memory")
    void noRequestFailsWhileItIsExchanged() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger requests = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Set<String> versions = new ConcurrentSkipListSet<>();
        List<GraphqlClient> clients =
                counties.stream().map(County::administrator).toList();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            GraphqlClient client = clients.get(i % clients.size());
            int number = i;
            running.add(threads.submit(() -> {
                for (int n = 0; !enough.get() && failures.isEmpty(); n++) {
                    Answer answer = (n + number) % 10 == 0
                            ? client.ask(KEEP, Map.of("text", "entry " + number + "." + n))
                            : client.ask(USE, Map.of());
                    requests.incrementAndGet();
                    if (answer.status() != 200 || answer.body().has("errors")) {
                        failures.add(answer.toString());
                    }
                    if (answer.data().has("swapVersion")) {
                        versions.add(answer.at("/swapVersion").asText());
                    }
                }
            }));
        }
        for (int i = 0; i < SWAPS; i++) {
            // also with another between two of its own, since a request holds all that ran when it began
            host.operator().installPlugin(pack(neighbour("1.0." + i)));
            swap();
        }
        Eventually.holds("the last version answers", () -> versions.contains(running()));
        enough.set(true);
        for (Future<?> client : running) {
            client.get();
        }
        threads.shutdown();
        assertEquals(List.of(), List.copyOf(failures), "failed requests");
        assertTrue(versions.size() >= 2, () -> "served: " + versions);
        oldVersionsAreGone();
        connectionsAreIdle();
        System.out.printf(
                "hot swap: %d requests under %d swaps, 0 failed, served by %s%n", requests.get(), SWAPS, versions);
    }

    private static PluginSource neighbour(String version) {
        return PluginSource.of("swap-neighbour")
                .version(version)
                .prefix("neighbour")
                .java("package neighbour;\nimport io.lianhu.sdk.LianhuPlugin;\n"
                        + "public final class Neighbour implements LianhuPlugin {}");
    }

    private static void oldVersionsAreGone() {
        Eventually.within(Duration.ofSeconds(60)).untilHolds("no unloaded version is left in memory", () -> {
            host.first().collectGarbage();
            return host.operator().pluginsLingering() == 0;
        });
    }

    private static void connectionsAreIdle() {
        Eventually.holds("no connection holds a transaction", () -> {
            try (Connection connection = host.superuser();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and usename = 'lianhu' and state <> 'idle'")) {
                rows.next();
                return rows.getInt(1) == 0;
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static void refused(PluginSource faulty, String... parts) {
        List<String> faults = host.operator().expectRefusal(pack(faulty));
        assertAll(Stream.of(parts)
                .map(part -> () -> assertTrue(
                        faults.stream().anyMatch(fault -> fault.contains(part)),
                        () -> "no fault says " + part + ": " + faults)));
        Answer answer = counties.get(0).administrator().query(USE);
        assertEquals(running(), answer.at("/swapVersion").asText());
    }

    @Test
    @Order(2)
    @DisplayName("A manifest with mistakes is refused with every one of them")
    void faultyManifest() {
        refused(
                next().manifest("vendro", "somebody").manifest("vendor", "").manifest("licence", ""),
                "vendro",
                "vendor",
                "licence");
    }

    @Test
    @Order(2)
    @DisplayName("A schema with mistakes is refused with every one of them")
    void faultySchema() {
        refused(
                next().schema(
                                SwapPlugin.SDL
                                                .replace(
                                                        "swapCount: Int! @permission(name: \"swap:use\")",
                                                        "swapCount: Int!")
                                                .replace(
                                                        "swapVersion: String! @permission(name: \"swap:use\")",
                                                        "swapVersion: String! @permission(name: \"swap:unknown\")")
                                        + "\"Clashes with the core's.\" type Case { \"A field.\" a: Int }"
                                        + "\"Has a foreign prefix.\" type OtherThing { \"A field.\" a: Int }"
                                        + "type SwapBare { a: Int }"
                                        + "extend type Query { \"Has no resolver.\" swapNobody: Int! @permission(name: \"swap:use\") }"),
                "Query.swapCount names no permission",
                "unknown permission swap:unknown",
                "Case",
                "OtherThing lacks the prefix",
                "SwapBare has no description",
                "Query.swapNobody has no resolver");
    }

    @Test
    @Order(2)
    @DisplayName("A permission without the plugin's prefix, and a text in one language only, are refused")
    void faultyPermission() {
        refused(
                next().java(SwapPlugin.plugin("x")
                                .replace(
                                        "return List.of(Permission.of(\"swap:use\", Role.COUNTY_ADMINISTRATOR))",
                                        "return List.of(Permission.of(\"swap:use\", Role.COUNTY_ADMINISTRATOR),"
                                                + " Permission.of(\"cases:report\", Role.COUNTY_ADMINISTRATOR))"))
                        .messages("permission.swap\\:use=使用\nerror.SWAP_LONELY=x", "permission.swap\\:use=Use"),
                "cases:report lacks the prefix",
                "error.SWAP_LONELY is missing in one language");
    }

    @Test
    @Order(2)
    @DisplayName("A plugin whose start fails is refused")
    void failingStart() {
        refused(
                next().java(SwapPlugin.plugin("x")
                        .replace("context = started;", "throw new IllegalStateException(\"no luck\");")),
                "no luck");
    }

    @Test
    @Order(2)
    @DisplayName("An entity without @TenantId, or that its list leaves out, is refused")
    void entityWithoutTenant() {
        refused(next().java(SwapPlugin.ENTITY.replace("    @TenantId\n", "")), "swap.Entry");
    }

    @Test
    @Order(2)
    @DisplayName(
            "Tables that cannot be kept apart by county are refused, each with its fault, and leave nothing behind")
    void unfitTables() {
        refused(
                next().migration(
                                "V2__unfit.sql",
                                "create table loose (id uuid primary key);"
                                        + "create table misled (tenant_id text not null, id uuid not null, primary key (id, tenant_id));"
                                        + "create view all_entries as select * from entry;"),
                "loose: has no column tenant_id",
                "misled: tenant_id does not come first",
                "all_entries: views");
        refused(
                next().migration("V2__unfit.sql", "create table half (tenant_id text); select 1/0;"),
                "division by zero");
    }

    @Test
    @Order(2)
    @DisplayName("What is refused for its schema has not touched the tables, and what it began is stopped")
    void whatIsRefusedHasNotMigrated() {
        refused(
                next().migration("V2__early.sql", "create table early (tenant_id text primary key);")
                        .schema(SwapPlugin.SDL + "type SwapBare { a: Int }")
                        .java(SwapPlugin.plugin("x")
                                .replace(
                                        "context = started;",
                                        "context = started; new Thread(() -> { while (!over) Thread.onSpinWait(); }).start(); }"
                                                + " private volatile boolean over;"
                                                + " @Override public void stop() { over = true;")),
                "SwapBare has no description");
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select to_regclass('plugin_swap_probe.early')")) {
            rows.next();
            assertNull(rows.getString(1));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    @Order(2)
    @DisplayName("A plugin that cannot be without another one is refused, since a county may enable either")
    void needsAnother() {
        List<String> faults = host.operator()
                .expectRefusal(
                        pack(
                                PluginSource.of("swap-guest")
                                        .prefix("guest")
                                        .java("package guest;\nimport io.lianhu.sdk.LianhuPlugin;\n"
                                                + "public final class Guest implements LianhuPlugin {}")
                                        .schema(
                                                "extend type SwapEntry { \"Its guest.\" guestName: String @permission(name: \"anyone\") }")));
        assertTrue(faults.toString().contains("SwapEntry"), faults::toString);
    }

    @Test
    @Order(2)
    @DisplayName("A jar that bundles what the host gives is refused, and so is one without its class")
    void bundledHostClasses() {
        refused(
                next().java("package jakarta.persistence;\npublic final class Bundled {}"),
                "jakarta/persistence/Bundled.class is given by the host");
        refused(next().manifest("class", "swap.Missing"), "the class swap.Missing is not in the jar");
        refused(
                next().java("package swap;\npublic final class NoPlugin {}").manifest("class", "swap.NoPlugin"),
                "swap.NoPlugin does not implement LianhuPlugin");
    }

    @Test
    @Order(2)
    @DisplayName("A plugin for another SDK is refused")
    void foreignSdk() {
        refused(next().requires("7.0.0", "8.0.0"), "SDK");
        refused(next().requires("0.0.1", "0.0.2"), "SDK");
    }

    @Test
    @Order(3)
    @DisplayName("A version keeps its content: the same number with another content is refused before it runs")
    void aVersionKeepsItsContent() {
        Path other = pack(SwapPlugin.version(running()).java(SwapPlugin.plugin("smuggled")));
        host.operator().client();
        Path named = rename(other, "swap-other-content.jar");
        assertTrue(named.toFile().exists());
        host.operator()
                .client()
                .expectError(
                        ErrorType.CONFLICT,
                        "PLUGIN_VERSION_TAKEN",
                        "mutation { pluginInstall(input: { file: \"swap-other-content.jar\" }) { plugin { version } } }",
                        Map.of());
        assertEquals(
                running(),
                counties.get(0).administrator().query(USE).at("/swapVersion").asText());
    }

    private static Path rename(Path jar, String name) {
        try {
            return java.nio.file.Files.copy(jar, host.pluginsFolder().resolve(name));
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @Order(4)
    @DisplayName("It sees none of the host's classes and files")
    @ValueSource(
            strings = {
                "graphql.GraphQL",
                "io.vertx.core.Vertx",
                "io.vertx.pgclient.PgPool",
                "io.quarkus.runtime.Quarkus",
                "io.lianhu.server.persistence.Operation",
                "org.hibernate.SessionFactory",
                "org.pf4j.PluginManager",
                "net.bytebuddy.ByteBuddy",
                "com.fasterxml.jackson.databind.ObjectMapper",
                "org.postgresql.Driver",
                "META-INF/services/java.sql.Driver",
                "META-INF/services/org.hibernate.service.spi.ServiceContributor",
                "META-INF/services/io.vertx.core.spi.VertxServiceProvider",
                "migrations/core/V1__core.sql",
                "io/lianhu/server/persistence/Operation.class"
            })
    void itSeesNothingOfTheHost(String name) {
        assertEquals("nothing", sees(name));
    }

    private static String sees(String name) {
        return counties.get(0)
                .administrator()
                .query("query ($name: String!) { swapSees(name: $name) }", Map.of("name", name))
                .at("/swapSees")
                .asText();
    }

    @Test
    @Order(4)
    @DisplayName("It sees its own classes, the SDK and what the SDK is written with")
    void itSeesWhatItNeeds() {
        assertEquals("its own", sees("swap.Entry"));
        for (String shared : List.of("io.lianhu.sdk.LianhuPlugin", "jakarta.persistence.Entity", "java.sql.Date")) {
            assertEquals("something", sees(shared));
        }
    }

    @Test
    @Order(5)
    @DisplayName("Another replica follows by itself")
    void anotherReplicaFollows() {
        try (Replica second = host.secondReplica()) {
            GraphqlClient there = counties.get(1).administrator().through(second);
            assertEquals(running(), there.query(USE).at("/swapVersion").asText());
            Set<String> seen = new TreeSet<>();
            swap();
            Eventually.within(Duration.ofSeconds(10)).untilHolds("the other replica serves " + running(), () -> {
                seen.add(there.query(USE).at("/swapVersion").asText());
                return seen.contains(running());
            });
        }
    }

    @Test
    @Order(6)
    @DisplayName(
            "After a restart the last sound version runs, whatever faulty jars lie in the folder, and the data is there")
    void aRestartRunsTheLastSoundVersion() {
        int before = counties.get(0).administrator().query(USE).at("/swapCount").asInt();
        refused(
                SwapPlugin.version("1.9.0")
                        .java(SwapPlugin.plugin("x")
                                .replace("context = started;", "throw new IllegalStateException(\"late\");")),
                "late");
        refused(
                SwapPlugin.version("1.9.1").migration("V2__unfit.sql", "create table loose (id uuid primary key);"),
                "loose");
        host.restart();
        Answer answer = counties.get(0).administrator().query(USE);
        assertEquals(running(), answer.at("/swapVersion").asText());
        assertEquals(before, answer.at("/swapCount").asInt());
        assertEquals(
                "2.0.0",
                host.operator()
                        .installPlugin(pack(SwapPlugin.version("2.0.0")
                                .migration("V2__unfit.sql", "alter table entry add column note text;"))));
    }
}
