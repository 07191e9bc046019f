package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Finds the children whose parent was killed, and ends exactly those. */
final class Orphans {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Orphans() {}

    /** Goes through the records in a folder; a missing folder holds none. */
    static void reap(Path records, Progress progress) {
        if (!Files.isDirectory(records)) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(records)) {
            entries.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // All at once: each may take seconds to end in good order.
        files.parallelStream().forEach(file -> reapOne(file, progress));
    }

    private static void reapOne(Path file, Progress progress) {
        Optional<ChildRecord> record = Json.load(file, ChildRecord.class);
        ChildRecord.Verdict verdict = record.map(
                        child -> child.verdict(child.owner().alive(), ChildRecord.Sighting.of(child.pid())))
                .orElse(ChildRecord.Verdict.FORGET);
        if (verdict == ChildRecord.Verdict.REAP) {
            ChildRecord orphan = record.orElseThrow();
            progress.report(orphan.name() + ": ending the one left over by a killed parent, pid " + orphan.pid());
            ProcessHandle.of(orphan.pid()).ifPresent(process -> end(process, orphan.stopSignal(), PATIENCE));
        }
        if (verdict != ChildRecord.Verdict.LEAVE) {
            delete(file);
        }
    }

    /**
     * PostgreSQL's own lock file, for the moment between its birth and our record of it: ends the server it names if
     * that is our executable, started when the file says, and removes the file, since the server would refuse to start
     * when the pid has meanwhile passed to a stranger.
     */
    static void reapPostmaster(Path cluster, Path executable, Progress progress) {
        Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file) || !Files.exists(executable)) {
            return;
        }
        try {
            postmaster(Files.readAllLines(file), executable.toRealPath())
                    .filter(postmaster -> postmaster.is(ChildRecord.Sighting.of(postmaster.pid())))
                    .flatMap(postmaster -> ProcessHandle.of(postmaster.pid()))
                    .ifPresent(process -> {
                        progress.report(
                                "PostgreSQL: ending the one left over in " + cluster + ", pid " + process.pid());
                        end(process, "INT", PATIENCE);
                    });
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines: pid, data folder, start in seconds since the epoch, and more. */
    static Optional<ChildRecord> postmaster(List<String> lines, Path executable) {
        if (lines.size() < 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ChildRecord(
                    "PostgreSQL",
                    Long.parseLong(lines.get(0).strip()),
                    Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip())).toString(),
                    executable.toString(),
                    "INT",
                    new ChildRecord.Owner(0, Instant.EPOCH.toString())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Asks a process to end, waits, and kills it if it does not. */
    static void end(ProcessHandle process, String signal, Duration patience) {
        signal(process, signal);
        if (!awaitEnd(process, patience)) {
            process.destroyForcibly();
            awaitEnd(process, PATIENCE);
        }
    }

    private static void signal(ProcessHandle process, String signal) {
        if (signal.equals("TERM")) {
            process.destroy();
            return;
        }
        try {
            // The shell's own kill: minimal systems lack the program.
            new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            process.destroy();
        }
    }

    static boolean awaitEnd(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return !process.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new DevstackFailure("Cannot watch pid " + process.pid(), e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
