package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.PersonalData;
import io.lianhu.server.event.CoreHandlers;
import io.lianhu.server.event.Subscribers;
import io.lianhu.server.graphql.CompositionException;
import io.lianhu.server.graphql.Contribution;
import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Engine;
import io.lianhu.server.graphql.Engines;
import io.lianhu.server.graphql.Fuse;
import io.lianhu.server.graphql.Limits;
import io.lianhu.server.persistence.Migrations;
import io.lianhu.server.personaldata.PersonalDataOfPlugins;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.web.RequestError;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the plugins. A version is exchanged for another in this order: load, start beside the old one, compose with the others, migrate,
 * swap by one write; then, while work goes on, wait for the old one's last request, stop and unload it. Whatever fails before the swap
 * leaves the old one serving, and the tables as they were.
 *
 * <p>Changes block and come one at a time, on worker threads; requests take the current snapshot without a lock.
 */
@Singleton
public class PluginHost implements Engines, Subscribers, PersonalDataOfPlugins {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    /** Longer than any request may take. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Migrations migrations;
    private final CoreSchema coreSchema;
    private final CoreHandlers coreHandlers;
    private final PluginServices services;
    private final TenantRegistry tenants;
    private final MeterRegistry meters;
    private final List<Retired> retired = new CopyOnWriteArrayList<>();

    /** By plugin. */
    private volatile Map<String, List<RecordedHandler>> recorded = Map.of();

    private volatile @Nullable Contribution core;
    private volatile @Nullable Engine platform;
    private volatile @Nullable Snapshot current;

    /** A version that was replaced; its loader's reference is empty once its classes are gone. */
    record Retired(String id, String version, WeakReference<ClassLoader> loader) {}

    PluginHost(
            Vertx vertx,
            Migrations migrations,
            CoreSchema coreSchema,
            CoreHandlers coreHandlers,
            PluginServices services,
            TenantRegistry tenants,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.migrations = migrations;
        this.coreSchema = coreSchema;
        this.coreHandlers = coreHandlers;
        this.services = services;
        this.tenants = tenants;
        this.meters = meters;
    }

    /** Composes the core's own schemas; to be called once, before anything else. Blocks. */
    public void start() {
        Contribution county = coreSchema.county();
        core = county;
        platform = Engine.compose(List.of(coreSchema.platform()), Limits.DEFAULT);
        Snapshot first = new Snapshot(county, Map.of(), CompletableFuture.completedFuture(null));
        first.engine(Set.of());
        current = first;
        tenants.prepareBy(sets -> sets.forEach(current()::engine));
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
                return Stream.concat(
                                coreHandlers.all().stream(),
                                snapshot.subscribers(tenant.manifest().enabledPlugins()).stream())
                        .toList();
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
    public PersonalDataOfPlugins.Lease personalData() {
        Snapshot snapshot = acquire();
        AtomicBoolean held = new AtomicBoolean(true);
        Map<String, PersonalData> asked = new TreeMap<>();
        snapshot.generations()
                .forEach((id, generation) -> generation.personalData().ifPresent(data -> asked.put(id, data)));
        return new PersonalDataOfPlugins.Lease() {
            @Override
            public Map<String, PersonalData> byPlugin() {
                return asked;
            }

            @Override
            public Set<String> running() {
                return snapshot.generations().keySet();
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
        Stream<String> plugins = current().generations().values().stream()
                .flatMap(generation -> generation.subscribers().stream())
                .map(Subscriber::name);
        return Stream.concat(coreHandlers.names().stream(), plugins).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<String> names(Tenant tenant, String type) {
        Set<String> enabled = tenant.manifest().enabledPlugins();
        Map<String, List<RecordedHandler>> known = recorded;
        Map<String, Generation> running = current().generations();
        Set<String> names = new TreeSet<>(coreHandlers.names(type));
        for (String plugin : enabled) {
            Stream<RecordedHandler> here =
                    Stream.ofNullable(running.get(plugin)).flatMap(generation -> generation.handlers().stream());
            Stream.concat(here, known.getOrDefault(plugin, List.of()).stream())
                    .filter(handler -> handler.type().equals(type))
                    .forEach(handler -> names.add(handler.name()));
        }
        return names;
    }

    /** Takes note of the handlers of the releases that are current, by plugin, whether these run here or not. */
    void expect(Map<String, List<RecordedHandler>> handlers) {
        recorded = Map.copyOf(handlers);
    }

    /** What runs: each plugin's version. */
    public Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        current().generations().forEach((id, generation) -> versions.put(id, generation.version()));
        return versions;
    }

    /**
     * Starts a release in the place of what runs under its id; what ran is unloaded afterwards, after its last request.
     *
     * @throws PluginFaultsException with every fault; what ran goes on
     * @throws ApiException {@code PLUGIN_NOT_INSTALLED} if the database does not do its part; what ran goes on
     */
    synchronized Generation run(Release release) {
        long began = System.nanoTime();
        Generation fresh = Generation.open(release, vertx, services::context);
        Map<String, Generation> generations = new TreeMap<>(current().generations());
        Generation old = generations.put(fresh.id(), fresh);
        try {
            Snapshot next = compose(generations, fresh);
            fresh.migrate(migrations);
            swap(next, old);
        } catch (CompositionException faulty) {
            fresh.close();
            throw new PluginFaultsException(faulty.faults());
        } catch (RuntimeException | LinkageError failure) {
            fresh.close();
            throw failure;
        }
        watch(fresh.id());
        LOG.info(
                "Plugin {} {} runs{} ({} ms)",
                fresh.id(),
                fresh.version(),
                old == null ? "" : " in the place of " + old.version(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        return fresh;
    }

    /** Takes out what runs under an id; its tables stay. */
    synchronized void remove(String id) {
        Map<String, Generation> generations = new TreeMap<>(current().generations());
        Generation old = generations.remove(id);
        if (old != null) {
            swap(compose(generations, null), old);
            LOG.info("Plugin {} {} was taken out", id, old.version());
        }
    }

    /**
     * A county may enable any set of plugins. It is one that can be composed if all together can, and each with the core alone: what
     * clashes does so among all, and what is missing is missing alone.
     */
    private Snapshot compose(Map<String, Generation> generations, @Nullable Generation fresh) {
        Snapshot next = new Snapshot(started(core), generations, current().drained());
        next.engine(generations.keySet());
        if (fresh != null) {
            Engine.compose(List.of(started(core), fresh.contribution()), Limits.DEFAULT);
        }
        // the sets in use are composed here, because it takes longer than an event loop may be held
        tenants.all().stream()
                .map(tenant -> tenant.manifest().enabledPlugins())
                .distinct()
                .forEach(next::engine);
        return next;
    }

    private void swap(Snapshot next, @Nullable Generation old) {
        Snapshot before = current();
        current = next;
        before.release();
        if (old != null) {
            retired.add(new Retired(old.id(), old.version(), old.loader()));
            before.drained(DRAIN).whenComplete((drained, failure) -> unload(old, drained));
        }
    }

    private void unload(Generation old, boolean drained) {
        if (!drained) {
            LOG.warn("Plugin {} {} is unloaded under a request that does not end", old.id(), old.version());
        }
        vertx.<Void>executeBlocking(
                        () -> {
                            old.close();
                            return null;
                        },
                        false)
                .onFailure(failure ->
                        LOG.error("Plugin {} {} was not unloaded in order", old.id(), old.version(), failure));
    }

    /** By the id, so that the gauges go on from version to version. */
    private void watch(String id) {
        Gauge.builder("lianhu.plugin.blown", this, host -> host.fuse(id, fuse -> fuse.blown() ? 1 : 0))
                .description("1 while the plugin is left alone after many failures in a row")
                .tag("plugin", id)
                .register(meters);
        Gauge.builder("lianhu.plugin.calls", this, host -> host.fuse(id, Fuse::calls))
                .description("Calls of the plugin that are under way")
                .tag("plugin", id)
                .register(meters);
    }

    private double fuse(String id, ToDoubleFunction<Fuse> value) {
        Generation generation = current().generations().get(id);
        return generation == null ? Double.NaN : value.applyAsDouble(generation.fuse());
    }

    /** Ends the plugins in order; to be called once, after the last request and event. Blocks. */
    public synchronized void stop() {
        Snapshot last = current;
        if (last != null) {
            last.generations().values().forEach(Generation::close);
        }
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
