package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.UUID;

/**
 * What a plugin does when something has happened. Handling is one transaction of the event's county together with the record that it
 * was handled, so that its effect on the database happens exactly once, in order for each aggregate. A failure is tried again with
 * growing pauses, then shown as a dead letter that holds back only this handler and this aggregate.
 *
 * @param name unique in the plugin and never changed: deliveries are remembered by it
 */
public record EventHandler<E extends Event>(String name, Class<E> type, Handling<E> handling) {

    /** The handling itself. */
    @FunctionalInterface
    public interface Handling<E extends Event> {
        Uni<Void> handle(Delivery<E> delivery);
    }

    /**
     * One event on its way.
     *
     * @param id the same each time this event is tried
     * @param occurredAt when the transaction that published it began
     */
    public record Delivery<E extends Event>(UUID id, E event, Instant occurredAt) {}
}
