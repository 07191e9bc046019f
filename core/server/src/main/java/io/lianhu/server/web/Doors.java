package io.lianhu.server.web;

import io.lianhu.sdk.ApiException;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the server takes requests, and how many it has taken and not answered yet. Until it is up, and once it is about to end, they
 * are refused as {@code UNAVAILABLE}; health and metrics are always served. A WebSocket is not counted: it may last for ever.
 */
@Singleton
public class Doors {

    /** Told when the server is about to end: whoever has sockets open asks their clients to go elsewhere. */
    public record Closing() {}

    private final Replies replies;
    private final Event<Closing> closings;
    private final CompletableFuture<Void> empty = new CompletableFuture<>();

    /** Requests under way, and one more while the doors are open; at zero nobody enters. */
    private final AtomicInteger inside = new AtomicInteger();

    private volatile boolean closing;

    Doors(Replies replies, Event<Closing> closings) {
        this.replies = replies;
        this.closings = closings;
    }

    void route(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 1).handler(this::receive);
    }

    /** Lets requests in; to be called once, when everything stands that they need. */
    public void open() {
        inside.set(1);
    }

    /**
     * Lets nobody in any more once all who are inside have gone. Until then there may be some who do not know yet that this server is
     * about to end: they are served, and asked not to come again on the same connection.
     *
     * @return completed when nobody is inside
     */
    public CompletionStage<Void> close() {
        closing = true;
        closings.fire(new Closing());
        if (inside.get() > 0) {
            leave();
        } else {
            empty.complete(null);
        }
        return empty;
    }

    /** How many requests are under way. */
    public int inside() {
        return Math.max(0, inside.get() - (closing ? 0 : 1));
    }

    private void receive(RoutingContext context) {
        if (context.request().path().startsWith("/q/")) {
            context.next();
            return;
        }
        context.addHeadersEndHandler(answered -> sayGoodbye(context));
        if ("websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"))) {
            if (closing || inside.get() == 0) {
                refuse(context);
            } else {
                context.next();
            }
        } else if (enter()) {
            context.addEndHandler(ended -> leave());
            context.next();
        } else {
            refuse(context);
        }
    }

    private void sayGoodbye(RoutingContext context) {
        if (closing && context.request().version() == HttpVersion.HTTP_1_1) {
            context.response().putHeader("Connection", "close");
        }
    }

    private void refuse(RoutingContext context) {
        replies.refuse(context, "application/json", new ApiException(RequestError.UNAVAILABLE));
        context.request().resume(); // a body that is not read would take the answer with it
    }

    private boolean enter() {
        for (int now = inside.get(); now > 0; now = inside.get()) {
            if (inside.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    private void leave() {
        if (inside.decrementAndGet() == 0) {
            empty.complete(null);
        }
    }
}
