package io.lianhu.server.post;

import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes posts and stand-ins whose term is over, and hands over what is open. They allow nothing from the moment that their term is over;
 * this only sees to the work. Several replicas may do it at once: each closes what no other has locked, and what is closed is closed.
 */
@Singleton
class TermsSweep implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(TermsSweep.class);

    private static final int BATCH = 200;

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Terms terms;
    private final Counter failed;
    private final Duration every;

    TermsSweep(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Terms terms,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.post.sweep-every", defaultValue = "30s") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.terms = terms;
        this.failed = meters.counter("lianhu.post.sweep.failed");
        this.every = every;
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> LOG.warn("Terms that are over could not be looked for: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> run() {
        String[] active = tenants.all().stream()
                .filter(tenant -> tenant.state() == TenantState.ACTIVE)
                .map(tenant -> tenant.code())
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "(select tenant_id, id, until, true as stand_in from lianhu_core.stand_in"
                                        + " where not closed and until <= now() and tenant_id = any ($1) order by until limit "
                                        + BATCH
                                        + ") union all (select tenant_id, id, until, false from lianhu_core.post"
                                        + " where not closed and until <= now() and tenant_id = any ($1) order by until limit "
                                        + BATCH + ")",
                                (Object) active))
                .chain(rows -> Multi.createFrom()
                        .iterable(rows)
                        .onItem()
                        .transformToUniAndConcatenate(this::close)
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    /** In a transaction of its own, so that one that fails keeps no other from ending. */
    private Uni<Boolean> close(Row due) {
        String tenant = due.getString("tenant_id");
        return operations
                .write(tenant, () -> claim(due)
                        .chain(claimed ->
                                claimed.rowCount() == 0 ? Uni.createFrom().item(false) : end(due).replaceWith(true)))
                .onFailure()
                .invoke(failure -> {
                    failed.increment();
                    LOG.warn("A term that is over in {} was not closed", tenant, failure);
                })
                .onFailure()
                .recoverWithItem(false);
    }

    /** Still due, and in no other replica's hands. A stand-in is ended under its post's lock, as everything that concerns the post. */
    private static Uni<RowSet<Row>> claim(Row due) {
        return Statements.CORE.run(
                due.getBoolean("stand_in")
                        ? "select p.id from lianhu_core.stand_in s join lianhu_core.post p on p.tenant_id = s.tenant_id"
                                + " and p.id = s.post_id where s.id = $1 and not s.closed and s.until <= now() for update of p skip locked"
                        : "select id from lianhu_core.post where id = $1 and not closed and until <= now() for update skip locked",
                due.getUUID("id"));
    }

    private Uni<?> end(Row due) {
        return due.getBoolean("stand_in")
                ? terms.endStandIn(due.getUUID("id"), post -> {}, Terms.NOBODY)
                : terms.end(due.getUUID("id"), post -> {}, Terms.NOBODY);
    }
}
