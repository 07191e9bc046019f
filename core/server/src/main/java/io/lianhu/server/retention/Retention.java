package io.lianhu.server.retention;

import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.lianhu.server.transfer.Transfers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has had its time, every hour, county by county: photos that no case claimed in 24 hours, files that have no row,
 * idempotency keys of 7 days, files of imports and exports of a day, and what is told of such work of 30 days, messages of 180 days, read
 * or not, with what was not sent of them,
 * merges of residents that can be undone no more, events of 30 days that everyone was told of, or that nobody is there to be told of since their plugin was uninstalled. Several
 * replicas may do it at once. In each county only so much at a time that no statement takes long; where one fails, the others are
 * cleaned all the same.
 */
@Singleton
class Retention implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** Rows per statement. */
    private static final int BATCH = 1_000;

    /** Counties whose rows are still there. One that has left has none, and one that comes is not old enough. */
    private static final Set<TenantState> KEPT = Set.of(TenantState.ACTIVE, TenantState.SUSPENDED, TenantState.CLOSING);

    private static final String KEYS =
            "delete from lianhu_core.idempotency_key where (subject, key) in (select subject, key from lianhu_core.idempotency_key"
                    + " where created_at < now() - interval '7 days' limit " + BATCH + ")";

    private static final String UNADDRESSED =
            "delete from lianhu_core.event_delivery where id in (select d.id from lianhu_core.event_delivery d"
                    + " join lianhu_core.event e on e.tenant_id = d.tenant_id and e.id = d.event_id"
                    + " where e.occurred_at < now() - interval '30 days' and split_part(d.handler, '/', 1) <> all ($1) limit "
                    + BATCH
                    + ")";

    private static final String EVENTS =
            "delete from lianhu_core.event where id in (select e.id from lianhu_core.event e"
                    + " where e.occurred_at < now() - interval '30 days' and not exists (select 1 from lianhu_core.event_delivery d"
                    + " where d.tenant_id = e.tenant_id and d.event_id = e.id) limit " + BATCH + ")";

    private static final String FAULTS =
            "delete from lianhu_core.transfer_fault where id in (select f.id from lianhu_core.transfer_fault f"
                    + " join lianhu_core.transfer_job j on j.tenant_id = f.tenant_id and j.id = f.job_id"
                    + " where j.finished_at < now() - interval '30 days' limit " + BATCH + ")";

    private static final String TRANSFERS =
            "delete from lianhu_core.transfer_job where id in (select id from lianhu_core.transfer_job"
                    + " where finished_at < now() - interval '30 days' limit " + BATCH + ")";

    private static final String MESSAGES =
            "delete from lianhu_core.message where id in (select id from lianhu_core.message"
                    + " where created_at < now() - interval '180 days' limit " + BATCH + ")";

    private static final String CONTENTS =
            "delete from lianhu_core.message_content where id in (select c.id from lianhu_core.message_content c"
                    + " where c.created_at < now() - interval '180 days' and not exists (select 1 from lianhu_core.message m"
                    + " where m.tenant_id = c.tenant_id and m.content_id = c.id) limit " + BATCH + ")";

    private static final String MERGED =
            "delete from lianhu_core.resident_merge_reference where (merge_id, kind, row_id) in (select r.merge_id, r.kind, r.row_id"
                    + " from lianhu_core.resident_merge_reference r join lianhu_core.resident_merge m"
                    + " on m.tenant_id = r.tenant_id and m.id = r.merge_id where m.undo_until < now() limit " + BATCH
                    + ")";

    private static final String MERGES =
            "delete from lianhu_core.resident_merge where id in (select m.id from lianhu_core.resident_merge m"
                    + " where m.undo_until < now() and not exists (select 1 from lianhu_core.resident_merge_reference r"
                    + " where r.tenant_id = m.tenant_id and r.merge_id = m.id) limit " + BATCH + ")";

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Photos photos;
    private final Transfers transfers;
    private final Counter failed;
    private final Duration every;

    Retention(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Photos photos,
            Transfers transfers,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.retention.every", defaultValue = "1h") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.photos = photos;
        this.transfers = transfers;
        this.failed = meters.counter("lianhu.retention.failed");
        this.every = every;
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> LOG.warn("What is outdated could not be looked for: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> run() {
        return installed().chain(plugins -> clean(Operation.PLATFORM, () -> emptied(Operation.PLATFORM, KEYS))
                .chain(() -> counties(plugins)));
    }

    /** The plugins that the platform runs, whether they run on this replica or not. */
    private Uni<String[]> installed() {
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run("select plugin from lianhu_platform.plugin_current"))
                .map(rows -> Stream.concat(
                                Stream.of("core"), // its handlers are never uninstalled
                                StreamSupport.stream(rows.spliterator(), false).map(row -> row.getString(0)))
                        .toArray(String[]::new));
    }

    private Uni<Void> counties(String[] plugins) {
        return Multi.createFrom()
                .iterable(tenants.all())
                .filter(tenant -> KEPT.contains(tenant.state()))
                .map(Tenant::code)
                .onItem()
                .transformToUniAndConcatenate(code -> clean(code, () -> county(code, plugins)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> county(String code, String[] plugins) {
        return emptied(code, KEYS)
                .chain(() -> emptied(code, UNADDRESSED, (Object) plugins))
                .chain(() -> emptied(code, EVENTS))
                .chain(() -> emptied(code, FAULTS))
                .chain(() -> emptied(code, TRANSFERS))
                .chain(() -> again(() -> operations.write(code, transfers::removeOld)))
                .chain(() -> emptied(code, MESSAGES))
                .chain(() -> emptied(code, CONTENTS))
                .chain(() -> emptied(code, MERGED))
                .chain(() -> emptied(code, MERGES))
                .chain(() -> photos(code));
    }

    private Uni<Void> clean(String code, Supplier<Uni<Void>> work) {
        return work.get()
                .onFailure()
                .invoke(failure -> {
                    failed.increment();
                    LOG.warn("What is outdated in {} was not removed", code, failure);
                })
                .onFailure()
                .recoverWithNull();
    }

    /** Runs the statement, each time in a transaction of its own, until it finds less than a batch. */
    private Uni<Void> emptied(String code, String sql, Object... parameters) {
        return again(() -> operations
                .write(code, () -> Statements.CORE.run(sql, parameters))
                .map(RowSet::rowCount));
    }

    private Uni<Void> photos(String code) {
        return again(() -> operations.write(code, photos::removeUnclaimed))
                .chain(() -> operations.read(code, photos::removeOrphans));
    }

    private static Uni<Void> again(Supplier<Uni<Integer>> batch) {
        return Uni.createFrom()
                .deferred(batch::get)
                .repeat()
                .whilst(removed -> removed >= BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
