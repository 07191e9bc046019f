package io.lianhu.server.count;

import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the changes of counts up to totals, every two seconds, and tells who follows a county's counts. Several replicas may do it at
 * once: each change is taken by one. Until then, and while nobody does it, the counts are right all the same, only slower to read.
 */
@Singleton
class CountRollup implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(CountRollup.class);

    /** Changes per statement. */
    private static final int BATCH = 5_000;

    private static final String CHANGED = "select distinct tenant_id from lianhu_core.count_change limit 1000";

    /** In one order, so that two who add to the same totals do not wait for each other in a circle. */
    private static final String ADD_UP = "with taken as (delete from lianhu_core.count_change where position in"
            + " (select position from lianhu_core.count_change order by position limit " + BATCH
            + " for update skip locked) returning measure, division_code, class_code, day, amount),"
            + " added as (insert into lianhu_core.count_total as total (division_code, measure, class_code, day, amount)"
            + " select division_code, measure, class_code, day, sum(amount) from taken group by 1, 2, 3, 4 order by 1, 2, 3, 4"
            + " on conflict (tenant_id, division_code, measure, class_code, day)"
            + " do update set amount = total.amount + excluded.amount returning 1)"
            + " select count(*) from taken";

    private final Vertx vertx;
    private final Operations operations;
    private final Signals signals;
    private final Counter failed;
    private final Duration every;

    CountRollup(
            Vertx vertx,
            Operations operations,
            Signals signals,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.count.every", defaultValue = "2s") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.signals = signals;
        this.failed = meters.counter("lianhu.count.failed");
        this.every = every;
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> {
                    failed.increment();
                    LOG.warn("Counts were not added up: {}", failure.toString());
                })
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    /** The signal's topic: what it says is that counts of the county may have changed. */
    static String topic(String tenant) {
        return tenant + ":counts";
    }

    private Uni<Void> run() {
        return operations
                .read(Operation.PLATFORM, () -> Statements.WORKER.run(CHANGED))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList())
                .chain(this::addUp);
    }

    private Uni<Void> addUp(List<String> tenants) {
        return Multi.createFrom()
                .iterable(tenants)
                .onItem()
                .transformToUniAndConcatenate(tenant -> addUp(tenant)
                        .chain(() -> signals.send(topic(tenant), ""))
                        .onFailure()
                        .invoke(failure -> {
                            failed.increment();
                            LOG.warn("Counts of {} were not added up: {}", tenant, failure.toString());
                        })
                        .onFailure()
                        .recoverWithNull())
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> addUp(String tenant) {
        return Uni.createFrom()
                .deferred(() -> operations.write(
                        tenant, () -> Statements.CORE.run(ADD_UP).map(CountRollup::taken)))
                .repeat()
                .whilst(taken -> taken >= BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static long taken(RowSet<Row> rows) {
        return rows.iterator().next().getLong(0);
    }
}
