package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.RawSocket;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
        assertEquals(4401, closedAfter("{\"type\":\"connection_init\",\"payload\":{\"Authorization\":5}}"));
        try (RawSocket twice = resident.socket()) {
            twice.send("{\"type\":\"connection_init\"}");
            assertEquals("connection_ack", twice.next().path("type").asText());
            twice.send("{\"type\":\"connection_init\"}");
            assertEquals(4429, twice.awaitClose());
        }
    }

    private static int closedAfter(String message) {
        try (RawSocket socket = resident.socket()) {
            socket.send(message);
            return socket.awaitClose();
        }
    }

    private static RawSocket initialised() {
        RawSocket socket = resident.socket();
        socket.send(
                "{\"type\":\"connection_init\",\"payload\":{\"Authorization\":\"Bearer " + resident.token() + "\"}}");
        assertEquals("connection_ack", socket.next().path("type").asText());
        return socket;
    }

    @Test
    @DisplayName("A second subscription under the id of one that runs ends the connection")
    void anIdTwice() {
        String subscribe = "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"subscription {"
                + " caseProgress(id: \\\"" + Casework.report(resident, "井盖坏了") + "\\\") { state } }\"}}";
        try (RawSocket socket = initialised()) {
            socket.send(subscribe);
            assertEquals("next", socket.next().path("type").asText());
            socket.send(subscribe);
            assertEquals(4409, socket.awaitClose());
        }
    }

    @Test
    @DisplayName("Whose token is of no use here is not let in, with the reason's own code")
    void refusedTokens() {
        assertEquals(4401, resident.withToken("a.forged.token").expectRefusedSocket());
        assertEquals(4403, resident.at(host.newCounty()).expectRefusedSocket());
        assertEquals(4403, resident.atHost("999998.localhost").expectRefusedSocket());
    }

    /** A pong is about as long as its ping; what is sent here is more than the buffers of both sides hold. */
    @Test
    @DisplayName("Who sends without ever reading is cut off, and nothing grows for him")
    void whoNeverReads() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", host.first().port())) {
            socket.setReceiveBufferSize(4096);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /graphql HTTP/1.1\r\nHost: " + county.hostName() + "\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                            + "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] ping = "{\"type\":\"ping\"}".getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 4096; i++) {
                frames.write(0x81); // a whole text message
                frames.write(0x80 | ping.length); // masked, as a client's must be
                frames.write(new byte[4]); // by nothing
                frames.write(ping);
            }
            Instant end = Instant.now().plusSeconds(60);
            assertThrows(
                    IOException.class,
                    () -> {
                        while (Instant.now().isBefore(end)) {
                            out.write(frames.toByteArray());
                        }
                    },
                    "still connected after a minute");
        }
    }

    @Test
    @DisplayName("A subscription that is misshapen is answered with a typed error, and the connection goes on")
    void misshapen() {
        try (RawSocket socket = initialised()) {
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
