package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.devstack.Devstack;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What who runs the platform relies on: that it tells how it is, outlives what it depends on, tidies up, and ends in order. */
@DisplayName("The server tells how it is, outlives an outage, tidies up and ends in order")
final class RunningIT {
    private static final String DEAD = "{ deadLetters(first: 100) { edges { node { id handler error attempts } } } }";
    private static final String DISCARD = "mutation ($input: DeadLetterDiscardInput!) {"
            + " deadLetterDiscard(input: $input) { discardedLetter { handler eventType reason discardedBy } } }";
    private static final String DISCARDED =
            "{ discardedLetters(first: 100) { edges { node { id reason discardedBy } } } }";
    private static final String PUBLISH =
            "mutation ($input: RelayPublishInput!) { relayPublish(input: $input) { effect { id } } }";
    private static final String SQL = "query ($text: String!) { relaySql(text: $text) }";

    private static Wire redis;
    private static TestHost host;
    private static County county;
    private static County other;

    @BeforeAll
    static void start() {
        Devstack stack = Devstack.shared();
        redis = Wire.to(stack.redis().port());
        host = TestHost.start(TestHost.Options.core()
                .databasePrefix("running")
                .configured(
                        "quarkus.redis.hosts", "redis://:" + stack.redis().password() + "@127.0.0.1:" + redis.port())
                .configured("lianhu.event.attempts", "1")
                .configured("lianhu.retention.every", "1s"));
        host.operator().installPlugin(RelayPlugin.source().pack(host.scratchFolder()));
        county = host.newCounty(RelayPlugin.ID);
        other = host.newCounty(RelayPlugin.ID);
    }

    @AfterAll
    static void stop() {
        host.close();
        redis.close();
    }

    private static Reply internal(String path) {
        return host.platform().atHost("127.0.0.1").send("GET", path, Map.of(), null);
    }

    private static long sql(String text) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(text)) {
                return statement.getUpdateCount();
            }
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void publish(County where, UUID aggregate, String what, int failures) {
        where.administrator()
                .mutate(
                        PUBLISH,
                        Casework.input(Map.of(
                                "aggregate", aggregate.toString(), "what", what, "failures", failures, "times", 1)));
    }

    private static List<String> effects(County where, UUID aggregate) {
        List<String> effects = new ArrayList<>();
        where.administrator()
                .query("query ($a: String!) { relayEffects(aggregate: $a) }", Map.of("a", aggregate.toString()))
                .at("/relayEffects")
                .forEach(effect -> effects.add(effect.asText()));
        return effects;
    }

    private static Optional<JsonNode> dead(County where, String error) {
        for (JsonNode edge : where.administrator().query(DEAD).at("/deadLetters/edges")) {
            if (edge.at("/node/error").asText().contains(error)) {
                return Optional.of(edge.get("node"));
            }
        }
        return Optional.empty();
    }

    @Test
    @DisplayName(
            "A handler that never ends holds up nobody else, and its event becomes a dead letter like any that fails")
    void aHandlerThatHangs() {
        UUID stuck = UUID.randomUUID();
        publish(county, stuck, "hang", 0);
        publish(county, stuck, "behind it", 0);
        Instant began = Instant.now();
        UUID free = UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            publish(county, free, "free", 0);
            publish(other, free, "free elsewhere", 0);
        }
        Eventually.passes(() -> {
            assertEquals(List.of("free", "free", "free"), effects(county, free));
            assertEquals(3, effects(other, free).size());
        });
        assertTrue(
                Duration.between(began, Instant.now()).toSeconds() < 12, "others had to wait for the one that hangs");
        Eventually.within(Duration.ofSeconds(40))
                .untilHolds("the hanging delivery is given up", () -> dead(county, "longer than")
                        .isPresent());
        assertEquals(List.of(), effects(county, stuck));
        assertEquals(
                0,
                sql("select count(*) from pg_stat_activity where datname = current_database() and usename = 'lianhu'"
                        + " and state like 'idle in transaction%'"));
    }

    @Test
    @DisplayName(
            "A hopeless dead letter is given up for a reason that stays, by who may, and what it held back goes on")
    void aDeadLetterIsDiscarded() {
        UUID aggregate = UUID.randomUUID();
        publish(county, aggregate, "hopeless", Integer.MAX_VALUE);
        publish(county, aggregate, "next", 0);
        Eventually.holds(
                "it is dead", () -> dead(county, "planned failure of hopeless").isPresent());
        String id = dead(county, "planned failure of hopeless")
                .orElseThrow()
                .get("id")
                .asText();
        Map<String, Object> input = Casework.input(Map.of("deadLetterId", id, "reason", "对象已不存在"));

        GraphqlClient administrator = county.administrator();
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, DISCARD, input);
        other.administrator().expectError(ErrorType.NOT_FOUND, DISCARD, input);
        for (String reason : List.of("", " ", "长".repeat(201))) {
            administrator.expectError(
                    ErrorType.INVALID_INPUT, DISCARD, Casework.input(Map.of("deadLetterId", id, "reason", reason)));
        }
        assertEquals(List.of(), effects(county, aggregate));

        Map<String, Object> keyed =
                Casework.input(Map.of("deadLetterId", id, "reason", "对象已不存在", "idempotencyKey", "give-up-1"));
        JsonNode kept = administrator.mutate(DISCARD, keyed).at("/deadLetterDiscard/discardedLetter");
        assertEquals("relay-probe/effects", kept.get("handler").asText());
        assertTrue(kept.get("eventType").asText().contains("Happened"));
        assertEquals("对象已不存在", kept.get("reason").asText());
        assertEquals(administrator.subject(), kept.get("discardedBy").asText());
        assertEquals(kept, administrator.mutate(DISCARD, keyed).at("/deadLetterDiscard/discardedLetter"));
        administrator.expectError(ErrorType.NOT_FOUND, DISCARD, input);
        Eventually.passes(() -> assertEquals(List.of("next"), effects(county, aggregate)));

        assertEquals(
                1, administrator.query(DISCARDED).at("/discardedLetters/edges").size());
        assertEquals(
                0,
                other.administrator()
                        .query(DISCARDED)
                        .at("/discardedLetters/edges")
                        .size());
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, DISCARDED, Map.of());
    }

    /** An event with its delivery, as if it had been published so long ago. */
    private static UUID happened(County where, String handler, String age) {
        UUID aggregate = UUID.randomUUID();
        sql(
                "with happened as (insert into lianhu_core.event (tenant_id, id, type, aggregate, payload, occurred_at) values ('"
                        + where.code() + "', uuidv7(), 'relay.RelayProbe$Happened', '" + aggregate
                        + "', jsonb_build_object('aggregate', '" + aggregate
                        + "', 'what', 'late', 'failures', 0), now() - interval '" + age
                        + "') returning tenant_id, id, position, aggregate)"
                        + " insert into lianhu_core.event_delivery (tenant_id, event_id, position, aggregate, handler)"
                        + " select tenant_id, id, position, aggregate, '" + handler + "' from happened");
        return aggregate;
    }

    private static long deliveries(UUID aggregate) {
        return sql("select count(*) from lianhu_core.event_delivery where aggregate = '" + aggregate + "'");
    }

    private static long events(UUID aggregate) {
        return sql("select count(*) from lianhu_core.event where aggregate = '" + aggregate + "'");
    }

    @Test
    @DisplayName("A suspended county's events wait with it, its sockets are refused, and both go on when it is resumed")
    void aSuspendedCountyWaits() {
        County paused = host.newCounty(RelayPlugin.ID);
        GraphqlClient administrator = paused.administrator();
        host.operator().suspend(paused);
        assertEquals(4403, administrator.expectRefusedSocket());
        UUID waiting = happened(paused, "relay-probe/effects", "40 days");
        UUID elsewhere = UUID.randomUUID();
        publish(other, elsewhere, "meanwhile", 0);
        Eventually.passes(() -> assertEquals(List.of("meanwhile"), effects(other, elsewhere)));
        assertEquals(1, deliveries(waiting));

        host.operator().resume(paused);
        Eventually.passes(() -> assertEquals(List.of("late"), effects(paused, waiting)));
        assertEquals(0, deliveries(waiting));
    }

    @Test
    @DisplayName(
            "What has had its time is removed, in every county, however much there is of it, and though one county fails")
    void theOutdatedIsRemoved() {
        County off = host.newCounty();
        County paused = host.newCounty();
        County failing = host.newCounty();
        UUID early = happened(off, "relay-probe/effects", "1 day");
        UUID late = happened(off, "relay-probe/effects", "31 days");
        UUID orphan = happened(paused, "long-gone/handler", "31 days");
        sql("create function refuse() returns trigger language plpgsql as"
                + " $$ begin if old.tenant_id = '" + failing.code() + "' then raise exception 'not this one'; end if;"
                + " return old; end $$");
        sql(
                "create trigger refuse before delete on lianhu_core.idempotency_key for each row execute function refuse()");
        host.operator().suspend(paused);
        for (String code : List.of(failing.code(), paused.code(), off.code(), "000000")) {
            sql("insert into lianhu_core.idempotency_key (tenant_id, subject, key, field, fingerprint, created_at)"
                    + " select '" + code + "', 'somebody', 'old ' || n, 'f', 'f', now() - interval '8 days'"
                    + " from generate_series(1, 2500) n union all select '" + code
                    + "', 'somebody', 'fresh', 'f', 'f', now() - interval '6 days'");
        }
        String keys = "select count(*) from lianhu_core.idempotency_key where subject = 'somebody' and tenant_id ";
        Eventually.within(Duration.ofSeconds(40)).untilPasses(() -> {
            assertEquals(3, sql(keys + "<> '" + failing.code() + "'"), "fresh keys");
            assertEquals(0, deliveries(late) + events(late), "of a plugin that is switched off");
            assertEquals(0, deliveries(orphan) + events(orphan), "of a plugin that was uninstalled");
        });
        assertEquals(2501, sql(keys + "= '" + failing.code() + "'"));
        assertEquals(1, deliveries(early));
        assertFalse(host.logged("What is outdated in " + failing.code() + " was not removed")
                .isEmpty());
        sql("drop trigger refuse on lianhu_core.idempotency_key");
        Eventually.within(Duration.ofSeconds(40)).untilPasses(() -> assertEquals(4, sql(keys + "is not null")));
    }

    private static JsonNode health() {
        for (JsonNode check : internal("/q/health/ready").json().get("checks")) {
            if (check.get("name").asText().equals("lianhu")) {
                return check;
            }
        }
        throw new AssertionError("No check of ours");
    }

    @Test
    @DisplayName(
            "Without Redis it is ready and serves everyone; when Redis is back, replicas tell each other of changes again")
    void redisGoesAndComes() {
        try (Replica second = host.secondReplica()) {
            Eventually.holds(
                    "signals arrive", () -> health().at("/data/signals").asBoolean());
            redis.cut();
            try {
                Eventually.holds("the end of signals is noticed", () -> !health().at("/data/signals")
                        .asBoolean());
                assertEquals(200, internal("/q/health/ready").status());
                other.administrator().query("{ county { code } }");
                assertTrue(metric("lianhu_ratelimit_skipped_total") > 0);
            } finally {
                redis.mend();
            }
            Eventually.within(Duration.ofSeconds(40))
                    .untilHolds("signals arrive again", () -> health().at("/data/signals")
                            .asBoolean());
            // were it not told, it would look by itself, every 30 seconds
            for (int i = 0; i < 3; i++) {
                County fresh = host.newCounty();
                Eventually.within(Duration.ofSeconds(4))
                        .untilHolds("the other replica knows of the county", () -> fresh.anonymous()
                                .through(second)
                                .ask("{ county { code } }", Map.of())
                                .errors()
                                .isEmpty());
            }
        }
    }

    private static double metric(String name) {
        return internal("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    @DisplayName("Without the database it lives but is not ready; it is again when the database is")
    void theDatabaseGoesAndComes() throws SQLException {
        assertEquals(200, internal("/q/health/ready").status());
        String name = host.database().name();
        try (Connection elsewhere = DriverManager.getConnection(
                        host.stack().postgres().jdbcUrl("postgres"),
                        host.stack().postgres().superuser(),
                        host.stack().postgres().superuserPassword());
                Statement statement = elsewhere.createStatement()) {
            statement.execute("alter database " + name + " with allow_connections false");
            try {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
                Eventually.holds(
                        "it is not ready", () -> internal("/q/health/ready").status() == 503);
                assertEquals("DOWN", health().get("status").asText());
                assertEquals(200, internal("/q/health/live").status());
            } finally {
                statement.execute("alter database " + name + " with allow_connections true");
            }
        }
        Eventually.holds("it is ready again", () -> internal("/q/health/ready").status() == 200);
        other.administrator().query("{ posts(first: 1) { edges { cursor } } }");
    }

    @Test
    @DisplayName("Its metrics count requests, events and dead letters, for who runs it and for nobody else")
    void metricsAreServed() {
        UUID aggregate = UUID.randomUUID();
        double delivered = metric("lianhu_event_delivered_total");
        double dead = metric("lianhu_event_dead_total");
        publish(other, aggregate, "counted", 0);
        publish(other, aggregate, "counted too", Integer.MAX_VALUE);
        Eventually.passes(() -> {
            assertTrue(metric("lianhu_event_delivered_total") > delivered);
            assertTrue(metric("lianhu_event_dead_total") > dead);
        });
        String requests = "lianhu_graphql_seconds_count{outcome=\"ok\",tenant=\"" + other.code() + "\"";
        assertTrue(metric(requests) > 0, () -> internal("/q/metrics").text());
        for (String path : List.of("/q/metrics", "/q/health")) {
            assertEquals(
                    404, other.anonymous().send("GET", path, Map.of(), null).status());
        }
    }

    @Test
    @DisplayName("A request's id stands in the error and in the log beside what went wrong")
    void requestsAreTraced() {
        String id = "trace-" + UUID.randomUUID();
        Reply reply = county.administrator()
                .send(
                        "POST",
                        "/graphql",
                        Map.of("Content-Type", "application/json", "X-Request-Id", id),
                        "{\"query\":\"{ relayMistake }\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertEquals("INTERNAL", reply.json().at("/errors/0/extensions/type").asText());
        assertEquals(id, reply.json().at("/errors/0/extensions/requestId").asText());
        assertEquals(id, reply.header("X-Request-Id").orElse(""));
        assertFalse(reply.text().contains("a mistake of the plugin"));
        assertFalse(host.logged("Request " + id + " failed").isEmpty());
    }

    @Test
    @DisplayName("Whoever installed the database, no statement, lock or forgotten transaction lasts longer than it may")
    void theDatabaseIsBounded() {
        for (Map.Entry<String, String> bound : Map.of(
                        "statement_timeout", "8s",
                        "lock_timeout", "5s",
                        "idle_in_transaction_session_timeout", "20s")
                .entrySet()) {
            assertEquals(
                    bound.getValue(),
                    county.administrator()
                            .query(SQL, Map.of("text", "select current_setting('" + bound.getKey() + "')"))
                            .at("/relaySql")
                            .asText());
        }
    }

    @Test
    @DisplayName("Asked to end, it answers what it has begun, sends who listens elsewhere, and is gone within seconds")
    void itEndsInOrder() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Replica leaving = host.secondReplica()) {
            GraphqlClient client = county.administrator().through(leaving);
            String id = Casework.report(county.resident(county.groupCode(1, 1, 1)), "灯不亮");
            GraphqlSubscription listening =
                    client.subscribe("subscription ($id: ID!) { caseProgress(id: $id) { state } }", Map.of("id", id));
            listening.next(); // the present state: it is subscribed
            Future<Answer> begun = threads.submit(
                    () -> client.ask(SQL, Map.of("text", "select 'waited' from (select pg_sleep(3)) slept")));
            Eventually.holds(
                    "the slow statement runs",
                    () -> sql("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and query like '%slept%' and wait_event = 'PgSleep'")
                            > 0);
            Instant asked = Instant.now();
            leaving.close();
            long seconds = Duration.between(asked, Instant.now()).toSeconds();
            assertEquals("waited", begun.get().succeeded().at("/relaySql").asText());
            assertEquals(1001, listening.awaitClose());
            assertTrue(seconds < 12, "It took " + seconds + " s");
        } finally {
            threads.shutdownNow();
        }
    }
}
