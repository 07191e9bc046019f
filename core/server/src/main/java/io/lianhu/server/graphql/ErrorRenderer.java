package io.lianhu.server.graphql;

import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.schema.DataFetchingEnvironment;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorType;
import io.lianhu.server.web.Failures;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Turns whatever was thrown into one typed error, in the caller's language, with the request's id and nothing of our insides. */
final class ErrorRenderer implements DataFetcherExceptionHandler {

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters parameters) {
        GraphqlRequest request =
                parameters.getDataFetchingEnvironment().getGraphQlContext().get(GraphqlRequest.class);
        ApiException error = Failures.translate(parameters.getException(), request.requestId());
        if (error.code().type() == ErrorType.FORBIDDEN) {
            DataFetchingEnvironment environment = parameters.getDataFetchingEnvironment();
            request.refused(Fetchers.action(environment), environment.getArguments());
        }
        GraphQLError rendered = TypedError.of(request.engine(), error, request.locale(), request.requestId())
                .at(parameters.getSourceLocation(), parameters.getPath());
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(rendered).build());
    }

    static String text(Engine engine, ApiException error, Locale locale) {
        Map<String, Object> params = new HashMap<>();
        error.params().forEach((name, value) -> params.put(name, named(engine, name, value, locale)));
        return engine.text("error." + error.code().name(), locale, params)
                .orElseGet(() -> error.code().name());
    }

    /** Constants and fields go by the names that people know them by, where the messages have one. */
    private static Object named(Engine engine, String param, Object value, Locale locale) {
        String key = value instanceof Enum<?> constant
                ? "enum." + constant.getDeclaringClass().getSimpleName() + "." + constant.name()
                : param + "." + value;
        return engine.text(key, locale, Map.of()).<Object>map(text -> text).orElse(value);
    }
}
