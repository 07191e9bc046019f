package io.lianhu.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One subscription over graphql-transport-ws, on a WebSocket of its own. What arrives waits until it is asked for. */
public final class GraphqlSubscription implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "1";

    private final RawSocket socket;
    private final String document;

    private GraphqlSubscription(RawSocket socket, String document) {
        this.socket = socket;
        this.document = document;
    }

    static GraphqlSubscription begin(
            RawSocket socket,
            Optional<String> token,
            String document,
            Map<String, ? extends @Nullable Object> variables) {
        GraphqlSubscription subscription = new GraphqlSubscription(socket, document);
        try {
            subscription.initialise(token);
            subscription.expect("connection_ack");
        } catch (AssertionError refused) {
            socket.close();
            throw refused;
        }
        subscription.send(
                Map.of("type", "subscribe", "id", ID, "payload", Map.of("query", document, "variables", variables)));
        return subscription;
    }

    private void initialise(Optional<String> token) {
        send(Map.of(
                "type",
                "connection_init",
                "payload",
                token.map(value -> Map.of("Authorization", "Bearer " + value)).orElse(Map.of())));
    }

    /** Says who it is, and expects to be thrown out for it; answers the close code. */
    static int refused(RawSocket socket, Optional<String> token) {
        new GraphqlSubscription(socket, "").initialise(token);
        return socket.awaitClose();
    }

    private void send(Map<String, ?> message) {
        socket.send(new String(GraphqlClient.bytes(message), StandardCharsets.UTF_8));
    }

    private JsonNode expect(String type) {
        JsonNode message = socket.next();
        while (message.path("type").asText().equals("ping")) {
            send(Map.of("type", "pong"));
            message = socket.next();
        }
        if (!message.path("type").asText().equals(type)) {
            throw new AssertionError("Not " + type + ", but " + message + " to " + document);
        }
        return message.path("payload");
    }

    /** The next answer; fails the test where none comes within 20 s. */
    public Answer next() {
        return Answer.of(document, expect("next"));
    }

    /** Fails the test where anything comes within that time. */
    public void staysSilent(Duration time) {
        socket.staysSilent(time);
    }

    /** The errors with which the server refused, or ended, the subscription. */
    public Answer awaitError() {
        return Answer.of(document, JSON.createObjectNode().set("errors", expect("error")));
    }

    /** Waits until the server has said that nothing more will come. */
    public void awaitComplete() {
        expect("complete");
    }

    /** Waits until the server has closed the connection; answers the close code. */
    public int awaitClose() {
        return socket.awaitClose();
    }

    /** Hangs up, which ends the subscription. */
    @Override
    public void close() {
        socket.close();
    }
}
