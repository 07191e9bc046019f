package io.lianhu.server.graphql;

import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.GraphQLError;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.audit.AuditOrigin;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.graphql.Engine.PreparedDocument;
import io.lianhu.server.graphql.GraphqlRequest.Parameters;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.redis.Redis;
import io.lianhu.server.web.Admission;
import io.lianhu.server.web.ErrorTexts;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.RequestError;
import io.lianhu.server.web.Visitor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import mutiny.zero.flow.adapters.AdaptersToFlow;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Leads a request from its host name to its answer: county, token, limits, schema, document, actor, execution. Whatever fails before the
 * execution fails the {@code Uni} with an {@link ApiException}; what a document or a resolver does wrong stands in the answer.
 */
@Singleton
class Execution implements ErrorTexts {

    /** Longer than the server's statement_timeout (8 s), shorter than its idle_in_transaction_session_timeout (20 s). */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** What an operator sets in motion (a plugin's start, a county's onboarding) takes longer. */
    private static final Duration OPERATORS_DEADLINE = Duration.ofMinutes(2);

    private final Admission admission;
    private final Engines engines;
    private final Operations operations;
    private final AuditTrail trail;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final boolean showRoundTrips;

    Execution(
            Admission admission,
            Engines engines,
            Operations operations,
            AuditTrail trail,
            Vertx vertx,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.graphql.show-round-trips", defaultValue = "false") boolean showRoundTrips) {
        this.admission = admission;
        this.engines = engines;
        this.operations = operations;
        this.trail = trail;
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
        } catch (ApiException starting) {
            return error.code().name();
        }
    }

    /** What a request may contain. */
    enum Kind {
        /** Queries: what a GET may ask for. */
        READING,
        /** Queries and mutations. */
        ANSWERED_ONCE,
        /** Subscriptions. */
        SUBSCRIPTION
    }

    /**
     * One run of a document.
     *
     * @param happened in a subscription, the id of what it is told of; null when it begins
     * @param listening in a subscription that begins, completed with what it listens to
     * @param cancelled called with how to cancel the run, before it begins
     */
    record Run(
            Ingress ingress,
            Visitor visitor,
            Parameters parameters,
            Kind kind,
            @Nullable UUID happened,
            CompletableFuture<Multi<UUID>> listening,
            Consumer<Runnable> cancelled) {

        static Run of(
                Ingress ingress, Visitor visitor, Parameters parameters, Kind kind, Consumer<Runnable> cancelled) {
            return new Run(ingress, visitor, parameters, kind, null, new CompletableFuture<>(), cancelled);
        }
    }

    Uni<Answer> run(RoutingContext context, Ingress ingress, Parameters parameters, boolean readOnly) {
        Kind kind = readOnly ? Kind.READING : Kind.ANSWERED_ONCE;
        return admission
                .admit(context)
                .invoke(visitor -> MDC.put("tenant", visitor.tenantCode()))
                .chain(visitor -> execute(Run.of(ingress, visitor, parameters, kind, cancel -> context.response()
                        .closeHandler(gone -> cancel.run()))));
    }

    /** Runs a document as one operation on the current Vert.x context, which nothing else may share. */
    Uni<Answer> execute(Run run) {
        Timer.Sample sample = Timer.start(meters);
        Context current = vertx.getOrCreateContext();
        Visitor visitor = run.visitor();
        Engines.Lease lease = engines.acquire(visitor.tenant());
        var operation = operations.begin(visitor.tenantCode());
        run.cancelled().accept(() -> operation.cancel("the client went away"));
        return Uni.createFrom()
                .deferred(() -> {
                    Engine engine = lease.engine();
                    PreparedDocument document = engine.prepare(run.parameters().query());
                    Optional<ExecutionResult> refusal = refusal(engine, document, run);
                    if (refusal.isPresent()) {
                        return Uni.createFrom().item(refusal.get());
                    }
                    operation.bind(current);
                    if (writes(document, run)) {
                        operation.willWrite();
                    }
                    visitor.person().ifPresent(person -> person.bind(current));
                    return visitor.actor(engine.permissions())
                            .invoke(actor -> AuditOrigin.of(
                                            actor,
                                            run.ingress().requestId(),
                                            run.ingress().client())
                                    .bind(current))
                            .map(actor -> new GraphqlRequest(
                                    engine,
                                    document,
                                    run.parameters(),
                                    current,
                                    visitor.person(),
                                    actor,
                                    run.ingress().locale(),
                                    run.ingress().requestId(),
                                    run.happened(),
                                    run.listening(),
                                    trail,
                                    new LinkedHashMap<>()))
                            .chain(request -> engine.execute(request).call(() -> Multi.createFrom()
                                    .iterable(request.refusals().values())
                                    .onItem()
                                    .transformToUniAndConcatenate(trail::write)
                                    .collect()
                                    .last()))
                            .chain(result ->
                                    run.happened() == null ? Uni.createFrom().item(result) : first(result))
                            .map(result -> render(engine, result, run.ingress()))
                            .call(operation::settleBeforeAnswer);
                })
                .ifNoItem()
                .after(visitor.tenant() == null ? OPERATORS_DEADLINE : DEADLINE)
                .failWith(() -> new ApiException(RequestError.TIMED_OUT))
                .emitOn(command -> Fetchers.on(current, command)) // the deadline's timer has a thread of its own
                .onTermination()
                .invoke(() -> operation.end().onComplete(ended -> lease.close()))
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
                                        "pg=" + operation.statistics().messages() + " redis=" + Redis.sent(current))
                                : Map.of()));
    }

    /** Told of an event, a subscription gives a stream of one answer. */
    private static Uni<ExecutionResult> first(ExecutionResult result) {
        return result.getData() instanceof Publisher<?> answers
                ? Multi.createFrom()
                        .publisher(AdaptersToFlow.publisher(answers))
                        .toUni()
                        .map(ExecutionResult.class::cast)
                : Uni.createFrom().item(result);
    }

    private Optional<ExecutionResult> refusal(Engine engine, PreparedDocument document, Run run) {
        Ingress ingress = run.ingress();
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
                return unsound(engine, document, run);
            }
        }
        throw new AssertionError(document.kind());
    }

    private static Optional<ExecutionResult> unsound(Engine engine, PreparedDocument document, Run run) {
        Ingress ingress = run.ingress();
        Parameters parameters = run.parameters();
        Optional<OperationDefinition> operation =
                GraphqlEndpoint.operation(document.entry().getDocument(), parameters.operationName());
        if (operation.isEmpty()) {
            return Optional.of(error(engine, new ApiException(RequestError.REQUEST_MALFORMED), ingress));
        }
        Operation asked = operation.get().getOperation();
        if (run.kind() == Kind.READING && asked != Operation.QUERY) {
            throw new ApiException(RequestError.METHOD_NOT_ALLOWED);
        }
        if ((run.kind() == Kind.SUBSCRIPTION) != (asked == Operation.SUBSCRIPTION)) {
            return Optional.of(error(engine, new ApiException(RequestError.REQUEST_MALFORMED), ingress));
        }
        return engine.excess(document.entry().getDocument(), operation.get(), parameters.variables())
                .map(excess -> excess(engine, excess, ingress));
    }

    /**
     * Whether a county's data will be changed, so that the actor is looked up in the transaction of the first change. Not so on the
     * platform's host, where a change may take longer than a transaction may be idle.
     */
    private static boolean writes(PreparedDocument document, Run run) {
        return run.visitor().tenant() != null
                && GraphqlEndpoint.operation(
                                document.entry().getDocument(), run.parameters().operationName())
                        .filter(asked -> asked.getOperation() == Operation.MUTATION)
                        .isPresent();
    }

    private static ExecutionResult excess(Engine engine, Limits.Excess excess, Ingress ingress) {
        return error(
                engine,
                new ApiException(
                        RequestError.DOCUMENT_TOO_LARGE, Map.of("limit", excess.limit(), "allowed", excess.allowed())),
                ingress);
    }

    private static ExecutionResult error(Engine engine, ApiException error, Ingress ingress) {
        return new ExecutionResultImpl(TypedError.of(engine, error, ingress.locale(), ingress.requestId()));
    }

    /** What graphql-java itself found wrong (a variable's value, a null where none may be) gets a type as well. */
    static ExecutionResult render(Engine engine, ExecutionResult result, Ingress ingress) {
        List<GraphQLError> errors = result.getErrors();
        if (errors.stream().allMatch(TypedError.class::isInstance)) {
            return result;
        }
        return result.transform(builder -> builder.errors(errors.stream()
                .map(error -> error instanceof TypedError
                        ? error
                        : typed(engine, error, RequestError.DOCUMENT_INVALID, ingress))
                .toList()));
    }

    private static GraphQLError typed(Engine engine, GraphQLError error, RequestError code, Ingress ingress) {
        ApiException typed = new ApiException(code, Map.of("detail", error.getMessage()));
        return TypedError.of(engine, typed, ingress.locale(), ingress.requestId())
                .at(error);
    }
}
