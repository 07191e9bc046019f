package io.lianhu.server.graphql;

import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.web.Failures;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Turns whatever was thrown into one typed error, in the caller's language, with the request's id and nothing of our insides. */
final class ErrorRenderer implements DataFetcherExceptionHandler {

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters parameters) {
        GraphqlRequest request =
                parameters.getDataFetchingEnvironment().getGraphQlContext().get(GraphqlRequest.class);
        ApiException error = Failures.translate(parameters.getException(), request.requestId());
        GraphQLError rendered = TypedError.of(request.engine(), error, request.locale(), request.requestId())
                .at(parameters.getSourceLocation(), parameters.getPath());
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(rendered).build());
    }

    static String text(Engine engine, ApiException error, Locale locale) {
        return engine.text("error." + error.code().name(), locale, error.params())
                .orElseGet(() -> error.code().name());
    }
}
