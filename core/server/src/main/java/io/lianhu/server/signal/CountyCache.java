package io.lianhu.server.signal;

import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What each county has set and hardly changes, held in memory on every replica. It bears a version that grows with each change, and a
 * signal tells all replicas the version that there is now: so what is read from a snapshot older than the change is used by the
 * operation of that snapshot, and not kept for others. A replica that missed the signal reads again after half a minute.
 */
public final class CountyCache<T> {

    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Signals signals;
    private final String topic;
    private final Supplier<Uni<Versioned<T>>> read;
    private final Map<String, Entry<T>> entries = new ConcurrentHashMap<>();

    /** The least version that may be kept, by county. */
    private final Map<String, Long> least = new ConcurrentHashMap<>();

    /** What a county has set, as of a version. */
    public record Versioned<T>(long version, T value) {}

    private record Entry<T>(Versioned<T> set, long readAt) {
        boolean isFresh() {
            return System.nanoTime() - readAt < FRESH.toNanos();
        }
    }

    /**
     * A cache, empty at first; one per topic.
     *
     * @param topic of its signals
     * @param read reads what the running operation's county has set
     */
    public CountyCache(Signals signals, String topic, Supplier<Uni<Versioned<T>>> read) {
        this.signals = signals;
        this.topic = topic;
        this.read = read;
    }

    /** Begins to listen to other replicas; to be called once, at the start. */
    public void listen() {
        signals.on(topic, message -> {
            outdate(message);
            return Uni.createFrom().voidItem();
        });
    }

    /**
     * What the running operation's county has set. Not within the transaction that changes it: were that rolled back, others would go by
     * what never was.
     */
    public Uni<T> own() {
        return Uni.createFrom().deferred(() -> {
            String tenant = Operation.current().tenant();
            return kept(tenant).map(value -> Uni.createFrom().item(value)).orElseGet(() -> read.get()
                    .invoke(fresh -> keep(tenant, fresh))
                    .map(Versioned::value));
        });
    }

    /** The same as of a version that the running operation has seen, or of a later one. */
    public Uni<T> own(long version) {
        return Uni.createFrom().deferred(() -> {
            String tenant = Operation.current().tenant();
            Entry<T> known = entries.get(tenant);
            return known != null && known.set().version() >= version
                    ? Uni.createFrom().item(known.set().value())
                    : read.get().invoke(fresh -> keep(tenant, fresh)).map(Versioned::value);
        });
    }

    /**
     * Waits until nobody else changes what the running operation's county has set, and keeps others waiting until the running transaction
     * ends: for what has no row of its own that grows with each change, and is numbered by how many rows there are.
     */
    public Uni<Void> lock() {
        return Uni.createFrom()
                .deferred(() -> Statements.CORE.run(
                        "select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))",
                        topic,
                        Operation.current().tenant()))
                .replaceWithVoid();
    }

    /** Says that the running transaction changes what its county has set; once it is committed, no replica goes by what was before. */
    public void changing(long version) {
        Operation operation = Operation.current();
        String tenant = operation.tenant();
        operation.afterCommit(() -> {
            outdate(tenant, version);
            signals.send(topic, tenant + ':' + version).subscribe().with(sent -> {});
        });
    }

    Optional<T> kept(String tenant) {
        return Optional.ofNullable(entries.get(tenant))
                .filter(entry -> entry.isFresh() && isCurrent(tenant, entry.set()))
                .map(entry -> entry.set().value());
    }

    void keep(String tenant, Versioned<T> read) {
        if (isCurrent(tenant, read)) {
            entries.merge(
                    tenant,
                    new Entry<>(read, System.nanoTime()),
                    (known, fresh) -> known.set().version() > fresh.set().version() ? known : fresh);
        }
    }

    private boolean isCurrent(String tenant, Versioned<T> set) {
        return set.version() >= least.getOrDefault(tenant, 0L);
    }

    /** An empty message means that signals may have been missed. */
    void outdate(String message) {
        int split = message.indexOf(':');
        if (split < 0) {
            entries.clear();
        } else {
            outdate(message.substring(0, split), Long.parseLong(message.substring(split + 1)));
        }
    }

    private void outdate(String tenant, long version) {
        least.merge(tenant, version, Math::max);
    }
}
