package io.lianhu.server.message;

import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due to the counties' webhooks. Every replica does so, and takes what no other has in hand; each webhook has a lane of its
 * own, so that a slow one holds up nobody else's. At least once: what was sent by a replica that died before it could note it, is sent
 * again.
 */
@Singleton
class WebhookWorker implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookWorker.class);

    /** Webhooks at a time. */
    private static final int LANES = 32;

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Webhooks webhooks;
    private final WebhookCall call;
    private final MeterRegistry meters;
    private final Duration every;
    private final Set<UUID> lanes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final CompletableFuture<Void> rest = new CompletableFuture<>();
    private volatile boolean stopped = true;

    WebhookWorker(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Webhooks webhooks,
            WebhookCall call,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.webhook.every", defaultValue = "1s") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.webhooks = webhooks;
        this.call = call;
        this.meters = meters;
        this.every = every;
    }

    /** Begins to look for what is due. */
    @Override
    public void start() {
        stopped = false;
        vertx.setPeriodic(every.toMillis(), timer -> {
            if (stopped) {
                vertx.cancelTimer(timer);
            } else {
                sweep();
            }
        });
    }

    /**
     * Takes nothing more.
     *
     * @return completed once what is under way has ended
     */
    @Override
    public CompletionStage<Void> stop() {
        stopped = true;
        restIfDone();
        return rest;
    }

    private void restIfDone() {
        if (stopped && !sweeping.get() && lanes.isEmpty()) {
            rest.complete(null);
        }
    }

    private record Due(String tenant, UUID webhook) {}

    private void sweep() {
        if (lanes.size() >= LANES || !sweeping.compareAndSet(false, true)) {
            return;
        }
        Uni.createFrom().deferred(this::due).subscribe().with(this::swept, failure -> {
            LOG.warn("Messages to be sent could not be looked for: {}", failure.toString());
            sweeping.set(false);
            restIfDone();
        });
    }

    private void swept(List<Due> due) {
        for (Due one : due) {
            if (!stopped && lanes.add(one.webhook())) {
                lane(one);
            }
        }
        sweeping.set(false);
        restIfDone();
    }

    /**
     * The webhooks that have something due, whose turn came first before the others. What waits for one that is paused, or left alone,
     * is not looked at, however much that is; a suspended county's messages wait with it.
     */
    private Uni<List<Due>> due() {
        String[] waiting = tenants.all().stream()
                .filter(tenant -> tenant.state() != TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "select w.tenant_id, w.id from lianhu_core.webhook w cross join lateral (select d.due_at"
                                        + " from lianhu_core.webhook_delivery d where d.tenant_id = w.tenant_id and d.webhook_id = w.id"
                                        + " and d.state = 'PENDING' and d.due_at <= now() order by d.due_at limit 1) first"
                                        + " where w.state = 'ACTIVE' and coalesce(w.open_until <= now(), true)"
                                        + " and w.id <> all ($1) and w.tenant_id <> all ($2) order by first.due_at limit $3",
                                lanes.toArray(UUID[]::new),
                                waiting,
                                LANES - lanes.size()))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    for (Row row : rows) {
                        due.add(new Due(row.getString(0), row.getUUID(1)));
                    }
                    return due;
                });
    }

    /** Goes on until nothing more is due. */
    private void lane(Due due) {
        Uni.createFrom()
                .deferred(() -> batch(due))
                .repeat()
                .whilst(sent -> sent > 0 && !stopped)
                .collect()
                .last()
                .subscribe()
                .with(done -> left(due), failure -> {
                    LOG.warn("Messages of {} could not be sent: {}", due.tenant(), failure.toString());
                    left(due);
                });
    }

    private void left(Due due) {
        lanes.remove(due.webhook());
        restIfDone();
    }

    private Uni<Integer> batch(Due due) {
        return webhooks.take(due.tenant(), due.webhook())
                .chain(taken -> taken.isEmpty()
                        ? Uni.createFrom().item(0)
                        : Multi.createFrom()
                                .iterable(taken)
                                .onItem()
                                .transformToUniAndMerge(this::send)
                                .collect()
                                .asList()
                                .chain(outcomes -> webhooks.settle(due.tenant(), due.webhook(), outcomes))
                                .invoke(dead ->
                                        meters.counter("lianhu.webhook.dead").increment(dead))
                                .replaceWith(taken.size()));
    }

    private Uni<Webhooks.Outcome> send(Webhooks.Taken taken) {
        return call.perform(taken.url(), taken.id(), taken.body(), taken.secrets())
                .invoke(() -> meters.counter("lianhu.webhook.sent").increment())
                .map(sent -> new Webhooks.Outcome(taken.id(), null))
                .onFailure()
                .recoverWithItem(failure -> new Webhooks.Outcome(taken.id(), failure));
    }
}
