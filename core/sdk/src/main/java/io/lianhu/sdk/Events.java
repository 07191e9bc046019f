package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;

/** The way out for what has happened. */
public interface Events {

    /**
     * Records the event in the running transaction: handlers see it if, and only if, that is committed. Fails outside a transaction.
     */
    Uni<Void> publish(Event event);
}
