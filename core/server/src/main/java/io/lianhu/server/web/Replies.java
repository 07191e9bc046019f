package io.lianhu.server.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.sdk.ApiException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** Writes answers; nothing is written to a client that went away. */
@Singleton
public class Replies {

    private final ErrorTexts texts;
    private final ObjectMapper json;

    Replies(ErrorTexts texts, ObjectMapper json) {
        this.texts = texts;
        this.json = json;
    }

    /** Answers with JSON of the media type. */
    public void send(RoutingContext context, int status, String type, Object body) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        try {
            context.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", type + "; charset=utf-8")
                    .putHeader("X-Request-Id", Ingress.of(context).requestId())
                    .end(Buffer.buffer(json.writeValueAsBytes(body)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Answers with one typed error, in the form that GraphQL's have. */
    public void refuse(RoutingContext context, String type, Throwable failure) {
        Ingress ingress = Ingress.of(context);
        ApiException error = Failures.translate(failure, ingress.requestId());
        int status = Failures.status(error);
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        switch (status) {
            case 401 -> context.response().putHeader("WWW-Authenticate", "Bearer");
            case 405 -> context.response().putHeader("Allow", "GET, POST");
            case 429 ->
                context.response()
                        .putHeader("Retry-After", String.valueOf(error.params().get("retryAfterSeconds")));
            default -> {}
        }
        send(
                context,
                status,
                type,
                Map.of(
                        "errors",
                        List.of(Failures.rendered(error, texts.text(error, ingress.locale()), ingress.requestId()))));
    }
}
