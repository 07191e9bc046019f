package io.lianhu.server.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.language.Document;
import graphql.language.NodeUtil;
import graphql.language.OperationDefinition;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.graphql.GraphqlRequest.Parameters;
import io.lianhu.server.web.Bodies;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.Replies;
import io.lianhu.server.web.RequestError;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GraphQL over HTTP: {@code POST /graphql}, and {@code GET /graphql} for queries. */
@Singleton
class GraphqlEndpoint {

    static final String PATH = "/graphql";

    /** Bytes of a request's body. Photos travel by another way. */
    private static final int MAX_BODY = 1024 * 1024;

    private final Execution execution;
    private final Replies replies;
    private final ObjectMapper json;

    GraphqlEndpoint(Execution execution, Replies replies, ObjectMapper json) {
        this.execution = execution;
        this.replies = replies;
        this.json = json;
    }

    void route(@Observes Router router) {
        router.get(PATH).handler(this::get);
        router.post(PATH).handler(this::post);
        router.route(PATH).handler(context -> {
            HttpMethod method = context.request().method();
            if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.POST)) {
                context.next();
            } else {
                refuse(context, new ApiException(RequestError.METHOD_NOT_ALLOWED));
            }
        });
    }

    private void get(RoutingContext context) {
        String upgrade = context.request().getHeader("Upgrade");
        if ("websocket".equalsIgnoreCase(upgrade)) {
            context.next();
            return;
        }
        String query = context.request().getParam("query");
        respond(
                context,
                Uni.createFrom()
                        .item(() -> parameters(
                                query,
                                context.request().getParam("operationName"),
                                tree(context.request().getParam("variables")),
                                tree(context.request().getParam("extensions")))));
    }

    private void post(RoutingContext context) {
        if (!MediaTypes.isJson(context.request().getHeader("Content-Type"))) {
            refuse(context, new ApiException(RequestError.MEDIA_TYPE_UNSUPPORTED));
            return;
        }
        respond(context, Bodies.read(context.request(), MAX_BODY).map(body -> parameters(tree(body.toString()))));
    }

    /**
     * What a request asks, over HTTP or a socket.
     *
     * @throws ApiException {@code REQUEST_MALFORMED}
     */
    Parameters parameters(@Nullable JsonNode request) {
        if (request == null || !request.isObject()) {
            throw new ApiException(RequestError.REQUEST_MALFORMED);
        }
        return parameters(
                text(request.get("query")),
                text(request.get("operationName")),
                request.get("variables"),
                request.get("extensions"));
    }

    private @Nullable JsonNode tree(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return json.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new ApiException(RequestError.REQUEST_MALFORMED);
        }
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw new ApiException(RequestError.REQUEST_MALFORMED);
        }
        return node.textValue();
    }

    private Parameters parameters(
            @Nullable String query,
            @Nullable String operationName,
            @Nullable JsonNode variables,
            @Nullable JsonNode extensions) {
        boolean misshapen = variables != null && !variables.isNull() && !variables.isObject()
                || extensions != null && !extensions.isNull() && !extensions.isObject();
        if (query == null || query.isBlank() || misshapen) {
            throw new ApiException(RequestError.REQUEST_MALFORMED);
        }
        return new Parameters(query, operationName, variables(variables));
    }

    private Map<String, @Nullable Object> variables(@Nullable JsonNode variables) {
        return variables == null || variables.isNull()
                ? Map.of()
                : json.convertValue(variables, new TypeReference<Map<String, @Nullable Object>>() {});
    }

    private void respond(RoutingContext context, Uni<Parameters> parameters) {
        Optional<String> type = MediaTypes.accepted(context);
        if (type.isEmpty()) {
            refuse(context, new ApiException(RequestError.NOT_ACCEPTABLE));
            return;
        }
        Ingress ingress = Ingress.of(context);
        parameters
                .chain(known -> execution.run(context, ingress, known, get(context.request())))
                .subscribe()
                .with(result -> send(context, type.get(), result), failure -> refuse(context, failure));
    }

    private static boolean get(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET);
    }

    private void refuse(RoutingContext context, Throwable failure) {
        replies.refuse(context, MediaTypes.accepted(context).orElse(MediaTypes.JSON), failure);
    }

    private void send(RoutingContext context, String type, Execution.Answer answer) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        ExecutionResult result = answer.result();
        boolean refused = !result.isDataPresent();
        int status = refused && type.equals(MediaTypes.GRAPHQL_RESPONSE) ? 400 : 200;
        answer.headers().forEach((name, value) -> context.response().putHeader(name, value));
        replies.send(context, status, type, body(result));
    }

    private static Map<String, @Nullable Object> body(ExecutionResult result) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        List<GraphQLError> errors = result.getErrors();
        if (!errors.isEmpty()) {
            List<Map<String, Object>> rendered = new ArrayList<>();
            errors.forEach(error -> rendered.add(error.toSpecification()));
            body.put("errors", rendered);
        }
        if (result.isDataPresent()) {
            body.put("data", result.getData());
        }
        return body;
    }

    /** The operation that the request means; empty where the document has several and none is named. */
    static Optional<OperationDefinition> operation(Document document, @Nullable String name) {
        try {
            return Optional.ofNullable(NodeUtil.getOperation(document, name).operationDefinition);
        } catch (RuntimeException unknown) {
            return Optional.empty();
        }
    }
}
