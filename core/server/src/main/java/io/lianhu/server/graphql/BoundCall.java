package io.lianhu.server.graphql;

import com.fasterxml.jackson.databind.ObjectMapper;
import graphql.schema.DataFetchingEnvironment;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.PageRequest;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call of a resolver, over graphql-java's environment; or, for a loader, over the request alone. */
final class BoundCall implements Call {

    private final GraphqlRequest request;
    private final ObjectMapper mapper;
    private final Map<String, Object> arguments;
    private final @Nullable Object source;

    private BoundCall(
            GraphqlRequest request, ObjectMapper mapper, Map<String, Object> arguments, @Nullable Object source) {
        arguments.forEach(BoundCall::requireStorable);
        this.request = request;
        this.mapper = mapper;
        this.arguments = arguments;
        this.source = source;
    }

    /** PostgreSQL keeps every text of whole characters, but for the character 0. */
    private static void requireStorable(String field, @Nullable Object value) {
        if (value instanceof String text && text.codePoints().anyMatch(BoundCall::isUnstorable)) {
            throw ApiException.invalid(field);
        }
        if (value instanceof Map<?, ?> fields) {
            fields.forEach((name, inner) -> requireStorable(name.toString(), inner));
        } else if (value instanceof Collection<?> many) {
            many.forEach(one -> requireStorable(field, one));
        }
    }

    /** The character 0, and half of a surrogate pair. */
    private static boolean isUnstorable(int character) {
        return character == 0 || character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    static BoundCall of(DataFetchingEnvironment environment, ObjectMapper mapper) {
        return new BoundCall(
                environment.getGraphQlContext().get(GraphqlRequest.class),
                mapper,
                environment.getArguments(),
                environment.getSource());
    }

    static BoundCall of(GraphqlRequest request, ObjectMapper mapper, Map<String, Object> arguments) {
        return new BoundCall(request, mapper, arguments, null);
    }

    GraphqlRequest request() {
        return request;
    }

    Map<String, Object> arguments() {
        return arguments;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"
    }) // root fields have no source and do not ask for one
    public <S> S source() {
        return (S) source;
    }

    @Override
    public <T> Optional<T> argument(String name, Class<T> type) {
        Object value = arguments.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(mapper.convertValue(value, type));
        } catch (IllegalArgumentException mismatch) {
            if (mismatch.getCause() != null && mismatch.getCause().getCause() instanceof ApiException told) {
                throw told;
            }
            throw ApiException.invalid(name);
        }
    }

    @Override
    public PageRequest page() {
        return new PageRequest(
                required("first", Integer.class),
                argument("after", String.class).map(Connection::position));
    }

    @Override
    public Actor actor() {
        return request.actor();
    }

    @Override
    public Locale locale() {
        return request.locale();
    }
}
