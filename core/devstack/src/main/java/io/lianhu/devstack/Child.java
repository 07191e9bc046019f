package io.lianhu.devstack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One running child process: recorded while it lives, ended with this JVM at the latest. */
final class Child implements AutoCloseable {
    /**
     * How to start one.
     *
     * @param executable what the process turns into: launchers such as unshare and setsid replace themselves by it
     * @param environment added to ours, from which the variables that configure Keycloak and Quarkus are left out
     * @param records the folder to record it in
     * @param patience how long it may take to end in good order
     */
    record Launch(
            String name,
            List<String> command,
            Path executable,
            Path directory,
            Map<String, String> environment,
            Path log,
            Path records,
            String stopSignal,
            Duration patience) {}

    private static final int TAIL_LINES = 60;

    /**
     * Puts the child where Ctrl-C does not reach it, which the terminal sends to all processes in its foreground at once:
     * the order in which they end is ours to choose. Systems without it (macOS) let it reach them.
     */
    private static final List<String> OWN_SESSION = Stream.of(
                    System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "setsid"))
            .filter(Files::isExecutable)
            .limit(1)
            .map(Path::toString)
            .toList();

    private final Launch launch;
    private final Process process;
    private final Path record;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private Child(Launch launch, Process process, Path record) {
        this.launch = launch;
        this.process = process;
        this.record = record;
    }

    static Child start(Launch launch) {
        List<String> command = new ArrayList<>(OWN_SESSION);
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(launch.log().toFile());
        inherit(builder.environment());
        builder.environment().putAll(launch.environment());
        try {
            Files.createDirectories(launch.records());
            Files.createDirectories(launch.log().toAbsolutePath().getParent());
            return adopt(launch, builder.start());
        } catch (IOException e) {
            throw new DevstackFailure(
                    launch.name() + " cannot be started: " + launch.command().get(0), e);
        }
    }

    private static Child adopt(Launch launch, Process process) throws IOException {
        Path record = launch.records()
                .resolve(launch.name().toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + process.pid() + ".json");
        try {
            // Without an input it cannot wait for one.
            process.getOutputStream().close();
            Json.save(
                    record,
                    ChildRecord.of(
                            launch.name(),
                            process.toHandle(),
                            launch.executable().toRealPath(),
                            launch.stopSignal()));
            Child child = new Child(launch, process, record);
            Children.add(child);
            return child;
        } catch (IOException | RuntimeException | Error e) {
            // Nobody else knows of it.
            process.destroyForcibly();
            Orphans.delete(record);
            throw e;
        }
    }

    /** A developer's own settings for some other Keycloak or Quarkus must not reach ours. */
    static void inherit(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name -> name.startsWith("KC_")
                        || name.startsWith("QUARKUS_")
                        || name.startsWith("PG")
                        || name.startsWith("JAVA_OPTS"));
    }

    String name() {
        return launch.name();
    }

    long pid() {
        return process.pid();
    }

    Path log() {
        return launch.log();
    }

    /** Waits until the probe says yes; fails at once, with the end of the log, when the process ends before. */
    void awaitReady(BooleanSupplier probe, Duration timeout) {
        Instant deadline = Instant.now().plus(timeout);
        while (!probe.getAsBoolean()) {
            try {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new DevstackFailure(ended());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DevstackFailure("Interrupted while waiting for " + launch.name(), e);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new DevstackFailure(
                        launch.name() + " does not answer after " + timeout.toSeconds() + " s. " + tail());
            }
        }
    }

    /** Waits for a process that does one thing and ends; fails, with the end of the log, unless it ends well. */
    void awaitSuccess(Duration timeout) {
        boolean ended = Orphans.awaitEnd(process.toHandle(), timeout);
        close();
        if (!ended) {
            throw new DevstackFailure(launch.name() + " is not done after " + timeout.toSeconds() + " s. " + tail());
        }
        if (process.exitValue() != 0) {
            throw new DevstackFailure(ended());
        }
    }

    /** Calls when the process ends although nobody here asked it to, with what there is to say about it. */
    void onCrash(Consumer<String> listener) {
        process.onExit().thenRun(() -> {
            if (!stopping.get()) {
                listener.accept(ended());
            }
        });
    }

    private String ended() {
        return launch.name() + " ended by itself with exit code " + process.exitValue() + ". " + tail();
    }

    private String tail() {
        return tail(launch.log());
    }

    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return "The end of " + log + ":\n"
                    + lines.stream()
                            .skip(Math.max(0, lines.size() - TAIL_LINES))
                            .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "Its log " + log + " cannot be read: " + e;
        }
    }

    /** SIGKILL; returns when it has ended. */
    void kill() {
        stopping.set(true);
        process.destroyForcibly();
        Orphans.awaitEnd(process.toHandle(), launch.patience());
        close();
    }

    /** Ends it in good order if it can, and returns when it has ended; a second call does nothing. */
    @Override
    public void close() {
        stopping.set(true);
        if (process.isAlive()) {
            Orphans.end(process.toHandle(), launch.stopSignal(), launch.patience());
        }
        Orphans.delete(record);
        Children.remove(this);
    }
}
