package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL data folder and how to run a server on it.
 *
 * @param durable false where speed counts and a crash of the machine may cost the data
 */
record Cluster(Path home, Path data, State.Secrets secrets, boolean durable, Path logs, Path records) {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

    boolean exists() {
        return Files.exists(data.resolve("PG_VERSION"));
    }

    /** The major version that made it, and alone can read it, such as {@code 18}. */
    String version() {
        try {
            return Files.readString(data.resolve("PG_VERSION")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the data folder; a half-made one from before is replaced. */
    void create() {
        Path partial = data.resolveSibling(data.getFileName() + ".partial");
        Folders.delete(partial);
        Folders.delete(data);
        Path password = logs.resolve("superuser");
        try {
            PrivateFile.write(password, secrets.superuser());
            List<String> command = unprivileged();
            command.addAll(List.of(
                    home.resolve("bin").resolve("initdb").toString(),
                    "--pgdata=" + partial,
                    "--username=" + Postgres.SUPERUSER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    // PostgreSQL's own: the same order on every machine, whatever its C library or ICU.
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C"));
            if (!durable) {
                command.add("--no-sync");
            }
            Child.start(launch("initdb", command, "initdb.log")).awaitSuccess(TIMEOUT);
        } finally {
            Orphans.delete(password);
        }
        Folders.move(partial, data);
    }

    /** Starts a server and waits until it answers. */
    Child start(int port) {
        List<String> command = unprivileged();
        command.addAll(List.of(home.resolve("bin").resolve("postgres").toString(), "-D", data.toString()));
        set(command, "port=" + port);
        set(command, "listen_addresses=" + Loopback.HOST);
        set(command, "unix_socket_directories=");
        set(command, "max_connections=200");
        set(command, "shared_buffers=128MB");
        set(command, "timezone=UTC");
        set(command, "log_timezone=UTC");
        if (!durable) {
            set(command, "fsync=off");
            set(command, "synchronous_commit=off");
            set(command, "full_page_writes=off");
        }
        Child child = Child.start(launch("PostgreSQL", command, "postgres.log"));
        try {
            child.awaitReady(() -> new Postgres(port, secrets).answers(), TIMEOUT);
        } catch (DevstackFailure e) {
            child.close();
            throw e;
        }
        return child;
    }

    private Child.Launch launch(String name, List<String> command, String log) {
        return new Child.Launch(
                name,
                command,
                home.resolve("bin").resolve(name.equals("initdb") ? "initdb" : "postgres"),
                logs,
                Map.of(),
                logs.resolve(log),
                records,
                // Fast shutdown: it does not wait for clients, as SIGTERM would.
                "INT",
                STOP_PATIENCE);
    }

    private static void set(List<String> command, String setting) {
        command.add("-c");
        command.add(setting);
    }

    /** PostgreSQL refuses root. In a user namespace of its own root is nobody, and still owns its files. */
    private static List<String> unprivileged() {
        if (!System.getProperty("user.name").equals("root")) {
            return new ArrayList<>();
        }
        if (!succeeds("unshare", "--user", "true")) {
            throw new DevstackFailure(
                    "PostgreSQL refuses to run as root, and this system gives root no user namespace in which"
                            + " it would be nobody (\"unshare --user\" fails). Run as another user, or allow the namespaces.");
        }
        return new ArrayList<>(List.of("unshare", "--user"));
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
