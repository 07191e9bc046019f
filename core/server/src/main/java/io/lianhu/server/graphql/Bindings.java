package io.lianhu.server.graphql;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.feature.CoreFeature;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The resolvers of one contribution: those of the roots by field, the others by {@code Type.field}. */
final class Bindings implements GraphqlModule {

    final Map<String, Resolver<?>> queries = new LinkedHashMap<>();
    final Map<String, Resolver<?>> resolvers = new LinkedHashMap<>();
    final Map<String, MutationResolver> mutations = new LinkedHashMap<>();
    final Map<String, BatchResolver<?, ?>> batches = new LinkedHashMap<>();
    final Map<String, NodeLoader<?>> nodes = new LinkedHashMap<>();
    final Map<String, CoreFeature.Subscription> subscriptions = new LinkedHashMap<>();

    /** Binds arguments to the contribution's own classes, and is forgotten with them. */
    final ObjectMapper mapper = mapper();

    private final @Nullable Fuse fuse;

    Bindings(@Nullable Fuse fuse) {
        this.fuse = fuse;
    }

    /** Makes a call of the contribution's; a plugin's within bounds. */
    <T> Uni<T> call(Supplier<? extends Uni<? extends T>> call) {
        return fuse == null ? Uni.createFrom().deferred(() -> call.get()) : fuse.guard(call);
    }

    private static ObjectMapper mapper() {
        SimpleModule ids = new SimpleModule();
        ids.addDeserializer(GlobalId.class, new StdDeserializer<>(GlobalId.class) {
            @Override
            public GlobalId deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return GlobalId.decode(parser.getText()).orElseThrow(() -> ApiException.notFound("Node"));
            }
        });
        return JsonMapper.builder()
                // Jackson's common cache of types would hold on to the classes of plugins that are gone
                .typeFactory(TypeFactory.defaultInstance().withCache(new LRUMap<>(16, 200)))
                .addModules(new JavaTimeModule(), new Jdk8Module(), ids)
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
                .build();
    }

    @Override
    public <T> GraphqlModule query(String field, Resolver<T> resolver) {
        once(queries.put(field, resolver), "Query." + field);
        return this;
    }

    @Override
    public GraphqlModule mutation(String field, MutationResolver resolver) {
        once(mutations.put(field, resolver), "Mutation." + field);
        return this;
    }

    @Override
    public <T> GraphqlModule field(String type, String field, Resolver<T> resolver) {
        once(resolvers.put(type + "." + field, resolver), type + "." + field);
        return this;
    }

    @Override
    public <S, T> GraphqlModule batch(String type, String field, BatchResolver<S, T> resolver) {
        once(batches.put(type + "." + field, resolver), type + "." + field);
        return this;
    }

    @Override
    public <T> GraphqlModule node(String type, NodeLoader<T> loader) {
        once(nodes.put(type, loader), type);
        return this;
    }

    /** A root field of {@code Subscription}; for the core only, until plugins need it. */
    void subscription(String field, CoreFeature.Subscription resolver) {
        once(subscriptions.put(field, resolver), "Subscription." + field);
    }

    private static void once(@Nullable Object before, String name) {
        if (before != null) {
            throw new IllegalArgumentException(name + " is bound twice");
        }
    }
}
