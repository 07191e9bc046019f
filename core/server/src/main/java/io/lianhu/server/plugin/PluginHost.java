package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.event.Subscribers;
import io.lianhu.server.graphql.CompositionException;
import io.lianhu.server.graphql.Contribution;
import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Engine;
import io.lianhu.server.graphql.Engines;
import io.lianhu.server.graphql.Limits;
import io.lianhu.server.persistence.Migrations;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.web.RequestError;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the plugins. A version is exchanged for another in this order: migrate, start beside the old one, compose with the others, swap by
 * one write, wait for the old one's last request, stop and unload it. Whatever fails before the swap leaves the old one serving.
 *
 * <p>Changes block and come one at a time, on worker threads; requests take the current snapshot without a lock.
 */
@Singleton
public class PluginHost implements Engines, Subscribers {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    /** Longer than any request may take. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Migrations migrations;
    private final CoreSchema coreSchema;
    private final PluginServices services;
    private final TenantRegistry tenants;
    private final List<Retired> retired = new CopyOnWriteArrayList<>();

    private volatile @Nullable Contribution core;
    private volatile @Nullable Engine platform;
    private volatile @Nullable Snapshot current;

    /** A version that was unloaded; its loader's reference is empty once its classes are gone. */
    record Retired(String id, String version, WeakReference<ClassLoader> loader) {}

    PluginHost(
            Vertx vertx,
            Migrations migrations,
            CoreSchema coreSchema,
            PluginServices services,
            TenantRegistry tenants) {
        this.vertx = vertx;
        this.migrations = migrations;
        this.coreSchema = coreSchema;
        this.services = services;
        this.tenants = tenants;
    }

    /** Composes the core's own schemas; to be called once, before anything else. Blocks. */
    public void start() {
        Contribution county = coreSchema.county();
        core = county;
        platform = Engine.compose(List.of(coreSchema.platform()), Limits.DEFAULT);
        Snapshot first = new Snapshot(county, Map.of());
        first.engine(Set.of());
        current = first;
    }

    private Snapshot current() {
        return started(current);
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new ApiException(RequestError.UNAVAILABLE);
        }
        return part;
    }

    @Override
    public Engines.Lease acquire(@Nullable Tenant tenant) {
        if (tenant == null) {
            return new PlatformLease(started(platform)); // an operator who exchanges a plugin must not wait for himself
        }
        Snapshot snapshot = acquire();
        AtomicBoolean held = new AtomicBoolean(true);
        return new Engines.Lease() {
            @Override
            public Engine engine() {
                return snapshot.engine(tenant.manifest().enabledPlugins());
            }

            @Override
            public void close() {
                if (held.compareAndSet(true, false)) {
                    snapshot.release();
                }
            }
        };
    }

    private record PlatformLease(Engine engine) implements Engines.Lease {
        @Override
        public void close() {
            // the platform's own engine is never exchanged
        }
    }

    private Snapshot acquire() {
        for (; ; ) {
            Snapshot snapshot = current();
            if (snapshot.acquire()) {
                return snapshot;
            }
        }
    }

    @Override
    public Subscribers.Lease subscribers(Tenant tenant) {
        Snapshot snapshot = acquire();
        AtomicBoolean held = new AtomicBoolean(true);
        return new Subscribers.Lease() {
            @Override
            public List<Subscriber> all() {
                return snapshot.subscribers(tenant.manifest().enabledPlugins());
            }

            @Override
            public void close() {
                if (held.compareAndSet(true, false)) {
                    snapshot.release();
                }
            }
        };
    }

    @Override
    public Set<String> running() {
        return current().generations().values().stream()
                .flatMap(generation -> generation.subscribers().stream())
                .map(Subscriber::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What runs: each plugin's version. */
    public Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        current().generations().forEach((id, generation) -> versions.put(id, generation.version()));
        return versions;
    }

    /**
     * Starts a release in the place of what runs under its id.
     *
     * @throws PluginFaultsException with every fault; what ran goes on
     */
    synchronized PluginManifest run(Release release) {
        long began = System.nanoTime();
        Generation fresh = Generation.open(release, vertx, migrations, services::context);
        Map<String, Generation> generations = new TreeMap<>(current().generations());
        Generation old = generations.put(fresh.id(), fresh);
        Snapshot next = new Snapshot(started(core), generations);
        try {
            next.engine(generations.keySet()); // all together: a county may enable any set of them
            // the sets in use are composed here, because it takes longer than an event loop may be held
            tenants.all().stream()
                    .map(tenant -> tenant.manifest().enabledPlugins())
                    .distinct()
                    .forEach(next::engine);
        } catch (CompositionException faulty) {
            fresh.close();
            throw new PluginFaultsException(faulty.faults());
        }
        swap(next, old);
        LOG.info(
                "Plugin {} {} runs{} ({} ms)",
                fresh.id(),
                fresh.version(),
                old == null ? "" : " in the place of " + old.version(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        return fresh.manifest();
    }

    private void swap(Snapshot next, @Nullable Generation old) {
        Snapshot before = current();
        current = next;
        before.release();
        if (old == null) {
            return;
        }
        try {
            before.drained().get(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            LOG.warn("Plugin {} {} is unloaded under a request that does not end", old.id(), old.version());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        retired.add(new Retired(old.id(), old.version(), old.loader()));
        old.close();
    }

    /** Whether exactly this release runs. */
    boolean runs(String id, String sha256) {
        Generation generation = current().generations().get(id);
        return generation != null && generation.sha256().equals(sha256);
    }

    /** How many unloaded versions' classes are still in memory. Right only after a garbage collection. */
    int lingering() {
        retired.removeIf(one -> one.loader().get() == null);
        return retired.size();
    }

    Map<String, Generation> generations() {
        return current().generations();
    }
}
