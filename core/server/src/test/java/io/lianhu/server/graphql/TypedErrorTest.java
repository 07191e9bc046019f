package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.sdk.Actor;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.web.Ingress;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The errors' form is a contract: exactly these keys, and nothing of graphql-java's own. */
final class TypedErrorTest {

    private static final Vertx VERTX = Vertx.vertx();

    private final Engine engine = Engine.compose(List.of(SmallSchema.core()), Limits.DEFAULT);

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aFieldThatFailsIsNamedByItsPathAndItsError() {
        Map<String, Object> data = new HashMap<>();
        data.put("node", null);

        assertEquals(
                Map.of(
                        "errors",
                        List.of(Map.of(
                                "message",
                                "UNAUTHENTICATED",
                                "locations",
                                List.of(Map.of("line", 1, "column", 3)),
                                "path",
                                List.of("node"),
                                "extensions",
                                Map.of(
                                        "type",
                                        "UNAUTHENTICATED",
                                        "code",
                                        "UNAUTHENTICATED",
                                        "params",
                                        Map.of(),
                                        "requestId",
                                        "request-1"))),
                        "data",
                        data),
                answer("{ node(id: \"x\") { id } }"));
    }

    @Test
    void aVariableThatIsMissingIsTypedToo() {
        Map<?, ?> error = (Map<?, ?>) ((List<?>) answer("query ($n: Int!) { things(first: $n) { edges { cursor } } }")
                        .get("errors"))
                .get(0);

        assertEquals(Set.of("message", "locations", "extensions"), error.keySet());
        assertEquals(Set.of("type", "code", "params", "requestId"), ((Map<?, ?>) error.get("extensions")).keySet());
    }

    private Map<String, Object> answer(String query) {
        GraphqlRequest request = new GraphqlRequest(
                engine,
                engine.prepare(query),
                new GraphqlRequest.Parameters(query, null, Map.of()),
                VERTX.getOrCreateContext(),
                Optional.empty(),
                new Actor("", Optional.empty(), List.of(), engine.permissions()),
                Locale.ENGLISH,
                "request-1",
                null,
                new CompletableFuture<>(),
                new AuditTrail(),
                new HashMap<>());
        return Execution.render(
                        engine,
                        engine.execute(request).await().indefinitely(),
                        new Ingress("request-1", Locale.ENGLISH, "520115.localhost", "127.0.0.1"))
                .toSpecification();
    }
}
