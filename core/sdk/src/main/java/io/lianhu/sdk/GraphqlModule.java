package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where a plugin binds its resolvers to the fields of its SDL. What needs no resolver: a field whose source has a property of that
 * name; {@code id: ID!} of a node type; and a field of a node type whose source has a {@code <field>Id} property, which is loaded by
 * that type's {@link #node} loader, batched.
 */
public interface GraphqlModule {

    /** A root field of {@code Query}. */
    <T> GraphqlModule query(String field, Resolver<T> resolver);

    /**
     * A root field of {@code Mutation}: one transaction. It takes one {@code input} argument and returns a payload type whose field of
     * a node type is loaded, after the commit, by the id that the resolver returns. An {@code idempotencyKey} in the input makes a
     * repetition return the first result without running the resolver again.
     */
    GraphqlModule mutation(String field, MutationResolver resolver);

    /** A field of an object type. Called once per object: use {@link #batch} where it would query. */
    <T> GraphqlModule field(String type, String field, Resolver<T> resolver);

    /** A field of an object type, resolved for all objects of one level of the answer in one call. */
    <S, T> GraphqlModule batch(String type, String field, BatchResolver<S, T> resolver);

    /** How objects of a type that implements {@code Node} are found by id. */
    <T> GraphqlModule node(String type, NodeLoader<T> loader);

    /** Resolves one field; an empty result is {@code null} to the client. */
    @FunctionalInterface
    interface Resolver<T> {
        Uni<T> resolve(Call call);
    }

    /** Carries out a mutation and tells the id of what it made or changed. */
    @FunctionalInterface
    interface MutationResolver {
        Uni<UUID> perform(Call call);
    }

    /** Resolves one field for many sources; a source without an entry in the answer gets {@code null}. */
    @FunctionalInterface
    interface BatchResolver<S, T> {
        Uni<Map<S, T>> resolve(List<S> sources, Call call);
    }

    /**
     * Loads objects by id. It answers only those that the caller may see: one left out is, to the client, one that does not exist.
     */
    @FunctionalInterface
    interface NodeLoader<T> {
        Uni<Map<UUID, T>> load(Set<UUID> ids, Call call);
    }
}
