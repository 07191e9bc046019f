package io.lianhu.server.graphql;

import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.graphql.Engine.PreparedDocument;
import io.lianhu.server.graphql.GraphqlRequest.Parameters;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.web.Admission;
import io.lianhu.server.web.ErrorTexts;
import io.lianhu.server.web.Failures;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.RequestError;
import io.lianhu.server.web.Visitor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Leads a request from its host name to its answer: county, token, limits, schema, document, actor, execution. Whatever fails before the
 * execution fails the {@code Uni} with an {@link ApiException}; what a document or a resolver does wrong stands in the answer.
 */
@Singleton
public class Execution implements ErrorTexts {

    /** Longer than the server's statement_timeout (8 s), shorter than its idle_in_transaction_session_timeout (20 s). */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** What an operator sets in motion (a plugin's start, a county's onboarding) takes longer. */
    private static final Duration OPERATORS_DEADLINE = Duration.ofSeconds(120);

    private final Admission admission;
    private final Engines engines;
    private final Operations operations;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final boolean showRoundTrips;

    Execution(
            Admission admission,
            Engines engines,
            Operations operations,
            Vertx vertx,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.graphql.show-round-trips", defaultValue = "false") boolean showRoundTrips) {
        this.admission = admission;
        this.engines = engines;
        this.operations = operations;
        this.vertx = vertx;
        this.meters = meters;
        this.showRoundTrips = showRoundTrips;
    }

    /** An answer, with the headers that go with it. */
    record Answer(ExecutionResult result, Map<String, String> headers) {}

    /** The text of an error where no schema was reached; the core's texts are in every engine. */
    @Override
    public String text(ApiException error, Locale locale) {
        try (Engines.Lease lease = engines.acquire(null)) {
            return ErrorRenderer.text(lease.engine(), error, locale);
        }
    }

    Uni<Answer> run(RoutingContext context, Ingress ingress, Parameters parameters, boolean readOnly) {
        return admission.admit(context).chain(visitor -> execute(context, ingress, visitor, parameters, readOnly));
    }

    private Uni<Answer> execute(
            RoutingContext context, Ingress ingress, Visitor visitor, Parameters parameters, boolean readOnly) {
        Timer.Sample sample = Timer.start(meters);
        Context current = vertx.getOrCreateContext();
        Engines.Lease lease = engines.acquire(visitor.tenant());
        var operation = operations.begin(visitor.tenantCode());
        context.response().closeHandler(gone -> operation.cancel("the client went away"));
        return Uni.createFrom()
                .deferred(() -> {
                    Engine engine = lease.engine();
                    PreparedDocument document = engine.prepare(parameters.query());
                    Optional<ExecutionResult> refusal = refusal(engine, document, parameters, ingress, readOnly);
                    if (refusal.isPresent()) {
                        return Uni.createFrom().item(refusal.get());
                    }
                    operation.bind(current);
                    visitor.person().ifPresent(person -> person.bind(current));
                    return visitor.actor(engine.permissions())
                            .map(actor -> new GraphqlRequest(
                                    engine,
                                    document,
                                    parameters,
                                    current,
                                    visitor.person(),
                                    actor,
                                    ingress.locale(),
                                    ingress.requestId(),
                                    null,
                                    new CompletableFuture<>()))
                            .chain(engine::execute)
                            .map(result -> render(engine, result, ingress));
                })
                .ifNoItem()
                .after(visitor.tenant() == null ? OPERATORS_DEADLINE : DEADLINE)
                .failWith(() -> new ApiException(RequestError.TIMED_OUT))
                .emitOn(command -> Fetchers.on(current, command)) // the deadline's timer has a thread of its own
                .onTermination()
                .call(() -> UniHelper.toUni(operation.end()).onFailure().recoverWithNull())
                .onTermination()
                .invoke(lease::close)
                .onItemOrFailure()
                .invoke((result, failure) -> sample.stop(meters.timer(
                        "lianhu.graphql",
                        "tenant",
                        visitor.tenantCode(),
                        "outcome",
                        failure != null ? "failed" : result.getErrors().isEmpty() ? "ok" : "errors")))
                .map(result -> new Answer(
                        result,
                        showRoundTrips
                                ? Map.of(
                                        "X-Round-Trips",
                                        "pg=" + operation.statistics().messages() + " redis=1")
                                : Map.of()));
    }

    private Optional<ExecutionResult> refusal(
            Engine engine, PreparedDocument document, Parameters parameters, Ingress ingress, boolean readOnly) {
        switch (document.kind()) {
            case MALFORMED, INVALID -> {
                RequestError code = document.kind() == PreparedDocument.Kind.INVALID
                        ? RequestError.DOCUMENT_INVALID
                        : RequestError.DOCUMENT_MALFORMED;
                return Optional.of(new ExecutionResultImpl(document.entry().getErrors().stream()
                        .map(error -> typed(engine, error, code, ingress))
                        .toList()));
            }
            case EXCESSIVE -> {
                return Optional.of(excess(engine, document.excess().orElseThrow(), ingress));
            }
            case SOUND -> {
                return unsound(engine, document, parameters, ingress, readOnly);
            }
        }
        throw new AssertionError(document.kind());
    }

    private static Optional<ExecutionResult> unsound(
            Engine engine, PreparedDocument document, Parameters parameters, Ingress ingress, boolean readOnly) {
        Optional<OperationDefinition> operation =
                GraphqlEndpoint.operation(document.entry().getDocument(), parameters.operationName());
        if (operation.isEmpty()) {
            return Optional.of(error(engine, new ApiException(RequestError.REQUEST_MALFORMED), ingress));
        }
        if (readOnly && operation.get().getOperation() != Operation.QUERY) {
            throw new ApiException(RequestError.METHOD_NOT_ALLOWED);
        }
        if (operation.get().getOperation() == Operation.SUBSCRIPTION) {
            throw new ApiException(RequestError.MEDIA_TYPE_UNSUPPORTED);
        }
        return engine.limits()
                .cost(document.entry().getDocument(), operation.get(), parameters.variables())
                .map(excess -> excess(engine, excess, ingress));
    }

    private static ExecutionResult excess(Engine engine, Limits.Excess excess, Ingress ingress) {
        return error(
                engine,
                new ApiException(
                        RequestError.DOCUMENT_TOO_LARGE, Map.of("limit", excess.limit(), "allowed", excess.allowed())),
                ingress);
    }

    private static ExecutionResult error(Engine engine, ApiException error, Ingress ingress) {
        return new ExecutionResultImpl(GraphqlErrorBuilder.newError()
                .message(ErrorRenderer.text(engine, error, ingress.locale()))
                .extensions(Failures.extensions(error, ingress.requestId()))
                .build());
    }

    /** What graphql-java itself found wrong (a variable's value, a null where none may be) gets a type as well. */
    static ExecutionResult render(Engine engine, ExecutionResult result, Ingress ingress) {
        List<GraphQLError> errors = result.getErrors();
        if (errors.stream().allMatch(Execution::isTyped)) {
            return result;
        }
        return result.transform(builder -> builder.errors(errors.stream()
                .map(error -> isTyped(error) ? error : typed(engine, error, RequestError.DOCUMENT_INVALID, ingress))
                .toList()));
    }

    private static boolean isTyped(GraphQLError error) {
        return error.getExtensions() != null && error.getExtensions().containsKey("requestId");
    }

    private static GraphQLError typed(Engine engine, GraphQLError error, RequestError code, Ingress ingress) {
        ApiException typed = new ApiException(code, Map.of("detail", error.getMessage()));
        GraphqlErrorBuilder<?> builder = GraphqlErrorBuilder.newError()
                .message("%s", ErrorRenderer.text(engine, typed, ingress.locale()))
                .extensions(Failures.extensions(typed, ingress.requestId()));
        if (error.getLocations() != null) {
            builder.locations(error.getLocations());
        }
        if (error.getPath() != null) {
            builder.path(error.getPath());
        }
        return builder.build();
    }
}
