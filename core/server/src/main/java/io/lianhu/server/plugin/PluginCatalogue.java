package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases that the platform has, and which of each plugin is current. Jars are kept in the database, so that every replica runs the
 * same ones, whatever its folder holds.
 */
@Singleton
public class PluginCatalogue {

    private static final Logger LOG = LoggerFactory.getLogger(PluginCatalogue.class);

    private static final String CHANGED = "plugins";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_JAR = 64 * 1024 * 1024;

    private final PluginHost host;
    private final Operations operations;
    private final Signals signals;
    private final Vertx vertx;
    private final Path folder;
    private final boolean home;
    private final MeterRegistry meters;
    private final Map<String, Ailing> ailing = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();

    PluginCatalogue(
            PluginHost host,
            Operations operations,
            Signals signals,
            Vertx vertx,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.plugins.dir") String folder,
            @ConfigProperty(name = "lianhu.home", defaultValue = "false") boolean home) {
        this.host = host;
        this.operations = operations;
        this.signals = signals;
        this.vertx = vertx;
        this.meters = meters;
        this.folder = Path.of(folder).toAbsolutePath();
        this.home = home;
    }

    /** Runs what is current, then what the folder has that is newer. Blocks: for the start. */
    public void start() {
        signals.on(CHANGED, message -> blocking(this::synchronise)); // first: what changes meanwhile is looked at again
        Gauge.builder("lianhu.plugin.failing", ailing, Map::size)
                .description("Plugins whose current release does not run on this replica")
                .register(meters);
        synchronise();
        jars().forEach(this::adopt);
    }

    /** Looks again at what is current, in the background: a signal may have been missed, and what failed may work by now. */
    public void refresh() {
        if (looking.compareAndSet(false, true)) {
            blocking(this::synchronise)
                    .onTermination()
                    .invoke(() -> looking.set(false))
                    .subscribe()
                    .with(
                            done -> {},
                            failure -> LOG.warn("The plugins could not be looked at again: {}", failure.toString()));
        }
    }

    /** Why the current release of a plugin does not run here, by plugin. */
    Map<String, Ailing> ailing() {
        return Map.copyOf(ailing);
    }

    /**
     * A release that should run here and does not.
     *
     * @param tries how often it was tried
     * @param next when it is tried again
     */
    record Ailing(String version, String sha256, String why, int tries, Instant next) {

        private static final int MOST_DOUBLINGS = 6;

        static Ailing of(String version, String sha256, String why, @Nullable Ailing before) {
            int tries = before == null || !before.sha256().equals(sha256) ? 0 : before.tries();
            // the first time at the next look, since it may have been the database; then ever more seldom
            Duration pause = tries == 0 ? Duration.ZERO : Duration.ofSeconds(30L << Math.min(tries, MOST_DOUBLINGS));
            return new Ailing(version, sha256, why, tries + 1, Instant.now().plus(pause));
        }

        boolean waits(String current) {
            return sha256.equals(current) && Instant.now().isBefore(next);
        }
    }

    private List<Path> jars() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void adopt(Path jar) {
        try {
            Release release = read(jar);
            PluginManifest manifest = manifest(release);
            String known = await(current()).get(manifest.id());
            boolean newer = known == null || new DefaultVersionManager().compareVersions(manifest.version(), known) > 0;
            boolean builtAnew = home && manifest.version().equals(known) && !host.runs(manifest.id(), release.sha256());
            if (newer || builtAnew) {
                run(release, jar.getFileName().toString());
            }
        } catch (PluginFaultsException faulty) {
            LOG.error("{} is refused: {}", jar.getFileName(), faulty.faults());
        } catch (IOException | RuntimeException failure) {
            LOG.error("{} is not taken: {}", jar.getFileName(), failure.toString());
        }
    }

    private static PluginManifest manifest(Release release) {
        Path unpacked = PluginJar.unpack(release.bytes());
        try {
            return PluginJar.read(unpacked).manifest();
        } finally {
            delete(unpacked);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path jar(String file) {
        try {
            Path jar = folder.resolve(file).normalize();
            if (folder.equals(jar.getParent()) && Files.isRegularFile(jar)) {
                return jar;
            }
        } catch (InvalidPathException unwritable) {
            LOG.debug("No path: {}", file, unwritable);
        }
        throw new ApiException(PluginError.PLUGIN_UNKNOWN, Map.of("file", file));
    }

    /** Runs a jar of the folder in the place of the version that runs, here at once and soon on every replica. */
    Uni<PluginManifest> install(String file, String by) {
        Path jar = jar(file);
        return UniHelper.toUni(vertx.executeBlocking(() -> read(jar), false))
                .chain(release -> UniHelper.toUni(vertx.executeBlocking(() -> run(release, by), false)))
                .onFailure(PluginFaultsException.class)
                .transform(faulty -> ((PluginFaultsException) faulty).toApiException());
    }

    private static Release read(Path jar) throws IOException {
        if (Files.size(jar) > MAX_JAR) {
            throw new ApiException(
                    PluginError.PLUGIN_REFUSED, Map.of("faults", List.of("The jar is larger than 64 MiB")));
        }
        return Release.of(Files.readAllBytes(jar));
    }

    /**
     * Blocks; one at a time, so that what was recorded last is what runs. The new version is recorded only once it runs, so that a faulty
     * one is never any replica's current.
     */
    private synchronized PluginManifest run(Release release, String by) {
        PluginManifest manifest = manifest(release);
        if (!home && await(isTaken(manifest, release))) {
            throw taken(manifest);
        }
        List<RecordedHandler> handlers = host.run(release).handlers();
        try {
            await(record(manifest, release, handlers, by, home));
        } catch (RuntimeException unrecorded) {
            try {
                synchronise(); // what is recorded is what runs, be it that another replica was first
            } catch (RuntimeException away) {
                unrecorded.addSuppressed(away); // the next look does it
            }
            throw unrecorded;
        }
        await(signals.send(CHANGED, manifest.id()));
        return manifest;
    }

    private Uni<Boolean> isTaken(PluginManifest manifest, Release release) {
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "select 1 from lianhu_platform.plugin_release where plugin = $1 and version = $2 and sha256 <> $3",
                                manifest.id(),
                                manifest.version(),
                                release.sha256()))
                .map(rows -> rows.rowCount() > 0);
    }

    private static ApiException taken(PluginManifest manifest) {
        return new ApiException(PluginError.PLUGIN_VERSION_TAKEN, Map.of("version", manifest.version()));
    }

    private Uni<Map<String, String>> current() {
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run("select plugin, version from lianhu_platform.plugin_current"))
                .map(rows -> {
                    Map<String, String> versions = new TreeMap<>();
                    rows.forEach(row -> versions.put(row.getString(0), row.getString(1)));
                    return versions;
                });
    }

    /** A version, once recorded, keeps its jar; only at home is it replaced. */
    private Uni<Void> record(
            PluginManifest manifest, Release release, List<RecordedHandler> handlers, String by, boolean replace) {
        return operations.write(Operation.PLATFORM, () -> Statements.PLATFORM
                .run(
                        "insert into lianhu_platform.plugin_release (plugin, version, sha256, jar, installed_by, handlers)"
                                + " values ($1, $2, $3, $4, $5, $7) on conflict (plugin, version) do update"
                                + " set sha256 = excluded.sha256, jar = excluded.jar, installed_by = excluded.installed_by,"
                                + " handlers = excluded.handlers, installed_at = now() where $6 or plugin_release.sha256 = excluded.sha256 returning version",
                        manifest.id(),
                        manifest.version(),
                        release.sha256(),
                        Buffer.buffer(release.bytes()),
                        by,
                        replace,
                        json(handlers))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw taken(manifest);
                    }
                })
                .chain(() -> Statements.PLATFORM.run(
                        "insert into lianhu_platform.plugin_current (plugin, version) values ($1, $2)"
                                + " on conflict (plugin) do update set version = excluded.version, changed_at = now()",
                        manifest.id(),
                        manifest.version()))
                .replaceWithVoid());
    }

    private static JsonArray json(List<RecordedHandler> handlers) {
        JsonArray json = new JsonArray();
        handlers.forEach(
                one -> json.add(new JsonObject().put("name", one.name()).put("type", one.type())));
        return json;
    }

    private static List<RecordedHandler> handlers(@Nullable JsonArray json) {
        return json == null
                ? List.of()
                : IntStream.range(0, json.size())
                        .mapToObj(json::getJsonObject)
                        .map(one -> new RecordedHandler(one.getString("name"), one.getString("type")))
                        .toList();
    }

    /** A release as it is recorded, without its jar. */
    private record Recorded(String plugin, String version, String sha256, @Nullable JsonArray handlers) {
        static Recorded of(Row row) {
            return new Recorded(
                    row.getString("plugin"),
                    row.getString("version"),
                    row.getString("sha256"),
                    row.getJsonArray("handlers"));
        }
    }

    /** Makes what runs here equal to what is current, as far as it can be. Blocks. */
    private synchronized void synchronise() {
        Map<String, Recorded> current = new TreeMap<>();
        await(operations.read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "select c.plugin, c.version, r.sha256, r.handlers from lianhu_platform.plugin_current c"
                                        + " join lianhu_platform.plugin_release r using (plugin, version)")))
                .forEach(row -> current.put(row.getString("plugin"), Recorded.of(row)));
        host.expect(current.values().stream()
                .collect(Collectors.toMap(Recorded::plugin, release -> handlers(release.handlers()))));
        host.versions().keySet().stream().filter(id -> !current.containsKey(id)).forEach(host::remove);
        ailing.keySet().retainAll(current.keySet());
        for (Recorded release : current.values()) {
            Ailing before = ailing.get(release.plugin());
            if (host.runs(release.plugin(), release.sha256())) {
                ailing.remove(release.plugin());
            } else if (before == null || !before.waits(release.sha256())) {
                load(release, before);
            }
        }
    }

    /** One that does not run keeps neither the others nor the server from running. */
    private void load(Recorded release, @Nullable Ailing before) {
        try {
            Buffer jar = await(operations.read(
                            Operation.PLATFORM,
                            () -> Statements.PLATFORM.run(
                                    "select jar from lianhu_platform.plugin_release where plugin = $1 and version = $2",
                                    release.plugin(),
                                    release.version())))
                    .iterator()
                    .next()
                    .getBuffer(0);
            List<RecordedHandler> handlers =
                    host.run(Release.of(jar.getBytes())).handlers();
            ailing.remove(release.plugin());
            if (release.handlers() == null) {
                await(operations.write(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "update lianhu_platform.plugin_release set handlers = $3"
                                        + " where plugin = $1 and version = $2 and handlers is null",
                                release.plugin(),
                                release.version(),
                                json(handlers))));
            }
        } catch (RuntimeException | LinkageError failure) {
            String why = failure instanceof PluginFaultsException faulty
                    ? String.join("; ", faulty.faults())
                    : failure.toString();
            ailing.put(release.plugin(), Ailing.of(release.version(), release.sha256(), why, before));
            LOG.error("Plugin {} {} does not run here: {}", release.plugin(), release.version(), why, failure);
        }
    }

    private Uni<Void> blocking(Runnable work) {
        return UniHelper.toUni(vertx.executeBlocking(
                () -> {
                    work.run();
                    return null;
                },
                false));
    }

    private static <T> T await(Uni<T> work) {
        return work.await().atMost(PATIENCE);
    }
}
