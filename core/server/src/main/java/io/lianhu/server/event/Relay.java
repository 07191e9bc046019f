package io.lianhu.server.event;

import io.lianhu.sdk.Event;
import io.lianhu.sdk.EventHandler;
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
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to their handlers. Every replica does so; a delivery is taken by locking its row in the transaction of its handling, and
 * deleted in it, so that its effect happens once however many try. What fails is tried again with growing pauses, then becomes a dead
 * letter.
 *
 * <p>A delivery waits for every earlier one of the same handler and aggregate, dead ones included: one faulty event holds back its own
 * aggregate at its own handler, and nothing else.
 */
@Singleton
public class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private static final int BATCH = 64;
    private static final int CONCURRENCY = 8;
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Operations operations;
    private final Subscribers subscribers;
    private final TenantRegistry tenants;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final int attempts;
    private final Duration backoff;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean again;
    private volatile boolean stopped = true;

    Relay(
            Operations operations,
            Subscribers subscribers,
            TenantRegistry tenants,
            Vertx vertx,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.event.attempts", defaultValue = "10") int attempts,
            @ConfigProperty(name = "lianhu.event.backoff", defaultValue = "1s") Duration backoff) {
        this.operations = operations;
        this.subscribers = subscribers;
        this.tenants = tenants;
        this.vertx = vertx;
        this.meters = meters;
        this.attempts = attempts;
        this.backoff = backoff;
    }

    /** Begins to sweep; what other replicas left behind is found within a second. */
    public void start() {
        stopped = false;
        vertx.setPeriodic(SWEEP.toMillis(), timer -> {
            if (stopped) {
                vertx.cancelTimer(timer);
            } else {
                wake();
            }
        });
    }

    /** Takes no more deliveries; those under way end by themselves. */
    public void stop() {
        stopped = true;
    }

    /** There may be something to deliver. */
    void wake() {
        again = true;
        if (!stopped && running.compareAndSet(false, true)) {
            sweep();
        }
    }

    private void sweep() {
        again = false;
        due().onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUni(this::deliver)
                .merge(CONCURRENCY)
                .collect()
                .asList()
                .subscribe()
                .with(this::swept, failure -> {
                    LOG.warn("Events could not be relayed: {}", failure.toString());
                    running.set(false);
                });
    }

    private void swept(List<Boolean> delivered) {
        boolean progress = delivered.contains(true);
        running.set(false);
        if (progress || again) {
            wake();
        }
    }

    private record Due(String tenant, UUID id) {}

    private Uni<List<Due>> due() {
        return operations
                .read(
                        Operation.PLATFORM,
                        // Only the first of each handler and aggregate: those behind a dead letter must not fill the
                        // batch.
                        // Only handlers that run here: what this replica cannot handle, another can.
                        () -> Statements.WORKER.run(
                                "select d.tenant_id, d.id from lianhu_core.event_delivery d"
                                        + " where d.state = 'PENDING' and d.due_at <= now() and d.handler = any($1)"
                                        + " and not exists (select 1 from lianhu_core.event_delivery b where b.tenant_id = d.tenant_id"
                                        + " and b.handler = d.handler and b.aggregate = d.aggregate and b.position < d.position)"
                                        + " order by d.due_at, d.position limit " + BATCH,
                                (Object) subscribers.running().toArray(String[]::new)))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    for (Row row : rows) {
                        due.add(new Due(row.getString(0), row.getUUID(1)));
                    }
                    return due;
                });
    }

    private Uni<Boolean> deliver(Due due) {
        Optional<Tenant> tenant = tenants.byCode(due.tenant()).filter(known -> known.state() == TenantState.ACTIVE);
        if (tenant.isEmpty()) {
            return operations.write(due.tenant(), () -> park(due)); // suspended: its events wait with it
        }
        Subscribers.Lease lease = subscribers.subscribers(tenant.get());
        return operations
                .write(due.tenant(), () -> take(due, lease))
                .onFailure()
                .recoverWithUni(failure -> postpone(due, failure))
                .onTermination()
                .invoke(lease::close);
    }

    private Uni<Boolean> take(Due due, Subscribers.Lease lease) {
        return Statements.CORE
                .run(
                        "select d.handler, e.id, e.payload, e.occurred_at from lianhu_core.event_delivery d"
                                + " join lianhu_core.event e on e.tenant_id = d.tenant_id and e.id = d.event_id"
                                + " where d.id = $1 and d.state = 'PENDING' and d.due_at <= now()"
                                + " and not exists (select 1 from lianhu_core.event_delivery b where b.tenant_id = d.tenant_id"
                                + " and b.handler = d.handler and b.aggregate = d.aggregate and b.position < d.position)"
                                + " for update of d skip locked",
                        due.id())
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        return Uni.createFrom().item(false);
                    }
                    Row row = rows.iterator().next();
                    String name = row.getString("handler");
                    Optional<Subscribers.Subscriber> subscriber = lease.all().stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst();
                    if (subscriber.isEmpty()) {
                        return park(due); // its plugin is switched off here, for now or for good
                    }
                    return handle(subscriber.get(), row)
                            .chain(() -> Statements.CORE.run(
                                    "delete from lianhu_core.event_delivery where id = $1", due.id()))
                            .invoke(() -> meters.counter("lianhu.event.delivered", "handler", name)
                                    .increment())
                            .replaceWith(true);
                });
    }

    private static Uni<Void> handle(Subscribers.Subscriber subscriber, Row row) {
        return handle(subscriber.handler(), subscriber.codec(), row);
    }

    private static <E extends Event> Uni<Void> handle(EventHandler<E> handler, EventCodec codec, Row row) {
        E event = codec.read(row.get(JsonObject.class, "payload").encode(), handler.type());
        return handler.handling()
                .handle(new EventHandler.Delivery<>(
                        row.getUUID("id"),
                        event,
                        row.getOffsetDateTime("occurred_at")
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toInstant()));
    }

    private static Uni<Boolean> park(Due due) {
        return Statements.CORE
                .run(
                        "update lianhu_core.event_delivery set due_at = now() + interval '1 minute' where id = $1",
                        due.id())
                .replaceWith(false);
    }

    private Uni<Boolean> postpone(Due due, Throwable failure) {
        LOG.warn("A delivery in {} failed", due.tenant(), failure);
        return operations
                .write(
                        due.tenant(),
                        () -> Statements.CORE.run(
                                "update lianhu_core.event_delivery set attempts = attempts + 1, error = left($2, 2000),"
                                        + " state = case when attempts + 1 >= $3 then 'DEAD' else state end,"
                                        + " due_at = now() + least(interval '5 minutes', make_interval(secs => $4 * power(2, least(attempts, 20))))"
                                        + " where id = $1 and state = 'PENDING' returning state",
                                due.id(),
                                failure.toString(),
                                attempts,
                                backoff.toMillis() / 1_000.0))
                .invoke(rows -> {
                    for (Row row : rows) {
                        if (row.getString(0).equals("DEAD")) {
                            meters.counter("lianhu.event.dead").increment();
                        }
                    }
                })
                .onFailure()
                .invoke(again -> LOG.warn("A failed delivery in {} could not be noted", due.tenant(), again))
                .onFailure()
                .recoverWithNull()
                .replaceWith(false);
    }
}
