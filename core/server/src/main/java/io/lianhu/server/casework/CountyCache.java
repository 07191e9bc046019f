package io.lianhu.server.casework;

import io.lianhu.server.persistence.Operation;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What each county has set up and hardly changes, held in memory on every replica. A change makes all replicas read again; one that missed
 * the signal reads again after half a minute anyway.
 */
final class CountyCache<T> {

    private static final long FRESH = Duration.ofSeconds(30).toNanos();

    private record Entry<T>(T value, long readAt) {}

    private final String topic;
    private final Signals signals;
    private final Supplier<Uni<T>> reading;
    private final Map<String, Entry<T>> entries = new ConcurrentHashMap<>();

    /** Grows with every change, so that what was read before one is not kept after it. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param topic of the signals, unique on the platform
     * @param reading reads the running operation's county
     */
    CountyCache(String topic, Signals signals, Supplier<Uni<T>> reading) {
        this.topic = topic;
        this.signals = signals;
        this.reading = reading;
        signals.on(topic, tenant -> {
            forget(tenant);
            return Uni.createFrom().voidItem();
        });
    }

    /** What the running operation's county has. Not to be asked for in a transaction that has changed it. */
    Uni<T> get() {
        return Uni.createFrom().deferred(() -> {
            String tenant = Operation.current().tenant();
            Entry<T> known = entries.get(tenant);
            long now = System.nanoTime();
            if (known != null && now - known.readAt() < FRESH) {
                return Uni.createFrom().item(known.value());
            }
            long before = changes.get();
            return reading.get().invoke(value -> {
                if (changes.get() == before) {
                    entries.put(tenant, new Entry<>(value, now));
                }
            });
        });
    }

    /** Says that the running transaction changes it: once that is committed, it is read again, here at once and elsewhere soon. */
    void changing() {
        Operation operation = Operation.current();
        String tenant = operation.tenant();
        operation.afterCommit(() -> {
            forget(tenant);
            signals.send(topic, tenant).subscribe().with(sent -> {}, failure -> {});
        });
    }

    /** An empty name means every county: signals may have been missed. */
    private void forget(String tenant) {
        changes.incrementAndGet();
        if (tenant.isEmpty()) {
            entries.clear();
        } else {
            entries.remove(tenant);
        }
    }
}
