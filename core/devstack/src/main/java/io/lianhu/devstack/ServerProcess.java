package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The packaged server (a Quarkus fast-jar) as a child process that answers on 127.0.0.1. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Child child;
    private final int port;
    private final Path settings;

    private ServerProcess(Child child, int port, Path settings) {
        this.child = child;
        this.port = port;
        this.settings = settings;
    }

    /**
     * Starts it and blocks until {@code /q/health/ready} answers 200.
     *
     * @param quarkusAppDir the folder that holds {@code quarkus-run.jar}
     * @param port zero for any free one
     * @param configuration system properties of the server; a key that begins with {@code -X} is an option of the JVM
     *     instead ({@code -XX:TieredStopAtLevel} with value 1, {@code -Xmx1g} with an empty one)
     * @param logFile overwritten
     * @throws DevstackFailure with the last 60 lines of the log when it ends early or is not ready in time
     */
    public static ServerProcess start(
            Path quarkusAppDir, int port, Map<String, String> configuration, Path logFile, Duration timeout) {
        reapOrphans(line -> {});
        Path log = logFile.toAbsolutePath();
        Path java = Java.executable();
        int chosen = PortChoice.choose("Lianhu", port, 0, line -> {});
        Path root = Folders.root();
        Path settings = log.resolveSibling(log.getFileName() + ".arguments");
        write(settings, arguments(quarkusAppDir.toAbsolutePath(), chosen, configuration));
        Child child = Child.start(new Child.Launch(
                "Lianhu",
                List.of(java.toString(), "@" + settings),
                java,
                quarkusAppDir.toAbsolutePath(),
                Map.of(),
                log,
                root == null ? log.resolveSibling("servers") : records(root),
                "TERM",
                DRAIN));
        ServerProcess server = new ServerProcess(child, chosen, settings);
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PROBE_TIMEOUT)
                .build();
        try {
            child.awaitReady(() -> ready(http, chosen), timeout);
        } catch (DevstackFailure e) {
            server.kill();
            throw e;
        }
        return server;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return child.pid();
    }

    public Path logFile() {
        return child.log();
    }

    /** SIGKILL; returns when it has ended. */
    public void kill() {
        child.kill();
        Orphans.delete(settings);
    }

    /** SIGTERM, up to 30 s to drain, then SIGKILL; returns when it has ended. A second call does nothing. */
    @Override
    public void close() {
        child.close();
        Orphans.delete(settings);
    }

    /** Ends servers whose parent was killed. */
    static void reapOrphans(Progress progress) {
        Path root = Folders.root();
        if (root != null) {
            Orphans.reap(records(root), progress);
        }
    }

    private static Path records(Path root) {
        return root.resolve(".lianhu").resolve("servers");
    }

    static List<String> arguments(Path quarkusAppDir, int port, Map<String, String> configuration) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("quarkus.http.host", Loopback.HOST);
        List<String> options = new ArrayList<>(List.of("-Xmx768m", "-XX:+UseSerialGC"));
        configuration.forEach((key, value) -> {
            if (key.startsWith("-X")) {
                options.add(value.isEmpty() ? key : key + "=" + value);
            } else {
                properties.put(key, value);
            }
        });
        properties.put("quarkus.http.port", Integer.toString(port));
        properties.forEach((key, value) -> options.add("-D" + key + "=" + value));
        options.add("-jar");
        options.add(quarkusAppDir.resolve("quarkus-run.jar").toString());
        return options;
    }

    /** A file, not arguments: passwords are among them, and anybody on the machine can read a command line. */
    private static void write(Path file, List<String> arguments) {
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, arguments.stream().map(ServerProcess::quote).toList(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As Java's argument files want it. */
    static String quote(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static boolean ready(HttpClient http, int port) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + Loopback.HOST + ":" + port + "/q/health/ready"))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
