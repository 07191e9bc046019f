package io.lianhu.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that speaks the subprotocol graphql-transport-ws by name only: what is sent on it, in which order, is the test's affair.
 * What arrives waits until it is asked for.
 */
public final class RawSocket implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final WebSocket socket;
    private final Inbox inbox;

    private RawSocket(WebSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    static RawSocket open(HttpClient http, URI address, Map<String, String> headers) {
        WebSocket.Builder builder =
                http.newWebSocketBuilder().subprotocols("graphql-transport-ws").connectTimeout(PATIENCE);
        headers.forEach(builder::header);
        Inbox inbox = new Inbox();
        return new RawSocket(builder.buildAsync(address, inbox).join(), inbox);
    }

    /** Sends a text message, sound or not. */
    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The next message; fails the test where none comes within 20 s, or the server closes the connection instead. */
    public JsonNode next() {
        Arrival arrival = inbox.take();
        if (arrival.ended()) {
            throw new AssertionError("No message, but the end: " + arrival.text());
        }
        try {
            return JSON.readTree(arrival.text());
        } catch (JsonProcessingException malformed) {
            throw new AssertionError("No JSON: " + arrival.text(), malformed);
        }
    }

    /** Waits until the server closes the connection; answers the close code. Fails the test where a message comes instead. */
    public int awaitClose() {
        Arrival arrival = inbox.take();
        if (!arrival.ended() || arrival.closeCode() < 0) {
            throw new AssertionError("No close by the server, but " + arrival.text());
        }
        return arrival.closeCode();
    }

    /** Fails the test where anything comes within that time. */
    public void staysSilent(Duration time) {
        Arrival arrival = inbox.poll(time);
        if (arrival != null) {
            throw new AssertionError("Not silence, but " + arrival.text());
        }
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                .exceptionally(closedAlready -> socket) // by the server, perhaps at this moment
                .join();
        socket.abort();
    }

    /** A message, or how the connection ended: by a close code, or, with -1, by breaking. */
    private record Arrival(String text, boolean ended, int closeCode) {}

    private static final class Inbox implements WebSocket.Listener {
        private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        Arrival take() {
            Arrival arrival = poll(PATIENCE);
            if (arrival == null) {
                throw new AssertionError("Nothing came within " + PATIENCE.toSeconds() + " s");
            }
            return arrival;
        }

        @Nullable
        Arrival poll(Duration patience) {
            try {
                return arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                arrivals.add(new Arrival(partial.toString(), false, -1));
                partial.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            arrivals.add(new Arrival("closed with " + statusCode + " " + reason, true, statusCode));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            arrivals.add(new Arrival("broken by " + error, true, -1));
        }
    }
}
