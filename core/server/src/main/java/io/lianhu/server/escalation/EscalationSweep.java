package io.lianhu.server.escalation;

import io.lianhu.server.escalation.EscalateBatch.Outcome;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for overdue cases and escalates them, on every replica: round after round, one batch of each county in a round, the county first
 * whose case is due longest. So none waits for all of another's, and no case is overtaken within its county.
 *
 * <p>Where a batch fails, it is halved until the case is found that makes it fail; that one is tried again later and later, and shown.
 */
@Singleton
class EscalationSweep implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(EscalationSweep.class);

    private static final int MOST_COUNTED = 10_000;

    /** One probe of an index for each county, however many cases there are. */
    private static final String COUNTIES =
            "select t.code, w.escalate_at, extract(epoch from now() - w.escalate_at)::bigint"
                    + " from unnest($1::text[]) t (code) cross join lateral (select escalate_at from lianhu_core.case_watch"
                    + " where tenant_id = t.code and escalate_at <= now() order by escalate_at limit 1) w order by w.escalate_at";

    private static final String BACKLOG = "select count(*) from (select from lianhu_core.case_watch"
            + " where tenant_id = any ($1) and escalate_at <= now() limit " + MOST_COUNTED + ") due";

    private static final String TRY_LATER =
            "update lianhu_core.case_watch set attempts = attempts + 1, failure = left($2, 500),"
                    + " escalate_at = now() + least(interval '1 minute' * power(2, least(attempts, 10)), interval '1 hour') where case_id = $1";

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final EscalateBatch batch;
    private final Duration every;
    private final int size;
    private final Counter escalated;
    private final Counter failed;
    private final AtomicLong backlog;
    private final AtomicLong oldest;

    EscalationSweep(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            EscalateBatch batch,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.escalation.every", defaultValue = "5s") Duration every,
            @ConfigProperty(name = "lianhu.escalation.batch", defaultValue = "200") int size) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.batch = batch;
        this.every = every;
        this.size = size;
        this.escalated = meters.counter("lianhu.escalation.escalated");
        this.failed = meters.counter("lianhu.escalation.failed");
        this.backlog = meters.gauge("lianhu.escalation.backlog", new AtomicLong());
        this.oldest = meters.gauge("lianhu.escalation.oldest.seconds", new AtomicLong());
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> LOG.warn("Overdue cases could not be looked for: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> run() {
        return Uni.createFrom()
                .deferred(this::round)
                .repeat()
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Whether there is more to be done at once. */
    private Uni<Boolean> round() {
        String[] active = tenants.all().stream()
                .filter(tenant -> tenant.state() == TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(Operation.PLATFORM, () -> Statements.WORKER
                        .run(BACKLOG, (Object) active)
                        .invoke(rows -> backlog.set(rows.iterator().next().getLong(0)))
                        .chain(() -> Statements.WORKER.run(COUNTIES, (Object) active)))
                .map(rows -> {
                    List<Row> counties =
                            StreamSupport.stream(rows.spliterator(), false).toList();
                    oldest.set(counties.isEmpty() ? 0 : counties.get(0).getLong(2));
                    return counties.stream().map(row -> row.getString(0)).toList();
                })
                .chain(counties -> Multi.createFrom()
                        .iterable(counties)
                        .onItem()
                        .transformToUniAndConcatenate(this::county)
                        .collect()
                        .with(Collectors.reducing(false, Boolean::logicalOr)));
    }

    private Uni<Boolean> county(String tenant) {
        return escalate(tenant, size, null)
                .map(looked -> looked >= size)
                .onFailure()
                .invoke(failure -> LOG.warn("Overdue cases of {} could not be escalated", tenant, failure))
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<Integer> escalate(String tenant, int most, @Nullable List<UUID> among) {
        List<UUID> claimed = new ArrayList<>();
        return operations
                .write(tenant, () -> batch.run(most, among, claimed))
                .invoke(outcome -> escalated.increment(outcome.escalated()))
                .map(Outcome::looked)
                .onFailure()
                .recoverWithUni(failure -> apart(tenant, List.copyOf(claimed), failure));
    }

    /** What failed together is tried in halves; what fails alone is put off. */
    private Uni<Integer> apart(String tenant, List<UUID> claimed, Throwable failure) {
        if (claimed.isEmpty()) {
            failed.increment();
            return Uni.createFrom().failure(failure);
        }
        if (claimed.size() == 1) {
            failed.increment();
            LOG.warn("An overdue case of {} was not escalated", tenant, failure);
            return operations
                    .write(tenant, () -> Statements.CORE.run(TRY_LATER, claimed.get(0), failure.toString()))
                    .replaceWith(1);
        }
        int half = claimed.size() / 2;
        return escalate(tenant, half, claimed.subList(0, half))
                .chain(() -> escalate(tenant, claimed.size() - half, claimed.subList(half, claimed.size())))
                .replaceWith(claimed.size());
    }
}
