package io.lianhu.server.event;

import io.lianhu.sdk.EventHandler;
import io.lianhu.server.tenant.Tenant;
import java.util.List;
import java.util.Set;

/** Who wants to be told of what, in a county. */
public interface Subscribers {

    /** The handlers of the core and of the county's plugins; the plugins' versions stay loaded until the lease is given back. */
    Lease subscribers(Tenant tenant);

    /** The names of all handlers that run here, in whatever county. */
    Set<String> running();

    /**
     * The names of the handlers that are to be told of events of a type in the county, those of versions included that other replicas
     * run and this one cannot.
     *
     * @param type the class name of the event
     */
    Set<String> names(Tenant tenant, String type);

    /** Holds handlers in place. */
    interface Lease extends AutoCloseable {
        List<Subscriber> all();

        @Override
        void close();
    }

    /**
     * One handler.
     *
     * @param name unique on the platform, and kept across versions
     */
    record Subscriber(String name, EventHandler<?> handler, EventCodec codec) {}
}
