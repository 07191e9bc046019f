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

    /** Runs what is current, after taking from the folder what is newer. Blocks: for the start. */
    public void start() {
        for (Path jar : jars()) {
            try {
                adopt(Release.of(Files.readAllBytes(jar)), jar);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (PluginFaultsException faulty) {
                LOG.error("{} is refused: {}", jar.getFileName(), faulty.faults());
            }
        }
        synchronise();
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

    private void adopt(Release release, Path jar) {
        Path unpacked = PluginJar.unpack(release.bytes());
        PluginManifest manifest;
        try {
            manifest = PluginJar.read(unpacked).manifest();
        } finally {
            delete(unpacked);
        }
        Map<String, String> known = await(current());
        String running = known.get(manifest.id());
        if (running == null || new DefaultVersionManager().compareVersions(manifest.version(), running) > 0) {
            await(record(manifest, release, jar.getFileName().toString(), home));
        } else if (running.equals(manifest.version()) && home) {
            await(record(manifest, release, jar.getFileName().toString(), true)); // built anew at home
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
                .call(manifest -> signals.send(CHANGED, manifest.id()));
    }

    private static Release read(Path jar) throws IOException {
        if (Files.size(jar) > MAX_JAR) {
            throw new ApiException(
                    PluginError.PLUGIN_REFUSED, Map.of("faults", List.of("The jar is larger than 64 MiB")));
        }
        return Release.of(Files.readAllBytes(jar));
    }

    /** Blocks. The new version is recorded only once it runs, so that a faulty one is never any replica's current. */
    private PluginManifest run(Release release, String by) {
        try {
            PluginManifest manifest = host.run(release);
            await(record(manifest, release, by, home));
            return manifest;
        } catch (PluginFaultsException faulty) {
            throw faulty.toApiException();
        }
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
                        throw new ApiException(PluginError.PLUGIN_VERSION_TAKEN, Map.of("version", manifest.version()));
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
    private void synchronise() {
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
