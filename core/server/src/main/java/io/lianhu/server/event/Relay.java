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
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to their handlers. Every replica does so; a delivery is taken by locking its row in the transaction of its handling, and
 * deleted in it, so that its effect happens once however many try. What fails, or is not done in time, is tried again with growing
 * pauses, then becomes a dead letter.
 *
 * <p>A delivery waits for every earlier one of the same handler and aggregate, dead ones included: one faulty event holds back its own
 * aggregate at its own handler, and nothing else. Handlers do not wait for each other: one that hangs holds up its own events.
 */
@Singleton
public class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private static final int BATCH = 64;

    /** Deliveries of one handler at a time: a handler that hangs takes no more connections than that. */
    private static final int CONCURRENCY = 4;

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Operations operations;
    private final Subscribers subscribers;
    private final TenantRegistry tenants;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final int attempts;
    private final Duration backoff;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> rest = new CompletableFuture<>();

    /** How often something new was told of, so that nobody who looked before that leaves it lying. */
    private final AtomicLong calls = new AtomicLong();

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

    /**
     * Takes no more deliveries.
     *
     * @return completed once those under way have ended, which the deadline of operations bounds
     */
    public CompletionStage<Void> stop() {
        stopped = true;
        restIfDone();
        return rest;
    }

    private void restIfDone() {
        if (stopped && !sweeping.get() && lanes.values().stream().allMatch(Lane::isIdle)) {
            rest.complete(null);
        }
    }

    /** There may be something to deliver. */
    void wake() {
        calls.incrementAndGet();
        sweep();
    }

    private void sweep() {
        if (stopped || !sweeping.compareAndSet(false, true)) {
            return;
        }
        long before = calls.get();
        Uni.createFrom().deferred(this::due).subscribe().with(due -> swept(due, before), failure -> {
            LOG.warn("Events could not be relayed: {}", failure.toString());
            sweeping.set(false);
            restIfDone();
        });
    }

    private void swept(List<Due> due, long before) {
        due.stream().collect(Collectors.groupingBy(Due::handler)).forEach((handler, own) -> lane(handler)
                .take(own));
        sweeping.set(false);
        restIfDone();
        if (calls.get() != before || due.size() == BATCH) {
            sweep();
        }
    }

    private Lane lane(String handler) {
        return lanes.computeIfAbsent(handler, first -> new Lane());
    }

    /** What one handler has to do: so much at a time, and the rest of what was found. */
    private final class Lane {

        private final Queue<Due> waiting = new ArrayDeque<>();
        private final Set<UUID> inHand = new HashSet<>();
        private boolean progress;

        /** Whether more is to be looked for. */
        synchronized boolean isFree() {
            return waiting.isEmpty() && inHand.size() < CONCURRENCY;
        }

        synchronized boolean isIdle() {
            return waiting.isEmpty() && inHand.isEmpty();
        }

        synchronized List<UUID> inHand() {
            return List.copyOf(inHand);
        }

        void take(List<Due> due) {
            synchronized (this) {
                due.stream().filter(one -> !inHand.contains(one.id())).forEach(waiting::add);
                progress = false;
            }
            goOn();
        }

        private void goOn() {
            for (Optional<Due> next = next(); next.isPresent(); next = next()) {
                Due due = next.get();
                deliver(due)
                        .onFailure()
                        .recoverWithItem(failure -> {
                            LOG.warn("An event could not be handed to {}: {}", due.handler(), failure.toString());
                            return false;
                        })
                        .subscribe()
                        .with(delivered -> ended(due, delivered));
            }
        }

        private synchronized Optional<Due> next() {
            if (stopped) {
                waiting.clear();
            }
            Optional<Due> next = inHand.size() < CONCURRENCY ? Optional.ofNullable(waiting.poll()) : Optional.empty();
            next.ifPresent(due -> inHand.add(due.id()));
            return next;
        }

        /** What was held back by an event is due once that was delivered: look for it when all that was found is in hand. */
        private void ended(Due due, boolean delivered) {
            boolean look;
            synchronized (this) {
                inHand.remove(due.id());
                progress |= delivered;
                look = progress && waiting.isEmpty();
            }
            goOn();
            restIfDone();
            if (look) {
                wake();
            }
        }
    }

    private record Due(String tenant, UUID id, String handler) {}

    /**
     * What is due for the handlers that run here and have room; a suspended county's events wait with it. Only the first of each handler
     * and aggregate: those behind a dead letter must not fill the batch.
     */
    private Uni<List<Due>> due() {
        String[] free = subscribers.running().stream()
                .filter(handler -> lane(handler).isFree())
                .toArray(String[]::new);
        if (free.length == 0) {
            return Uni.createFrom().item(List.of());
        }
        UUID[] inHand = Stream.of(free)
                .flatMap(handler -> lane(handler).inHand().stream())
                .toArray(UUID[]::new);
        String[] waiting = tenants.all().stream()
                .filter(tenant -> tenant.state() != TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "select d.tenant_id, d.id, d.handler from lianhu_core.event_delivery d"
                                        + " where d.state = 'PENDING' and d.due_at <= now()"
                                        + " and d.handler = any ($1) and d.id <> all ($2) and d.tenant_id <> all ($3)"
                                        + " and not exists (select 1 from lianhu_core.event_delivery b where b.tenant_id = d.tenant_id"
                                        + " and b.handler = d.handler and b.aggregate = d.aggregate and b.position < d.position)"
                                        + " order by d.due_at, d.position limit " + BATCH,
                                free,
                                inHand,
                                waiting))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    for (Row row : rows) {
                        due.add(new Due(row.getString(0), row.getUUID(1), row.getString(2)));
                    }
                    return due;
                });
    }

    private Uni<Boolean> deliver(Due due) {
        Optional<Tenant> tenant = tenants.byCode(due.tenant()).filter(known -> known.state() == TenantState.ACTIVE);
        if (tenant.isEmpty()) {
            // just taken on, or suspended at this moment
            return operations.write(due.tenant(), () -> park(due));
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
                        "select e.id, e.payload, e.occurred_at, e.occurred_at < now() - interval '30 days' as outdated"
                                + " from lianhu_core.event_delivery d"
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
                    String name = due.handler();
                    Optional<Subscribers.Subscriber> subscriber = lease.all().stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst();
                    if (subscriber.isEmpty()) {
                        return row.getBoolean("outdated") ? retire(due) : park(due); // its plugin is switched off here
                    }
                    return handle(subscriber.get(), row)
                            .chain(() -> delete(due))
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

    private static Uni<RowSet<Row>> delete(Due due) {
        return Statements.CORE.run("delete from lianhu_core.event_delivery where id = $1", due.id());
    }

    /** So long after the event, its plugin is not switched on again for its sake. */
    private Uni<Boolean> retire(Due due) {
        return delete(due)
                .invoke(() -> meters.counter("lianhu.event.retired", "handler", due.handler())
                        .increment())
                .replaceWith(true);
    }

    private static Uni<Boolean> park(Due due) {
        return Statements.CORE
                .run(
                        "update lianhu_core.event_delivery set due_at = now() + interval '1 minute' where id = $1",
                        due.id())
                .replaceWith(false);
    }

    private Uni<Boolean> postpone(Due due, Throwable failure) {
        LOG.warn("A delivery to {} in {} failed", due.handler(), due.tenant(), failure);
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
