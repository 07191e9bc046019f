package io.lianhu.server.audit;

import io.lianhu.sdk.Actor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.stream.Collectors;

/**
 * Where what is audited comes from.
 *
 * @param subject the actor's; empty for the platform itself, as in the handling of an event
 * @param roles those that the actor holds, in order, with commas
 * @param client the address that the request came from
 */
public record AuditOrigin(String subject, String roles, String requestId, String client) {

    private static final AuditOrigin PLATFORM = new AuditOrigin("", "PLATFORM", "", "");

    /** An actor's request. */
    public static AuditOrigin of(Actor actor, String requestId, String client) {
        return new AuditOrigin(
                actor.subject(),
                actor.posts().stream()
                        .map(post -> post.role().name())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(",")),
                requestId,
                client);
    }

    /** Makes this the origin of what is done on the context, which must be the request's own. */
    public void bind(Context context) {
        context.putLocal(AuditOrigin.class, this);
    }

    /** Makes an actor's request that came by another way than GraphQL the origin of what is done in the running operation. */
    public static void bind(Actor actor, String requestId, String client) {
        of(actor, requestId, client).bind(Vertx.currentContext());
    }

    static AuditOrigin current() {
        AuditOrigin bound = Vertx.currentContext().getLocal(AuditOrigin.class);
        return bound == null ? PLATFORM : bound;
    }
}
