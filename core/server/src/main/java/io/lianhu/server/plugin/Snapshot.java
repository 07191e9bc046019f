package io.lianhu.server.plugin;

import io.lianhu.server.event.Subscribers;
import io.lianhu.server.graphql.Contribution;
import io.lianhu.server.graphql.Engine;
import io.lianhu.server.graphql.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The versions that run together, and the engines composed of them, one per set of enabled plugins. Immutable; counts who uses it, so
 * that what it replaced is closed only after its last request.
 */
final class Snapshot {

    private final SortedMap<String, Generation> generations;
    private final Contribution core;
    private final Map<Set<String>, Engine> engines = new ConcurrentHashMap<>();
    private final AtomicInteger users = new AtomicInteger(1);
    private final CompletableFuture<Void> unused = new CompletableFuture<>();
    private final CompletableFuture<Boolean> drained;

    /**
     * Some versions, in the place of others.
     *
     * @param before completed once nobody uses what came before: it may hold versions that are in this one too
     */
    Snapshot(Contribution core, Map<String, Generation> generations, CompletableFuture<?> before) {
        this.core = core;
        this.generations = Collections.unmodifiableSortedMap(new TreeMap<>(generations));
        this.drained = CompletableFuture.allOf(unused, before).thenApply(both -> true);
    }

    SortedMap<String, Generation> generations() {
        return generations;
    }

    /** Counts one more user; false if the snapshot was given up already, and a newer one is to be used. */
    boolean acquire() {
        for (int now = users.get(); now > 0; now = users.get()) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            unused.complete(null);
        }
    }

    /** Completed once nobody uses the snapshot any more, nor any that came before it. */
    CompletableFuture<?> drained() {
        return drained;
    }

    /** The same, but with false once so much time has passed; then, for those that come after it too, it counts as drained. */
    CompletableFuture<Boolean> drained(Duration patience) {
        return drained.completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The engine of a set of plugins; those that do not run are passed over. */
    Engine engine(Set<String> enabled) {
        return engines.computeIfAbsent(running(enabled), this::compose);
    }

    /** The handlers of a set of plugins. */
    List<Subscribers.Subscriber> subscribers(Set<String> enabled) {
        return generations.values().stream()
                .filter(generation -> enabled.contains(generation.id()))
                .flatMap(generation -> generation.subscribers().stream())
                .toList();
    }

    private Set<String> running(Set<String> enabled) {
        return generations.keySet().containsAll(enabled)
                ? enabled
                : Set.copyOf(
                        generations.keySet().stream().filter(enabled::contains).toList());
    }

    private Engine compose(Set<String> enabled) {
        List<Contribution> contributions = new ArrayList<>();
        contributions.add(core);
        generations.values().stream()
                .filter(generation -> enabled.contains(generation.id()))
                .map(Generation::contribution)
                .forEach(contributions::add);
        return Engine.compose(contributions, Limits.DEFAULT);
    }
}
