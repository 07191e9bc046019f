package io.lianhu.server.graphql;

import graphql.ErrorClassification;
import graphql.GraphQLError;
import graphql.execution.ResultPath;
import graphql.language.SourceLocation;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.web.Failures;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One error as clients see it: our extensions without graphql-java's classification, and places only where there are some. */
final class TypedError implements GraphQLError {

    private static final long serialVersionUID = 1L;

    private final String message;

    @SuppressWarnings("serial") // never serialised
    private final @Nullable List<SourceLocation> locations;

    @SuppressWarnings("serial")
    private final @Nullable List<Object> path;

    @SuppressWarnings("serial")
    private final Map<String, Object> extensions;

    private TypedError(
            String message,
            @Nullable List<SourceLocation> locations,
            @Nullable List<Object> path,
            Map<String, Object> extensions) {
        this.message = message;
        this.locations = locations;
        this.path = path;
        this.extensions = extensions;
    }

    /** Of a request as a whole. */
    static TypedError of(Engine engine, ApiException error, Locale locale, String requestId) {
        return new TypedError(
                ErrorRenderer.text(engine, error, locale), null, null, Failures.extensions(error, requestId));
    }

    /** The same, of a field. */
    TypedError at(SourceLocation location, ResultPath field) {
        return new TypedError(message, List.of(location), field.toList(), extensions);
    }

    /** The same, at the places of another error. */
    TypedError at(GraphQLError other) {
        List<SourceLocation> known = other.getLocations();
        return new TypedError(message, known == null || known.isEmpty() ? null : known, other.getPath(), extensions);
    }

    @Override
    public String getMessage() {
        return message;
    }

    @Override
    public @Nullable List<SourceLocation> getLocations() {
        return locations;
    }

    @Override
    public @Nullable ErrorClassification getErrorType() {
        return null;
    }

    @Override
    public @Nullable List<Object> getPath() {
        return path;
    }

    @Override
    public Map<String, Object> getExtensions() {
        return extensions;
    }
}
