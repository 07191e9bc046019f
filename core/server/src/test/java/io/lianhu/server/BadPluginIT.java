package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That a plugin that hangs, breaks or does not start harms nobody but its own users. */
@DisplayName("One bad plugin does not take the host down")
final class BadPluginIT {
    private static final String MARK =
            "mutation ($first: String!, $then: String!) { one: hangMark(input: { how: $first }) { mark { id } }"
                    + " two: hangMark(input: { how: $then }) { mark { id } } }";

    /** As many failures in a row as it takes to leave a plugin alone. */
    private static final int MANY = 20;

    private static final String HANDLER = HangPlugin.LISTENER + "/hung";

    private static TestHost host;
    private static County county;
    private static GraphqlClient administrator;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(HangPlugin.source().pack(host.scratchFolder()));
        host.operator().installPlugin(RelayPlugin.source().pack(host.scratchFolder()));
        host.operator().installPlugin(HangPlugin.listener().pack(host.scratchFolder()));
        county = host.newCounty(HangPlugin.ID, RelayPlugin.ID, HangPlugin.LISTENER);
        administrator = county.administrator();
    }

    private static void others() {
        administrator.query(
                "query ($id: String!) { relayEffects(aggregate: $id) }",
                Map.of("id", "00000000-0000-0000-0000-000000000000"));
    }

    @Test
    @DisplayName("A field that never answers is given up, alone; and what a change has written until then is undone")
    void whatNeverAnswersIsGivenUp() {
        Answer answer = administrator.ask("{ hangForever hangNot }", Map.of());
        ApiError error = answer.errors().get(0);
        assertEquals("PLUGIN_TIMED_OUT", error.code());
        assertEquals("UNAVAILABLE", error.type());
        assertEquals("hangForever", error.path().get(0).asText());
        assertEquals(1, answer.at("/hangNot").asInt());

        int before = administrator.query("{ hangMarks }").at("/hangMarks").asInt();
        Answer marked = administrator.ask(MARK, Map.of("first", "FOREVER", "then", "AT_ONCE"));
        assertEquals(
                List.of("PLUGIN_TIMED_OUT", "TIMED_OUT"),
                marked.errors().stream().map(ApiError::code).toList());
        assertEquals(
                before, administrator.query("{ hangMarks }").at("/hangMarks").asInt());
        administrator.mutate(MARK, Map.of("first", "AT_ONCE", "then", "AT_ONCE"));
        assertEquals(
                before + 2,
                administrator.query("{ hangMarks }").at("/hangMarks").asInt());
    }

    @Test
    @DisplayName("A plugin that fails many times in a row is left alone for some seconds, while others work on")
    void whatFailsManyTimesIsLeftAlone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(MANY);
        List<Future<ApiError>> failures = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            failures.add(threads.submit(() ->
                    administrator.ask("{ hangForever }", Map.of()).errors().get(0)));
        }
        others(); // while they hang
        for (Future<ApiError> failure : failures) {
            assertEquals("PLUGIN_TIMED_OUT", failure.get().code());
        }
        threads.shutdown();
        administrator.expectError(ErrorType.UNAVAILABLE, "PLUGIN_UNAVAILABLE", "{ hangNot }", Map.of());
        assertTrue(metrics().contains("lianhu_plugin_blown{plugin=\"" + HangPlugin.ID + "\"} 1.0"), metrics());
        others();
        Eventually.within(Duration.ofSeconds(30)).untilHolds("it is tried again", () -> administrator
                .ask("{ hangNot }", Map.of())
                .errors()
                .isEmpty());
        assertTrue(metrics().contains("lianhu_plugin_blown{plugin=\"" + HangPlugin.ID + "\"} 0.0"), metrics());
    }

    private static String metrics() {
        return internal(host.first(), "/q/metrics").text();
    }

    private static Reply internal(Replica replica, String path) {
        return host.platform().atHost("127.0.0.1").through(replica).send("GET", path, Map.of(), null);
    }

    @Test
    @DisplayName(
            "One that does not start on a replica is shown there, keeps nobody waiting, and is still told of events later;"
                    + " one that is no longer recorded is taken out")
    void whatDoesNotStartIsShown() throws SQLException {
        try (Connection connection = host.superuser();
                PreparedStatement spoil = connection.prepareStatement(
                        "update lianhu_platform.plugin_release set jar = ?, sha256 = 'spoilt' where plugin = ?")) {
            spoil.setBytes(1, "no jar".getBytes(StandardCharsets.UTF_8));
            spoil.setString(2, HangPlugin.LISTENER);
            assertEquals(1, spoil.executeUpdate());
        }
        try (Replica second = host.secondReplica()) { // which is ready
            Reply health = internal(second, "/q/health/group/plugins");
            assertEquals(503, health.status());
            assertTrue(health.text().contains(HangPlugin.LISTENER), health.text());
            assertEquals(200, internal(second, "/q/health/ready").status());

            Eventually.holds("all is delivered", () -> pending() == 0);
            double before = delivered();
            administrator.through(second).mutate(MARK, Map.of("first", "AT_ONCE", "then", "AT_ONCE"));
            Eventually.holds("both are told to it, or wait for it", () -> delivered() + pending() == before + 2);

            execute("delete from lianhu_platform.plugin_current where plugin = '" + HangPlugin.LISTENER + "'");
            Eventually.within(Duration.ofSeconds(60))
                    .untilHolds(
                            "nobody misses or runs it",
                            () -> internal(second, "/q/health/group/plugins").status() == 200
                                    && !host.operator().plugins().containsKey(HangPlugin.LISTENER));
            Eventually.within(Duration.ofSeconds(60)).untilHolds("it has left the memory", () -> {
                host.first().collectGarbage();
                return host.operator().pluginsLingering() == 0;
            });
        }
    }

    private static long pending() {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from lianhu_core.event_delivery where handler = '" + HANDLER + "'")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** On the replica that runs it. */
    private static double delivered() {
        String counter = "lianhu_event_delivered_total{handler=\"" + HANDLER + "\"} ";
        return metrics()
                .lines()
                .filter(line -> line.startsWith(counter))
                .mapToDouble(line -> Double.parseDouble(line.substring(counter.length())))
                .sum();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    @DisplayName(
            "A county that disables a plugin loses its fields, and gets them back with what they hold; its neighbour sees nothing")
    void disabledAndEnabledAgain() {
        County other = host.newCounty(HangPlugin.ID, RelayPlugin.ID);
        GraphqlClient there = other.administrator();
        there.mutate(MARK, Map.of("first", "AT_ONCE", "then", "AT_ONCE"));

        other.enableOnly(RelayPlugin.ID);
        there.expectError(ErrorType.INVALID_INPUT, "DOCUMENT_INVALID", "{ hangMarks }", Map.of());
        assertFalse(fields(there).contains("hangMarks"));
        assertTrue(fields(there).contains("relayEffects"));
        assertTrue(fields(administrator).contains("hangMarks"));

        other.enableOnly(HangPlugin.ID, RelayPlugin.ID);
        assertEquals(2, there.query("{ hangMarks }").at("/hangMarks").asInt());
    }

    private static Set<String> fields(GraphqlClient client) {
        Set<String> names = new HashSet<>();
        client.query("{ __schema { queryType { fields { name } } } }")
                .at("/__schema/queryType/fields")
                .forEach(field -> names.add(field.get("name").asText()));
        return names;
    }
}
