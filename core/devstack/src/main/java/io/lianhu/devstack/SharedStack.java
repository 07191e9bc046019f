package io.lianhu.devstack;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way of a test JVM to the stack that a {@link Supervisor} runs for all of them. */
final class SharedStack {
    /** Who is there, and whom it serves: files in the test folder, changed only under its lock. */
    record Board(Path dir) {
        Folders.Lock lock() {
            return Folders.Lock.take(dir.resolve("shared.lock"));
        }

        Path supervisor() {
            return dir.resolve("supervisor.json");
        }

        Path users() {
            return dir.resolve("users");
        }

        Path crash() {
            return dir.resolve("crash.txt");
        }

        /** The supervisor that has announced itself and lives. */
        Optional<ChildRecord.Owner> running() {
            return Json.load(supervisor(), ChildRecord.Owner.class).filter(ChildRecord.Owner::alive);
        }
    }

    private SharedStack() {}

    static Devstack attach(Progress progress) {
        Path root = Folders.root();
        if (root == null) {
            throw new DevstackFailure("Whose stack? Neither is the system property lianhu.root set nor has a folder"
                    + " above the working directory a .mvn in it.");
        }
        Board board = new Board(root.resolve(".lianhu").resolve("test"));
        try (Folders.Lock lock = board.lock()) {
            ChildRecord.Owner user = ChildRecord.Owner.of(maven());
            Json.save(board.users().resolve(user.pid() + ".json"), user);
            if (board.running().isEmpty()) {
                launch(board, progress);
            }
            State state = State.load(board.dir().resolve("state.json"))
                    .orElseThrow(() -> new DevstackFailure("The shared stack left no state in " + board.dir()));
            return new Devstack(state, () -> crash(board));
        }
    }

    private static @Nullable String crash(Board board) {
        if (board.running().isPresent()) {
            return null;
        }
        try {
            return Files.exists(board.crash())
                    ? Files.readString(board.crash())
                    : "The shared stack has ended. " + Child.tail(board.dir().resolve("supervisor.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Maven that this JVM works for, else this JVM. */
    private static ProcessHandle maven() {
        ProcessHandle found = ProcessHandle.current();
        Optional<ProcessHandle> next = Optional.of(found);
        while (next.isPresent()) {
            ProcessHandle process = next.get();
            if (process.info().commandLine().orElse("").contains("org.codehaus.plexus.classworlds")) {
                found = process;
            }
            next = process.parent();
        }
        return found;
    }

    private static void launch(Board board, Progress progress) {
        try {
            Orphans.delete(board.crash());
            Folders.create(board.dir());
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            Java.executable().toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx128m",
                            "-cp",
                            classPath(),
                            Supervisor.class.getName(),
                            board.dir().toString()))
                    .directory(board.dir().toFile())
                    // Its output is a pipe that is read until it is ready; what comes later goes to the log.
                    .redirectError(board.dir().resolve("supervisor.log").toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    if (line.equals(Supervisor.READY)) {
                        return;
                    }
                    progress.report(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new DevstackFailure("The shared stack could not be started. "
                + Child.tail(board.dir().resolve("supervisor.log")));
    }

    /** Ours, made absolute, since the supervisor works in another folder. */
    private static String classPath() {
        StringBuilder absolute = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                absolute.append(absolute.isEmpty() ? "" : File.pathSeparator)
                        .append(Path.of(entry).toAbsolutePath());
            }
        }
        return absolute.toString();
    }
}
