package io.lianhu.server.plugin;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
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

    PluginCatalogue(
            PluginHost host,
            Operations operations,
            Signals signals,
            Vertx vertx,
            @ConfigProperty(name = "lianhu.plugins.dir") String folder,
            @ConfigProperty(name = "lianhu.home", defaultValue = "false") boolean home) {
        this.host = host;
        this.operations = operations;
        this.signals = signals;
        this.vertx = vertx;
        this.folder = Path.of(folder).toAbsolutePath();
        this.home = home;
    }

    /** Runs what is current, then what the folder has that is newer. Blocks: for the start. */
    public void start() {
        synchronise();
        for (Path jar : jars()) {
            try {
                adopt(read(jar), jar.getFileName().toString());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (PluginFaultsException faulty) {
                LOG.error("{} is refused: {}", jar.getFileName(), faulty.faults());
            } catch (ApiException refused) {
                LOG.error("{} is refused: {}", jar.getFileName(), refused.getMessage());
            }
        }
        signals.on(CHANGED, message -> blocking(this::synchronise));
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

    private void adopt(Release release, String file) {
        PluginManifest manifest = manifest(release);
        String known = await(current()).get(manifest.id());
        boolean newer = known == null || new DefaultVersionManager().compareVersions(manifest.version(), known) > 0;
        boolean builtAnew = home && manifest.version().equals(known) && !host.runs(manifest.id(), release.sha256());
        if (newer || builtAnew) {
            run(release, file);
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

    /** Runs a jar of the folder in the place of the version that runs, here at once and soon on every replica. */
    Uni<PluginManifest> install(String file, String by) {
        Path jar = folder.resolve(file).normalize();
        if (!folder.equals(jar.getParent()) || !Files.isRegularFile(jar)) {
            return Uni.createFrom().failure(new ApiException(PluginError.PLUGIN_UNKNOWN, Map.of("file", file)));
        }
        return UniHelper.toUni(vertx.executeBlocking(() -> read(jar), false))
                .chain(release -> UniHelper.toUni(vertx.executeBlocking(() -> run(release, by), false)))
                .onFailure(PluginFaultsException.class)
                .transform(faulty -> ((PluginFaultsException) faulty).toApiException())
                .call(manifest -> signals.send(CHANGED, manifest.id()));
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
        host.run(release);
        try {
            await(record(manifest, release, by, home));
        } catch (ApiException overtaken) {
            synchronise(); // another replica recorded the version first: what is recorded is what runs
            throw overtaken;
        }
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
                    Map<String, String> versions = new java.util.TreeMap<>();
                    rows.forEach(row -> versions.put(row.getString(0), row.getString(1)));
                    return versions;
                });
    }

    /** A version, once recorded, keeps its jar; only at home is it replaced. */
    private Uni<Void> record(PluginManifest manifest, Release release, String by, boolean replace) {
        return operations.write(Operation.PLATFORM, () -> Statements.PLATFORM
                .run(
                        "insert into lianhu_platform.plugin_release (plugin, version, sha256, jar, installed_by)"
                                + " values ($1, $2, $3, $4, $5) on conflict (plugin, version) do update"
                                + " set sha256 = excluded.sha256, jar = excluded.jar, installed_by = excluded.installed_by,"
                                + " installed_at = now() where $6 or plugin_release.sha256 = excluded.sha256 returning version",
                        manifest.id(),
                        manifest.version(),
                        release.sha256(),
                        Buffer.buffer(release.bytes()),
                        by,
                        replace)
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

    /** Runs whatever is current and does not run here yet. Blocks. */
    private synchronized void synchronise() {
        for (Row row : await(
                operations.read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "select c.plugin, c.version, r.sha256 from lianhu_platform.plugin_current c"
                                        + " join lianhu_platform.plugin_release r using (plugin, version) order by c.plugin")))) {
            if (!host.runs(row.getString("plugin"), row.getString("sha256"))) {
                load(row.getString("plugin"), row.getString("version"));
            }
        }
    }

    private void load(String plugin, String version) {
        List<Buffer> jars = new ArrayList<>();
        await(operations.read(
                        Operation.PLATFORM,
                        () -> Statements.PLATFORM.run(
                                "select jar from lianhu_platform.plugin_release where plugin = $1 and version = $2",
                                plugin,
                                version)))
                .forEach(row -> jars.add(row.getBuffer(0)));
        for (Buffer jar : jars) {
            try {
                host.run(Release.of(jar.getBytes()));
            } catch (PluginFaultsException faulty) {
                LOG.error("Plugin {} {} does not run here: {}", plugin, version, faulty.faults(), faulty);
            }
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
