package io.lianhu.server.web;

import io.lianhu.sdk.ApiException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests, as far as they may be long. */
public final class Bodies {

    /** 20 MB over a village's network; who takes longer holds a place that others wait for. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long MOST_DISCARDED = 64 * 1024 * 1024;

    private Bodies() {}

    /** Fails with {@code REQUEST_TOO_LARGE} as soon as the body, or what it says of its length, is beyond the limit; with {@code TIMED_OUT} after two minutes. */
    public static Uni<Buffer> read(HttpServerRequest request, int maxBytes) {
        return Uni.createFrom().emitter(emitter -> {
            Buffer body = Buffer.buffer();
            if (length(request.getHeader("Content-Length")) > maxBytes) {
                discard(request);
                emitter.fail(tooLarge(maxBytes));
                request.resume();
                return;
            }
            request.handler(part -> {
                if (body.length() + part.length() > maxBytes) {
                    discard(request);
                    emitter.fail(tooLarge(maxBytes));
                } else {
                    body.appendBuffer(part);
                }
            });
            Vertx vertx = Vertx.currentContext().owner();
            long timer = vertx.setTimer(PATIENCE.toMillis(), late -> {
                discard(request);
                emitter.fail(new ApiException(RequestError.TIMED_OUT));
            });
            emitter.onTermination(() -> vertx.cancelTimer(timer));
            request.exceptionHandler(cutOff -> emitter.fail(new ApiException(RequestError.REQUEST_MALFORMED)));
            request.endHandler(done -> emitter.complete(body));
            request.resume(); // Quarkus pauses what no handler of its own reads
        });
    }

    /**
     * Reads on and forgets: a connection that is closed upon unread bytes takes the answer with it. What never ends is cut off all the
     * same. The request is to be resumed, if nobody has.
     */
    public static void discard(HttpServerRequest request) {
        AtomicLong discarded = new AtomicLong();
        request.handler(part -> {
            if (discarded.addAndGet(part.length()) > MOST_DISCARDED) {
                request.connection().close();
            }
        });
    }

    private static long length(@Nullable String header) {
        try {
            return header == null ? 0 : Long.parseLong(header);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    private static ApiException tooLarge(int maxBytes) {
        return new ApiException(RequestError.REQUEST_TOO_LARGE, Map.of("maxBytes", maxBytes));
    }
}
