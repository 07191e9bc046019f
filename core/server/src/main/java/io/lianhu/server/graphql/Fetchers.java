package io.lianhu.server.graphql;

import graphql.execution.DataFetcherResult;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLNamedType;
import graphql.schema.PropertyDataFetcher;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.persistence.Operation;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.jspecify.annotations.Nullable;

/**
 * How fields are fetched. Everything runs on the request's Vert.x context: what a resolver completes elsewhere is brought back to it
 * before graphql-java goes on.
 */
final class Fetchers {

    private final Map<String, SchemaComposer.NodeBinding> nodes;

    Fetchers(Map<String, SchemaComposer.NodeBinding> nodes) {
        this.nodes = nodes;
    }

    /** What a mutation's payload is made of: the id of what was changed. */
    record Changed(UUID id) {}

    /** Lets only those pass who hold the permission; where they hold it is for the resolver to check. */
    DataFetcher<?> guarded(String permission, DataFetcher<?> fetcher) {
        return environment -> {
            GraphqlRequest request = request(environment);
            if (request.person().isEmpty()) {
                throw new ApiException(IdentityError.UNAUTHENTICATED);
            }
            if (!permission.equals(Engine.PERSON) && !request.actor().may(permission)) {
                throw ApiException.forbidden(permission);
            }
            return fetcher.get(environment);
        };
    }

    /** Lets nothing out that the actor may not read clear. */
    DataFetcher<?> masked(Masking masking, DataFetcher<?> fetcher) {
        return environment ->
                masking.mask(request(environment).actor(), environment.getSource(), fetcher.get(environment));
    }

    DataFetcher<?> property(String name) {
        return PropertyDataFetcher.fetching(name);
    }

    DataFetcher<?> globalId(String type) {
        DataFetcher<?> id = PropertyDataFetcher.fetching("id");
        return environment -> new GlobalId(type, (UUID) id.get(environment)).encode();
    }

    DataFetcher<?> resolver(GraphqlModule.Resolver<?> resolver, Bindings bindings) {
        return environment -> future(
                request(environment),
                () -> bindings.<Object>call(() -> resolver.resolve(BoundCall.of(environment, bindings.mapper))));
    }

    /** What a field is called in the audit trail: a mutation by its name, any other as Type.field. */
    static String action(DataFetchingEnvironment environment) {
        String field = environment.getFieldDefinition().getName();
        String type = ((GraphQLNamedType) environment.getParentType()).getName();
        return type.equals("Mutation") ? field : type + "." + field;
    }

    /**
     * A mutation, with its row in the audit trail in the same transaction.
     *
     * @param changed the type of what it changes, whose id it tells
     */
    DataFetcher<?> mutation(String field, String changed, GraphqlModule.MutationResolver resolver, Bindings bindings) {
        return environment -> {
            BoundCall call = BoundCall.of(environment, bindings.mapper);
            Map<String, Object> input = required(environment.<Map<String, Object>>getArgument("input"));
            return future(request(environment), () -> {
                Operation operation = Operation.current();
                return operation
                        .write(() -> Idempotency.run(call.actor().subject(), field, input, () -> bindings.call(
                                        () -> resolver.perform(call))
                                .onFailure(Fuse::timedOut)
                                // what still runs must not write into the transaction of the next field
                                .invoke(() -> operation.cancel("the plugin took too long"))
                                .call(id ->
                                        call.request().trail().write(AuditEntry.done(field, changed, List.of(id))))))
                        .invoke(() -> environment
                                .getDataLoaderRegistry()
                                .getDataLoaders()
                                .forEach(DataLoader::clearAll)) // what was read for the field before may be stale now
                        .map(Changed::new);
            });
        };
    }

    /** A subscription only says what it listens to when it begins; told of an event, it loads what the event is about. */
    DataFetcher<?> subscription(CoreFeature.Subscription resolver, String type, Bindings bindings) {
        return environment -> {
            GraphqlRequest request = request(environment);
            UUID happened = request.happened();
            if (happened == null) {
                return future(request, () -> resolver.listen(BoundCall.of(environment, bindings.mapper))
                        .invoke(request.listening()::complete)
                        .map(ignored -> Multi.createFrom().<Object>empty()));
            }
            return future(request, () -> load(request, type, Set.of(happened))
                    .map(found -> Optional.<Object>ofNullable(found.get(happened))
                            .orElseThrow(() -> ApiException.notFound(type)))
                    .map(found -> Multi.createFrom().item(found)));
        };
    }

    /** A field of a node type: the object itself where the source has it, else the one of the id that the source has. */
    DataFetcher<?> reference(String field, String type) {
        DataFetcher<?> object = PropertyDataFetcher.fetching(field);
        DataFetcher<?> id = PropertyDataFetcher.fetching(field + "Id");
        return environment -> {
            if (environment.getSource() instanceof Changed changed) {
                return node(environment, type, changed.id());
            }
            Object direct = object.get(environment);
            if (direct != null && !(direct instanceof UUID)) {
                return direct;
            }
            Object reference = direct != null ? direct : id.get(environment);
            return reference == null ? null : node(environment, type, (UUID) reference);
        };
    }

    /** The resolver of {@code Query.node}. */
    DataFetcher<?> anyNode() {
        return environment -> {
            Optional<GlobalId> id = GlobalId.decode(required(environment.<String>getArgument("id")))
                    .filter(known -> nodes.containsKey(known.type()));
            if (id.isEmpty()) {
                return null;
            }
            return node(environment, id.get().type(), id.get().uuid())
                    .thenApply(found -> found == null
                            ? null
                            : DataFetcherResult.newResult()
                                    .data(found)
                                    .localContext(id.get().type())
                                    .build());
        };
    }

    private CompletableFuture<@Nullable Object> node(DataFetchingEnvironment environment, String type, UUID id) {
        GraphqlRequest request = request(environment);
        String name = "node " + type;
        environment
                .getDataLoaderRegistry()
                .computeIfAbsent(
                        name,
                        missing -> DataLoaderFactory.newMappedDataLoader(
                                (Set<UUID> ids) -> future(request, () -> load(request, type, ids))));
        return required(environment.<UUID, Object>getDataLoader(name)).load(id);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only types with a loader are asked for
    private Uni<Map<UUID, Object>> load(GraphqlRequest request, String type, Set<UUID> ids) {
        SchemaComposer.NodeBinding binding = nodes.get(type);
        GraphqlModule.NodeLoader<Object> loader = (GraphqlModule.NodeLoader<Object>) binding.loader();
        return binding.bindings()
                .call(() -> loader.load(ids, BoundCall.of(request, binding.bindings().mapper, Map.of())));
    }

    @SuppressWarnings("unchecked") // the resolver's author says of which type the field's sources are
    <S, T> DataFetcher<?> batch(String full, GraphqlModule.BatchResolver<S, T> resolver, Bindings bindings) {
        return environment -> {
            GraphqlRequest request = request(environment);
            Map<String, Object> arguments = environment.getArguments();
            String name = full + " " + arguments;
            environment
                    .getDataLoaderRegistry()
                    .computeIfAbsent(
                            name,
                            missing -> DataLoaderFactory.newMappedDataLoader((Set<S> sources) -> future(
                                    request,
                                    () -> bindings.call(() -> resolver.resolve(
                                            new ArrayList<>(sources),
                                            BoundCall.of(request, bindings.mapper, arguments))))));
            return required(environment.<S, T>getDataLoader(name)).load(required((S) environment.getSource()));
        };
    }

    /** What the schema, or the line before, makes certain. */
    private static <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    private static GraphqlRequest request(DataFetchingEnvironment environment) {
        return environment.getGraphQlContext().get(GraphqlRequest.class);
    }

    /** Runs the command on the context: at once, if that is where we are. */
    static void on(Context context, Runnable command) {
        if (Vertx.currentContext() == context) {
            command.run();
        } else {
            context.runOnContext(ignored -> command.run());
        }
    }

    private static <T> CompletableFuture<T> future(GraphqlRequest request, Supplier<Uni<T>> work) {
        Executor context = command -> on(request.context(), command);
        CompletableFuture<T> future = new CompletableFuture<>();
        context.execute(() -> Uni.createFrom()
                .deferred(() -> work.get())
                .emitOn(context)
                .subscribe()
                .with(future::complete, future::completeExceptionally));
        return future;
    }
}
