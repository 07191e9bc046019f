package io.lianhu.server.graphql;

import io.lianhu.server.tenant.Tenant;
import org.jspecify.annotations.Nullable;

/** Where the endpoint finds the schema to run a request on. */
public interface Engines {

    /**
     * The engine of the county's plugin set, or, without a county, of the platform's own host. What it is made of stays loaded until
     * the lease is given back.
     */
    Lease acquire(@Nullable Tenant tenant);

    /** Holds an engine in place. */
    interface Lease extends AutoCloseable {
        Engine engine();

        /** Gives the engine back; the second time does nothing. */
        @Override
        void close();
    }
}
