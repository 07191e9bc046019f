package io.lianhu.server.retention;

import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has had its time, every hour, county by county: photos that no case claimed in 24 hours and files that have no row,
 * idempotency keys of 7 days, events of 30 days that everyone was told of. Several replicas may do it at once.
 */
@Singleton
public class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Photos photos;
    private final Duration every;

    Retention(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Photos photos,
            @ConfigProperty(name = "lianhu.retention.every", defaultValue = "1h") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.photos = photos;
        this.every = every;
    }

    /** Begins; the first time comes after the usual interval. */
    public void start() {
        vertx.setPeriodic(every.toMillis(), timer -> run().subscribe()
                .with(done -> {}, failure -> LOG.warn("Not everything outdated was removed: {}", failure.toString())));
    }

    Uni<Void> run() {
        return Multi.createFrom()
                .iterable(tenants.all())
                .filter(tenant -> tenant.state() == TenantState.ACTIVE)
                .onItem()
                .transformToUniAndConcatenate(this::clean)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> clean(Tenant tenant) {
        return operations
                .write(
                        tenant.code(),
                        () -> Statements.CORE
                                .run(
                                        "delete from lianhu_core.idempotency_key where created_at < now() - interval '7 days'")
                                .chain(
                                        () -> Statements.CORE.run(
                                                "delete from lianhu_core.event e where occurred_at < now() - interval '30 days' and not exists"
                                                        + " (select 1 from lianhu_core.event_delivery d where d.tenant_id = e.tenant_id and d.event_id = e.id)")))
                .chain(() -> operations.write(tenant.code(), photos::removeUnclaimed))
                .chain(() -> operations.read(tenant.code(), photos::removeOrphans));
    }
}
