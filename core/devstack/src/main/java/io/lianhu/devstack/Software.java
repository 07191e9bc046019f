package io.lianhu.devstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.CodeSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of the stack, unpacked once per version into a folder from what Maven resolved. */
final class Software {
    // Health and metrics would open a second port and are answered by nobody here.
    private static final List<String> KEYCLOAK_BUILD =
            List.of("build", "--db=postgres", "--health-enabled=false", "--metrics-enabled=false");
    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(5);

    private static final Map<String, String> REDIS_BINARIES = Map.of(
            "linux-x86_64", "redis-server-6.2.6-v5-linux-amd64",
            "linux-arm_64", "redis-server-6.2.7-linux-arm64",
            "darwin-x86_64", "redis-server-6.2.6-v5-darwin-amd64",
            "darwin-arm_64", "redis-server-6.2.6-v5-darwin-arm64");

    private final Path folder;
    private final Progress progress;
    private final Properties versions = new Properties();

    Software(Path folder, Progress progress) {
        this.folder = folder.toAbsolutePath();
        this.progress = progress;
        try (InputStream in = resource("io/lianhu/devstack/versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Folders.create(this.folder);
    }

    String version(String program) {
        return versions.getProperty(program);
    }

    /** Where the PostgreSQL server lies, whether it has been unpacked yet or not. */
    Path postgresExecutable() {
        return postgresHome().resolve("bin").resolve("postgres");
    }

    private Path postgresHome() {
        return folder.resolve("postgres-" + version("postgres"));
    }

    /** The folder that holds PostgreSQL's bin, lib and share. */
    Path postgres() {
        Path home = postgresHome();
        if (Files.exists(home)) {
            return home;
        }
        try (Folders.Lock lock = lock(home)) {
            if (Files.exists(home)) {
                return home;
            }
            progress.report("PostgreSQL: unpacking " + version("postgres"));
            Path partial = partial(home);
            try (InputStream in = resource("postgres-" + platform() + ".txz")) {
                unpack(new XZCompressorInputStream(new BufferedInputStream(in)), partial, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Folders.move(partial, home);
        }
        return home;
    }

    /** The Redis server. */
    Path redis() {
        String binary = REDIS_BINARIES.getOrDefault(platform(), "");
        Path executable = folder.resolve(binary);
        if (Files.exists(executable)) {
            return executable;
        }
        try (Folders.Lock lock = lock(executable)) {
            if (Files.exists(executable)) {
                return executable;
            }
            progress.report("Redis: unpacking");
            Path partial = partial(executable);
            try (InputStream in = resource(binary)) {
                Files.copy(in, partial);
                makeExecutable(partial);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Folders.move(partial, executable);
        }
        return executable;
    }

    /** Keycloak's home, unpacked and built for PostgreSQL. */
    Path keycloak(Path log, Path records) {
        Path home = folder.resolve("keycloak-" + version("keycloak"));
        if (built(home)) {
            return home;
        }
        try (Folders.Lock lock = lock(home)) {
            if (built(home)) {
                return home;
            }
            Folders.delete(home);
            progress.report("Keycloak: unpacking " + version("keycloak"));
            Path partial = partial(home);
            try (InputStream in = Files.newInputStream(keycloakArchive())) {
                unpack(new GZIPInputStream(new BufferedInputStream(in, 1 << 16), 1 << 16), partial, 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Folders.move(partial, home);
            progress.report("Keycloak: building it for PostgreSQL, once per version (about 20 s)");
            Child.start(KeycloakCommand.launch(home, KEYCLOAK_BUILD, Map.of(), log, records))
                    .awaitSuccess(BUILD_TIMEOUT);
            Json.save(mark(home), KEYCLOAK_BUILD);
        }
        return home;
    }

    private static boolean built(Path home) {
        return Json.load(mark(home), List.class).filter(KEYCLOAK_BUILD::equals).isPresent();
    }

    /** Lies in a Keycloak that was built to the end, and says with which options. */
    private static Path mark(Path home) {
        return home.resolve("built-for-lianhu");
    }

    /** Two stacks may share this folder and begin at once. */
    private static Folders.Lock lock(Path target) {
        return Folders.Lock.take(target.resolveSibling(target.getFileName() + ".lock"));
    }

    private Path keycloakArchive() {
        String version = version("keycloak");
        String named = System.getProperty("lianhu.keycloak.dist");
        if (named != null) {
            return Path.of(named);
        }
        Set<Path> repositories = repositories();
        for (Path repository : repositories) {
            Path archive = repository.resolve(
                    "org/keycloak/keycloak-quarkus-dist/" + version + "/keycloak-quarkus-dist-" + version + ".tar.gz");
            if (Files.exists(archive)) {
                return archive;
            }
        }
        throw new DevstackFailure("Keycloak " + version + " is in none of the Maven repositories " + repositories
                + ". Bring it with: mvn dependency:get -Dtransitive=false"
                + " -Dartifact=org.keycloak:keycloak-quarkus-dist:" + version + ":tar.gz"
                + " (or name the archive in the system property lianhu.keycloak.dist)");
    }

    /** The one our own libraries came from first: it is right whatever settings.xml says. */
    private static Set<Path> repositories() {
        Set<Path> candidates = new LinkedHashSet<>();
        CodeSource source = TarArchiveInputStream.class.getProtectionDomain().getCodeSource();
        if (source != null) {
            try {
                URL location = source.getLocation();
                Path jar = Path.of(location.toURI());
                // org/apache/commons/commons-compress/1.2.3/commons-compress-1.2.3.jar
                if (jar.getNameCount() > 6) {
                    candidates.add(jar.getRoot().resolve(jar.subpath(0, jar.getNameCount() - 6)));
                }
            } catch (URISyntaxException | IllegalArgumentException e) {
                // Not from a plain file: the next candidate decides.
                candidates.clear();
            }
        }
        for (String property : List.of("maven.repo.local", "localRepository")) {
            String value = System.getProperty(property);
            if (value != null && !value.isBlank()) {
                candidates.add(Path.of(value).toAbsolutePath());
            }
        }
        candidates.add(Path.of(System.getProperty("user.home"), ".m2", "repository"));
        return candidates;
    }

    /** As the archives of PostgreSQL are called. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String platform =
                (system.startsWith("mac") ? "darwin" : system) + (arch.equals("aarch64") ? "-arm_64" : "-x86_64");
        if (!REDIS_BINARIES.containsKey(platform)) {
            throw new DevstackFailure("There are no binaries for " + system + " on " + arch
                    + ". Lianhu runs at home on Linux and macOS (on Windows: within WSL).");
        }
        return platform;
    }

    private static InputStream resource(String name) {
        InputStream in = Software.class.getClassLoader().getResourceAsStream(name);
        if (in == null) {
            throw new DevstackFailure(name + " is not on the class path of lianhu-devstack."
                    + " Its pom brings it by a profile for the platform: is that profile active?");
        }
        return in;
    }

    private static Path partial(Path target) {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        Folders.delete(partial);
        return partial;
    }

    private static void unpack(InputStream archive, Path target, int strip) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                Path name = Path.of(entry.getName()).normalize();
                if (name.getNameCount() <= strip || name.startsWith("..") || name.isAbsolute()) {
                    continue;
                }
                Path file = target.resolve(name.subpath(strip, name.getNameCount()));
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    try (OutputStream out = Files.newOutputStream(file)) {
                        tar.transferTo(out);
                    }
                    if ((entry.getMode() & 0100) != 0) {
                        makeExecutable(file);
                    }
                }
            }
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }
}
