package io.lianhu.testkit;

import io.lianhu.devstack.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the server. Its port and its log change with each {@link #restart}; clients find the new ones by themselves.
 */
public final class Replica implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Path server;
    private final Map<String, String> configuration;
    private final Path folder;
    private final String name;
    private final List<Path> logs = new CopyOnWriteArrayList<>();
    private @Nullable Running running;

    /** A process, and connections to none but this one: a kept connection to its predecessor would fail a request. */
    private record Running(ServerProcess process, HttpClient http) {}

    Replica(Path server, Map<String, String> configuration, Path folder, String name) {
        this.server = server;
        this.configuration = configuration;
        this.folder = folder;
        this.name = name;
        start();
    }

    private synchronized void start() {
        Path log = folder.resolve(name + "-" + (logs.size() + 1) + ".log");
        logs.add(log);
        ServerProcess process = ServerProcess.start(server, 0, configuration, log, PATIENCE);
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        running = new Running(process, http);
    }

    private synchronized Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("The server " + name + " was ended; restart() brings it back");
        }
        return now;
    }

    HttpClient http() {
        return running().http();
    }

    public int port() {
        return running().process().port();
    }

    public long pid() {
        return running().process().pid();
    }

    /** The log of the process that runs, or ran last. */
    public Path log() {
        return logs.get(logs.size() - 1);
    }

    /** Every line logged so far, by this process and those before it. */
    public List<String> logLines() {
        List<String> lines = new ArrayList<>();
        for (Path log : logs) {
            try {
                // a line that is just being written may end in half a character
                new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(lines::add);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return lines;
    }

    /** Ends the process in good order, if it still runs, and starts another; returns when that one is ready. */
    public synchronized void restart() {
        close();
        start();
    }

    /** SIGKILL; returns when the process is gone. */
    public synchronized void kill() {
        if (running != null) {
            running.process().kill();
            running = null;
        }
    }

    /** Has the process collect its garbage, by {@code jcmd} of the JDK that runs the test. */
    public void collectGarbage() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process call = new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(new File(folder.toFile(), "jcmd.log")))
                    .start();
            if (!call.waitFor(60, TimeUnit.SECONDS) || call.exitValue() != 0) {
                call.destroyForcibly();
                throw new IllegalStateException("jcmd failed; see " + folder.resolve("jcmd.log"));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("No jcmd: the tests need a whole JDK", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** SIGTERM, and time to end its requests. */
    @Override
    public synchronized void close() {
        if (running != null) {
            running.process().close();
            running = null;
        }
    }
}
