package io.lianhu.devstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The packaged server (a Quarkus fast-jar) as a child process that answers on 127.0.0.1. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Child child;
    private final int port;

    private ServerProcess(Child child, int port) {
        this.child = child;
        this.port = port;
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
        return start(quarkusAppDir, port, configuration, logFile, timeout, line -> {});
    }

    /** The same, while somebody hears each line of the log until the server is ready. */
    static ServerProcess start(
            Path quarkusAppDir,
            int port,
            Map<String, String> configuration,
            Path logFile,
            Duration timeout,
            Consumer<String> listener) {
        reapOrphans(line -> {});
        Path log = logFile.toAbsolutePath();
        Path java = Java.executable();
        int chosen = PortChoice.choose("Lianhu", "lianhu.port", port, 0, line -> {});
        Path root = Folders.root();
        Path settings = log.resolveSibling(log.getFileName() + ".arguments");
        // A file, not arguments: passwords are among them, and anybody on the machine can read a command line.
        PrivateFile.write(
                settings,
                arguments(quarkusAppDir.toAbsolutePath(), chosen, configuration).stream()
                        .map(ServerProcess::quote)
                        .collect(Collectors.joining("\n")));
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
        ServerProcess server = new ServerProcess(child, chosen);
        HttpClient http = Loopback.http();
        NewLines lines = new NewLines(log);
        try {
            child.awaitReady(
                    () -> {
                        lines.next().forEach(listener);
                        return ready(http, chosen);
                    },
                    timeout);
        } catch (DevstackFailure e) {
            server.kill();
            throw e;
        } finally {
            Orphans.delete(settings); // it was read at the server's start
        }
        return server;
    }

    /**
     * What a command of the server's said, and how it ended.
     *
     * @param exitCode 0 for success
     * @param output everything that it printed
     */
    public record Ended(int exitCode, String output) {}

    /**
     * Runs the server's jar as a command that ends by itself, and waits for it.
     *
     * @param command the arguments behind the jar
     * @throws DevstackFailure when it does not end within two minutes
     */
    public static Ended command(
            Path quarkusAppDir, Map<String, String> configuration, List<String> command, Path logFile) {
        Path settings = logFile.resolveSibling(logFile.getFileName() + ".arguments");
        List<String> arguments = new ArrayList<>(arguments(quarkusAppDir.toAbsolutePath(), 0, configuration));
        arguments.addAll(command);
        PrivateFile.write(settings, arguments.stream().map(ServerProcess::quote).collect(Collectors.joining("\n")));
        try {
            Process process = new ProcessBuilder(Java.executable().toString(), "@" + settings)
                    .redirectErrorStream(true)
                    .redirectOutput(logFile.toFile())
                    .start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new DevstackFailure(command + " does not end, see " + logFile);
            }
            return new Ended(process.exitValue(), Files.readString(logFile));
        } catch (IOException failure) {
            throw new DevstackFailure(command + " could not be run", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DevstackFailure(command + " was interrupted", interrupted);
        } finally {
            Orphans.delete(settings);
        }
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

    /** Calls when the server ends although nobody here asked it to, with what there is to say about it. */
    void onCrash(Consumer<String> listener) {
        child.onCrash(listener);
    }

    /** SIGKILL; returns when it has ended. */
    public void kill() {
        child.kill();
    }

    /** SIGTERM, up to 30 s to drain, then SIGKILL; returns when it has ended. A second call does nothing. */
    @Override
    public void close() {
        child.close();
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
        // Its log is in Chinese too, whatever the terminal's language.
        options.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
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
