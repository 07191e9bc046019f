package io.lianhu.server.event;

import io.lianhu.sdk.Event;
import io.lianhu.sdk.Events;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.TenantRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * Writes events, and a delivery for each handler there is, in the running transaction: one statement. A plugin that is enabled later
 * is not told of what happened before.
 */
@Singleton
class Outbox implements Events {

    private static final String PUBLISH =
            "with happened as (insert into lianhu_core.event (id, type, aggregate, payload) values ($1, $2, $3, $4)"
                    + " returning id, aggregate, position)"
                    + " insert into lianhu_core.event_delivery (event_id, position, aggregate, handler)"
                    + " select id, position, aggregate, unnest($5::text[]) from happened";

    /** Kept with an event's class, and gone with it: a codec remembers what it has written, and would keep a plugin's classes. */
    private static final ClassValue<EventCodec> CODECS = new ClassValue<>() {
        @Override
        protected EventCodec computeValue(Class<?> type) {
            return new EventCodec();
        }
    };

    private final Provider<Subscribers> subscribers;
    private final TenantRegistry tenants;
    private final Provider<Relay> relay;

    Outbox(Provider<Subscribers> subscribers, TenantRegistry tenants, Provider<Relay> relay) {
        this.subscribers = subscribers;
        this.tenants = tenants;
        this.relay = relay;
    }

    @Override
    public Uni<Void> publish(Event event) {
        return Uni.createFrom().deferred(() -> {
            Operation operation = Operation.current();
            String[] handlers = handlers(operation.tenant(), event.getClass().getName());
            if (handlers.length > 0) {
                operation.afterCommit(() -> relay.get().wake());
            }
            UUID id = Ids.next();
            return Statements.CORE
                    .run(
                            PUBLISH,
                            id,
                            event.getClass().getName(),
                            event.aggregate(),
                            new JsonObject(CODECS.get(event.getClass()).write(event)),
                            handlers)
                    .replaceWithVoid();
        });
    }

    private String[] handlers(String tenant, String type) {
        return tenants.byCode(tenant)
                .map(known -> subscribers.get().names(known, type).toArray(String[]::new))
                .orElseGet(() -> new String[0]);
    }
}
