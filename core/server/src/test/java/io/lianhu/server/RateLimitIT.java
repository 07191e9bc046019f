package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.RawSocket;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Who asks too often is told when to ask again, and takes nothing from anybody else")
final class RateLimitIT {
    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Accept", "application/graphql-response+json");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    private static County limited(int perClient, int perCounty) {
        County county = host.newCounty();
        county.limitRequests(perClient, perCounty);
        return county;
    }

    static Reply ask(GraphqlClient client, Map<String, String> headers) {
        return client.send(
                "POST", "/graphql", headers, "{\"query\": \"{ county { code } }\"}".getBytes(StandardCharsets.UTF_8));
    }

    private static Reply ask(GraphqlClient client) {
        return ask(client, JSON);
    }

    private static Reply exhaust(GraphqlClient client) {
        return exhaust(() -> ask(client));
    }

    /**
     * Asks until it is refused, early enough in the minute for what the test asks after it. At a minute's end that takes asking into the
     * next one, so that the time, not the number of requests, says when to give up.
     */
    static Reply exhaust(Supplier<Reply> asking) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            Reply reply = asking.get();
            if (reply.status() == 429 && retryAfter(reply) > 5) {
                return reply;
            }
        }
        throw new AssertionError("Never refused");
    }

    private static int retryAfter(Reply reply) {
        return Integer.parseInt(reply.header("Retry-After").orElse("0"));
    }

    @Test
    @DisplayName("A client is refused beyond its limit, with the time to wait, and others are not")
    void perClient() {
        County county = limited(10, 1_000);
        Reply refused = exhaust(county.anonymous());
        assertEquals(
                "RATE_LIMITED", refused.json().at("/errors/0/extensions/code").asText());
        assertTrue(retryAfter(refused) <= 60, refused::text);
        assertEquals(
                retryAfter(refused),
                refused.json()
                        .at("/errors/0/extensions/params/retryAfterSeconds")
                        .asInt());
        assertEquals(200, ask(county.stranger()).status());
        assertEquals(200, ask(host.newCounty().anonymous()).status());
    }

    @Test
    @DisplayName("All clients of a county together are refused beyond the county's limit")
    void perCounty() {
        County county = limited(1_000, 100);
        GraphqlClient another = county.stranger();
        assertEquals(200, ask(another).status());
        exhaust(county.anonymous());
        assertEquals(429, ask(another).status());
        assertEquals(200, ask(host.newCounty().anonymous()).status());
    }

    @Test
    @DisplayName("One client that goes on asking does not use up the county's limit")
    void refusedRequestsAreNotTheCountys() {
        County county = limited(10, 100);
        GraphqlClient greedy = county.anonymous();
        exhaust(greedy);
        for (int i = 0; i < 120; i++) {
            ask(greedy);
        }
        assertEquals(200, ask(county.stranger()).status());
    }

    @Test
    @DisplayName("A burst does not open the gate to itself")
    void burst() throws Exception {
        GraphqlClient flood = limited(10, 1_000).anonymous();
        ExecutorService threads = Executors.newFixedThreadPool(100);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(threads.submit(() -> ask(flood).status()));
            }
            int passed = 0;
            for (Future<Integer> answer : answers) {
                passed += answer.get() == 200 ? 1 : 0;
            }
            assertTrue(passed >= 10 && passed <= 20, passed + " passed"); // a minute may end in between
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("Who tries tokens is counted by the address, and those with sound ones are not kept out")
    void triedTokens() {
        County county = limited(10, 1_000);
        exhaust(county.anonymous().withToken("a.forged.token"));
        assertEquals(429, ask(county.anonymous()).status());
        assertEquals(200, ask(county.stranger()).status());
    }

    @Test
    @DisplayName("Each subscription on one socket counts as a request")
    void subscriptions() {
        GraphqlClient person = limited(10, 1_000).stranger();
        try (RawSocket socket = person.socket()) {
            socket.send(
                    "{\"type\":\"connection_init\",\"payload\":{\"Authorization\":\"Bearer " + person.token() + "\"}}");
            assertEquals("connection_ack", socket.next().path("type").asText());
            String code = "";
            for (int i = 0; i < 40 && !code.equals("RATE_LIMITED"); i++) {
                socket.send("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":"
                        + "\"subscription { caseProgress(id: \\\"x\\\") { id } }\"}}");
                code = socket.next().at("/payload/0/extensions/code").asText();
            }
            assertEquals("RATE_LIMITED", code);
        }
    }
}
