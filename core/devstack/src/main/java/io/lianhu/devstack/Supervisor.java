package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JVM that runs the shared stack for as long as a Maven that uses it lives. The tests' own JVMs cannot: Maven makes
 * one per module.
 */
final class Supervisor {
    /** The line after which its standard output is no longer read. */
    static final String READY = "devstack-ready";

    private Supervisor() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        SharedStack.Board board = new SharedStack.Board(Path.of(arguments[0]));
        Stack stack = Stack.start(Stack.Plan.test(board.dir()), line -> {
            System.out.println(line);
            System.err.println(line);
        });
        Json.save(board.supervisor(), ChildRecord.Owner.current());
        System.out.println(READY);
        System.out.flush();
        while (true) {
            ProcessHandle user;
            try (Folders.Lock lock = board.lock()) {
                String crash = stack.crashed();
                user = anyUser(board.users());
                if (crash != null || user == null) {
                    if (crash != null) {
                        Files.writeString(board.crash(), crash);
                    }
                    Orphans.delete(board.supervisor());
                    stack.close();
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            CompletableFuture.anyOf(user.onExit(), stack.crash()).join();
        }
    }

    /** One that lives; the others are forgotten. */
    private static @Nullable ProcessHandle anyUser(Path users) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(users)) {
            files = entries.filter(file -> file.toString().endsWith(".json")).toList();
        }
        for (Path file : files) {
            Optional<ProcessHandle> process = Json.load(file, ChildRecord.Owner.class)
                    .filter(ChildRecord.Owner::alive)
                    .flatMap(user -> ProcessHandle.of(user.pid()));
            if (process.isPresent()) {
                return process.get();
            }
            Files.deleteIfExists(file);
        }
        return null;
    }
}
