package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.RawSocket;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A WebSocket is spoken to by the protocol, and never left hanging")
final class SocketIT {

    private static final String PROGRESS = "subscription ($id: ID!) { caseProgress(id: $id) { state } }";

    private static TestHost host;
    private static County county;
    private static GraphqlClient resident;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        county = host.newCounty();
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    @Test
    @DisplayName("What the protocol forbids ends the connection with its own code")
    void closings() {
        assertEquals(4400, closedAfter("not json"));
        assertEquals(4400, closedAfter("{\"type\":\"dance\"}"));
        assertEquals(
                4401, closedAfter("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{__typename}\"}}"));
        assertEquals(4429, closedAfter("{\"type\":\"connection_init\"}", "{\"type\":\"connection_init\"}"));
    }

    private static int closedAfter(String... messages) {
        RawSocket socket = resident.socket();
        for (String message : messages) {
            socket.send(message);
        }
        return socket.awaitClose();
    }

    @Test
    @DisplayName("A subscription that is misshapen is answered with a typed error, and the connection goes on")
    void misshapen() {
        try (RawSocket socket = resident.socket()) {
            socket.send("{\"type\":\"connection_init\",\"payload\":{\"Authorization\":\"Bearer " + resident.token()
                    + "\"}}");
            assertEquals("connection_ack", socket.next().path("type").asText());
            for (String payload : new String[] {
                "{\"query\":\"subscription { x }\",\"variables\":\"v\"}",
                "{\"query\":\"subscription { x }\",\"variables\":[1]}",
                "{\"query\":\"subscription { x }\",\"operationName\":7}",
                "{\"query\":7}",
                "{}"
            }) {
                socket.send("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":" + payload + "}");
                var answer = socket.next();
                assertEquals("error", answer.path("type").asText(), payload);
                assertEquals(
                        "REQUEST_MALFORMED",
                        answer.at("/payload/0/extensions/code").asText(),
                        payload);
            }
        }
    }

    @Test
    @DisplayName("A replica that goes asks its clients to come back, and does not wait for them")
    void goingAway() {
        String id = Casework.report(resident, "转角处发现有垃圾");
        try (Replica second = host.secondReplica();
                GraphqlSubscription following = resident.through(second).subscribe(PROGRESS, Map.of("id", id))) {
            assertEquals(
                    "DISPATCHED", following.next().at("/caseProgress/state").asText());
            long began = System.nanoTime();
            second.close();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertEquals(1001, following.awaitClose());
            assertTrue(took.toSeconds() < 10, () -> "It took " + took);
        }
    }
}
