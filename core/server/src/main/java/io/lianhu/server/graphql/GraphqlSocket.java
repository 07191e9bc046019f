package io.lianhu.server.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.graphql.GraphqlRequest.Parameters;
import io.lianhu.server.identity.Bearer;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.identity.Person;
import io.lianhu.server.web.Admission;
import io.lianhu.server.web.Doors;
import io.lianhu.server.web.Failures;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.RequestError;
import io.lianhu.server.web.Visitor;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * GraphQL over WebSocket, by the protocol {@code graphql-transport-ws}. A subscription holds neither connection nor plugin: each message
 * that it is told of is one short operation, with the schema, the posts and the county of that moment.
 */
@Singleton
class GraphqlSocket implements HttpServerOptionsCustomizer {

    private static final String PROTOCOL = "graphql-transport-ws";
    private static final int MAX_MESSAGE = 64 * 1024;
    private static final int MAX_SUBSCRIPTIONS = 50;

    /** Bytes that may wait for a client who does not read. */
    private static final int MAX_WAITING = 256 * 1024;

    private static final short GOING_AWAY = 1001;
    private static final short TOO_SLOW = 1013;

    private static final Duration INIT_PATIENCE = Duration.ofSeconds(10);

    private final Execution execution;
    private final Admission admission;
    private final GraphqlEndpoint endpoint;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    GraphqlSocket(Execution execution, Admission admission, GraphqlEndpoint endpoint, ObjectMapper json, Vertx vertx) {
        this.execution = execution;
        this.admission = admission;
        this.endpoint = endpoint;
        this.json = json;
        this.vertx = vertx;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.addWebSocketSubProtocol(PROTOCOL);
        options.setMaxWebSocketMessageSize(MAX_MESSAGE);
    }

    /** Asks every client to come back, to another replica; to be called when this one goes. Does not wait. */
    void goAway(@Observes Doors.Closing going) {
        clients.forEach(client -> client.home.runOnContext(ignored -> client.close(GOING_AWAY, "Going away")));
    }

    void route(@Observes Router router) {
        router.get(GraphqlEndpoint.PATH).order(1).handler(this::upgrade);
    }

    private void upgrade(RoutingContext context) {
        if (!"websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"))) {
            context.next();
            return;
        }
        Ingress ingress = Ingress.of(context);
        context.request()
                .toWebSocket()
                .onSuccess(socket -> new Client(context, ingress, socket).open())
                .onFailure(failure -> context.fail(400));
    }

    /** One open socket; confined to its Vert.x context. */
    private final class Client {

        private final RoutingContext context;
        private final Ingress ingress;
        private final ServerWebSocket socket;
        private final Context home = vertx.getOrCreateContext();
        private final Map<String, Cancellable> running = new HashMap<>();
        private final List<Long> timers = new ArrayList<>();
        private boolean initialised;
        private @Nullable Visitor visitor;

        Client(RoutingContext context, Ingress ingress, ServerWebSocket socket) {
            this.context = context;
            this.ingress = ingress;
            this.socket = socket;
        }

        private void atHome(Runnable command) {
            home.runOnContext(ignored -> command.run());
        }

        private void after(Duration time, Runnable command) {
            timers.add(vertx.setTimer(time.toMillis(), late -> command.run()));
        }

        void open() {
            if (!PROTOCOL.equals(socket.subProtocol())) {
                close(4406, "Subprotocol not acceptable");
                return;
            }
            clients.add(this);
            socket.setWriteQueueMaxSize(MAX_WAITING);
            socket.textMessageHandler(this::receive);
            socket.closeHandler(gone -> forget());
            after(INIT_PATIENCE, () -> {
                if (visitor == null) {
                    close(4408, "Connection initialisation timeout");
                }
            });
        }

        private void forget() {
            clients.remove(this);
            running.values().forEach(Cancellable::cancel);
            running.clear();
            timers.forEach(vertx::cancelTimer);
        }

        private void close(int code, String reason) {
            if (!socket.isClosed()) {
                socket.close((short) code, reason);
            }
        }

        private void receive(String text) {
            JsonNode message;
            try {
                message = json.readTree(text);
            } catch (JsonProcessingException malformed) {
                close(4400, "Malformed message");
                return;
            }
            switch (message.path("type").asText()) {
                case "connection_init" -> initialise(message.path("payload"));
                case "ping" -> send(Map.of("type", "pong"));
                case "pong" -> {}
                case "subscribe" -> subscribe(message);
                case "complete" -> cancel(message.path("id").asText());
                default -> close(4400, "Unknown message type");
            }
        }

        private void initialise(JsonNode payload) {
            if (initialised) {
                close(4429, "Too many initialisation requests");
                return;
            }
            initialised = true;
            Uni.createFrom()
                    .item(() -> token(payload))
                    .chain(token -> admission.admit(context, token))
                    .emitOn(this::atHome)
                    .subscribe()
                    .with(this::welcome, failure -> {
                        ApiException error = Failures.translate(failure, ingress.requestId());
                        close(
                                Failures.status(error) == 401 ? 4401 : 4403,
                                error.code().name());
                    });
        }

        private static Optional<String> token(JsonNode payload) {
            JsonNode header = payload.path("Authorization").isMissingNode()
                    ? payload.path("authorization")
                    : payload.path("Authorization");
            if (!header.isMissingNode() && !header.isTextual()) {
                throw new ApiException(IdentityError.TOKEN_INVALID);
            }
            return Bearer.token(header.textValue());
        }

        private void welcome(Visitor admitted) {
            visitor = admitted;
            send(Map.of("type", "connection_ack"));
            admitted.person().map(Person::expiresAt).ifPresent(end -> {
                long left = Math.max(1, Duration.between(Instant.now(), end).toMillis());
                after(Duration.ofMillis(left), () -> close(4403, "TOKEN_INVALID"));
            });
        }

        private void cancel(String id) {
            Cancellable work = running.remove(id);
            if (work != null) {
                work.cancel();
            }
        }

        private void subscribe(JsonNode message) {
            Visitor known = visitor;
            String id = message.path("id").asText();
            if (known == null) {
                close(4401, "Unauthorized");
            } else if (id.isEmpty() || !message.path("payload").isObject()) {
                close(4400, "Malformed message");
            } else if (running.containsKey(id)) {
                close(4409, "Subscriber for " + id + " already exists");
            } else if (running.size() >= MAX_SUBSCRIPTIONS) {
                fail(id, new ApiException(RequestError.RATE_LIMITED, Map.of("retryAfterSeconds", 0)));
            } else {
                try {
                    begin(id, known, endpoint.parameters(message.get("payload")));
                } catch (ApiException malformed) {
                    fail(id, malformed);
                }
            }
        }

        private void begin(String id, Visitor known, Parameters parameters) {
            CompletableFuture<Multi<UUID>> listening = new CompletableFuture<>();
            Execution.Run first = new Execution.Run(
                    ingress, known, parameters, Execution.Kind.SUBSCRIPTION, null, listening, cancel -> {});
            Cancellable work = admission
                    .count(known)
                    .chain(() -> apart(first))
                    .emitOn(this::atHome)
                    .subscribe()
                    .with(
                            answer -> {
                                if (listening.isDone()) {
                                    listen(id, known, parameters, listening.join());
                                } else {
                                    error(id, answer.result());
                                }
                            },
                            failure -> fail(id, failure));
            running.put(id, work);
        }

        private void listen(String id, Visitor known, Parameters parameters, Multi<UUID> topic) {
            if (!running.containsKey(id)) {
                return; // completed by the client meanwhile
            }
            running.put(
                    id,
                    topic.emitOn(this::atHome) // events come on Redis' context
                            .onItem()
                            .transformToUniAndConcatenate(happened -> told(known, parameters, happened))
                            .subscribe()
                            .with(answer -> next(id, answer.result()), failure -> fail(id, failure)));
        }

        /** One answer, with the county as it is now: it may have been suspended, or have other plugins. */
        private Uni<Execution.Answer> told(Visitor known, Parameters parameters, UUID happened) {
            return Uni.createFrom()
                    .item(() -> admission.again(ingress, known))
                    .chain(now -> apart(new Execution.Run(
                            ingress,
                            now,
                            parameters,
                            Execution.Kind.SUBSCRIPTION,
                            happened,
                            new CompletableFuture<>(),
                            cancel -> {})));
        }

        /** Runs on a context of its own, and comes back to the socket's. */
        private Uni<Execution.Answer> apart(Execution.Run run) {
            Context own = VertxContext.createNewDuplicatedContext(home);
            return Uni.createFrom()
                    .deferred(() -> execution.execute(run))
                    .runSubscriptionOn(command -> own.runOnContext(ignored -> command.run()))
                    .emitOn(this::atHome);
        }

        private void next(String id, ExecutionResult result) {
            if (!result.isDataPresent() || result.getData() == null) {
                error(id, result); // the document no longer fits the schema, or the case is out of sight
                return;
            }
            send(Map.of("id", id, "type", "next", "payload", result.toSpecification()));
        }

        private void error(String id, ExecutionResult result) {
            cancel(id);
            send(Map.of(
                    "id",
                    id,
                    "type",
                    "error",
                    "payload",
                    result.getErrors().stream()
                            .map(GraphQLError::toSpecification)
                            .toList()));
        }

        private void fail(String id, Throwable failure) {
            cancel(id);
            ApiException error = Failures.translate(failure, ingress.requestId());
            Map<String, Object> rendered =
                    Failures.rendered(error, execution.text(error, ingress.locale()), ingress.requestId());
            send(Map.of("id", id, "type", "error", "payload", List.of(rendered)));
        }

        private void send(Object message) {
            if (socket.isClosed()) {
                return;
            }
            if (socket.writeQueueFull()) {
                close(TOO_SLOW, "Too slow");
                return;
            }
            try {
                socket.writeTextMessage(json.writeValueAsString(message));
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
