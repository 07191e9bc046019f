package io.lianhu.server.feature;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What one feature of the core adds to the schema of the counties, or of the platform's own host. */
public interface CoreFeature {

    /** On which hosts the feature is served. */
    enum Side {
        COUNTY,
        PLATFORM
    }

    default Side side() {
        return Side.COUNTY;
    }

    /** The SDL file under {@code schema/}, without its ending. */
    String schema();

    /** Binds the resolvers of that file's fields. */
    void bind(GraphqlModule module);

    /** The feature's entities. */
    default List<Class<?>> entities() {
        return List.of();
    }

    /** The columns of the feature's tables that hold envelopes. */
    default List<SealedColumn> sealedColumns() {
        return List.of();
    }

    default List<Permission> permissions() {
        return List.of();
    }

    /**
     * What the feature does on events in any county. A handler is told of events published by replicas that know it: of what happened
     * before it came, and while older replicas run beside it, it finds out by itself.
     */
    default List<EventHandler<?>> eventHandlers() {
        return List.of();
    }

    /** What the fields of {@code Subscription} listen to, by field. */
    default Map<String, Subscription> subscriptions() {
        return Map.of();
    }

    /** A subscription field: its messages are ids of the field's node type. */
    @FunctionalInterface
    interface Subscription {
        /** Fails where the caller may not listen. */
        Uni<Multi<UUID>> listen(Call call);
    }
}
