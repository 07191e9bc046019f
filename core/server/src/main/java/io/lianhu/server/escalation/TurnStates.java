package io.lianhu.server.escalation;

import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes with each case that its time is nearly over, or over: time passes without a step. What is counted and listed by that is as of this
 * look, seconds old. Several replicas may do it at once: a row that another has locked is left to it, and none waits.
 */
@Singleton
class TurnStates implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(TurnStates.class);

    private static final int BATCH = 2_000;

    private static final String COUNTIES =
            "select t.code from unnest($1::text[]) t (code) where exists (select from lianhu_core.case_watch"
                    + " where tenant_id = t.code and turns_at <= now())";

    private static final String TURN = "update lianhu_core.case_watch w set"
            + " state = case when w.due_at < now() then 'OVERDUE' else 'APPROACHING' end,"
            + " turns_at = case when w.due_at < now() then null else w.due_at + interval '1 microsecond' end"
            + " from (select tenant_id, case_id from lianhu_core.case_watch where turns_at <= now() order by turns_at limit "
            + BATCH
            + " for update skip locked) due where w.tenant_id = due.tenant_id and w.case_id = due.case_id";

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Duration every;
    private final Counter failed;

    TurnStates(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.escalation.look-every", defaultValue = "2s") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.every = every;
        this.failed = meters.counter("lianhu.escalation.look.failed");
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> LOG.warn("Whose time is over could not be looked for: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> run() {
        String[] active = tenants.all().stream()
                .filter(tenant -> tenant.state() == TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(Operation.PLATFORM, () -> Statements.WORKER.run(COUNTIES, (Object) active))
                .chain(rows -> Multi.createFrom()
                        .items(StreamSupport.stream(rows.spliterator(), false))
                        .onItem()
                        .transformToUniAndConcatenate((Row row) -> county(row.getString(0)))
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    private Uni<Void> county(String tenant) {
        return Uni.createFrom()
                .deferred(() -> operations.write(tenant, () -> Statements.CORE.run(TURN)))
                .repeat()
                .whilst(turned -> turned.rowCount() >= BATCH)
                .collect()
                .last()
                .onFailure()
                .invoke(failure -> {
                    failed.increment();
                    LOG.warn("Whose time is over was not noted in {}: {}", tenant, failure.toString());
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }
}
