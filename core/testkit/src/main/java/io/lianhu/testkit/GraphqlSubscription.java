package io.lianhu.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One subscription over graphql-transport-ws, on a WebSocket of its own. What arrives waits until it is asked for. */
public final class GraphqlSubscription implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ID = "1";

    private final String document;
    private final Inbox inbox;
    private final WebSocket socket;

    /** A message, or the end of the connection. */
    private record Event(String type, JsonNode payload) {}

    private GraphqlSubscription(String document, Inbox inbox, WebSocket socket) {
        this.document = document;
        this.inbox = inbox;
        this.socket = socket;
    }

    static GraphqlSubscription begin(
            HttpClient http,
            URI address,
            Map<String, String> headers,
            Optional<String> token,
            String document,
            Map<String, ? extends @Nullable Object> variables) {
        WebSocket.Builder builder =
                http.newWebSocketBuilder().subprotocols("graphql-transport-ws").connectTimeout(PATIENCE);
        headers.forEach(builder::header);
        Inbox inbox = new Inbox();
        WebSocket socket = builder.buildAsync(address, inbox).join();
        GraphqlSubscription subscription = new GraphqlSubscription(document, inbox, socket);
        subscription.send(Map.of(
                "type",
                "connection_init",
                "payload",
                token.map(value -> Map.of("Authorization", "Bearer " + value)).orElse(Map.of())));
        subscription.expect("connection_ack", PATIENCE);
        subscription.send(
                Map.of("type", "subscribe", "id", ID, "payload", Map.of("query", document, "variables", variables)));
        return subscription;
    }

    private void send(Map<String, ?> message) {
        socket.sendText(new String(GraphqlClient.bytes(message), StandardCharsets.UTF_8), true)
                .join();
    }

    private JsonNode expect(String type, Duration patience) {
        Event event = inbox.next(patience);
        if (!event.type().equals(type)) {
            throw new AssertionError("Not " + type + ", but " + event + " to " + document);
        }
        return event.payload();
    }

    /** The next answer; fails the test where none comes within 20 s. */
    public Answer next() {
        return Answer.of(document, expect("next", PATIENCE));
    }

    /** Fails the test where anything comes within that time. */
    public void staysSilent(Duration time) {
        Event event = inbox.poll(time);
        if (event != null) {
            throw new AssertionError("Not silence, but " + event + " to " + document);
        }
    }

    /** The errors with which the server refused, or ended, the subscription. */
    public Answer awaitError() {
        return Answer.of(document, JSON.createObjectNode().set("errors", expect("error", PATIENCE)));
    }

    /** Waits until the server has said that nothing more will come. */
    public void awaitComplete() {
        expect("complete", PATIENCE);
    }

    /** Waits until the server has closed the connection; answers the close code. */
    public int awaitClose() {
        return expect("closed", PATIENCE).asInt();
    }

    @Override
    public void close() {
        if (!socket.isOutputClosed()) {
            send(Map.of("type", "complete", "id", ID));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
        socket.abort();
    }

    private static final class Inbox implements WebSocket.Listener {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        Event next(Duration patience) {
            Event event = poll(patience);
            if (event == null) {
                throw new AssertionError("Nothing came within " + patience.toSeconds() + " s");
            }
            return event;
        }

        @Nullable
        Event poll(Duration patience) {
            try {
                return events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                receive(webSocket, partial.toString());
                partial.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void receive(WebSocket webSocket, String text) {
            try {
                JsonNode message = JSON.readTree(text);
                String type = message.path("type").asText();
                if (type.equals("ping")) {
                    webSocket.sendText("{\"type\":\"pong\"}", true);
                } else if (!type.equals("pong")) {
                    events.add(new Event(type, message.path("payload")));
                }
            } catch (JsonProcessingException malformed) {
                Map<String, String> what = new LinkedHashMap<>();
                what.put("text", text);
                events.add(new Event("malformed", JSON.valueToTree(what)));
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            events.add(new Event("closed", JSON.getNodeFactory().numberNode(statusCode)));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            events.add(new Event("broken", JSON.getNodeFactory().textNode(error.toString())));
        }
    }
}
