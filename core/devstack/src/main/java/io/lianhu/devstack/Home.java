package io.lianhu.devstack;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The whole platform at home: the packaged server on a stack, the plugins as they were built, the counties, and demo people. Its data
 * stays in one folder.
 */
public final class Home implements AutoCloseable {

    /** What the server takes at most for all counties of a province, on a slow machine, and some more. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private static final Pattern COUNTIES = Pattern.compile("Counties: \\d+ of \\d+");
    private static final int PORT = 8080;
    private static final int KEYCLOAK_PORT = 8180;

    private final ServerProcess server;

    private Home(ServerProcess server) {
        this.server = server;
    }

    /**
     * Starts the server on a stack and makes the demo people; blocks until all of it answers.
     *
     * @param root the project's folder, where everything was built
     * @param data what the folder holds is used again
     * @param port zero for any free one
     * @throws DevstackFailure when the server cannot be started or the people cannot be made
     */
    public static Home start(Path root, Path data, Devstack stack, int port, Progress progress) {
        Secrets secrets = Secrets.of(data);
        ServerProcess server = ServerProcess.start(
                root.resolve("core/server/target/quarkus-app"),
                port,
                configuration(root, data, stack, secrets),
                data.resolve("server.log"),
                PATIENCE,
                line -> COUNTIES.matcher(line).results().forEach(found -> progress.report(found.group())));
        try {
            progress.report(
                    "The server is up, its log is " + root.relativize(server.logFile()) + "; making the demo people");
            new Demo(stack.keycloak(), server.port(), secrets.bootstrap(), data.resolve("demo-" + Demo.VERSION))
                    .people();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return new Home(server);
    }

    /** Where the server listens, on 127.0.0.1. */
    public int port() {
        return server.port();
    }

    /** Ends the server, not the stack. */
    @Override
    public void close() {
        server.close();
    }

    /** Runs until the process is ended, or a part of it ends by itself. The property {@code lianhu.root} names the project's folder. */
    public static void main(String[] args) {
        // What people see is Chinese, whatever language the terminal has told Java.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Progress progress = out::println;
        Path root =
                Path.of(System.getProperty("lianhu.root", ".")).toAbsolutePath().normalize();
        Path data = root.resolve(".lianhu").resolve("home");
        long began = System.nanoTime();

        ServerProcess.reapOrphans(progress);
        int port = PortChoice.choose("Lianhu", "lianhu.port", Integer.getInteger("lianhu.port", PORT), 0, progress);
        Ports ports = new Ports(
                Integer.getInteger("lianhu.postgres.port", 0),
                Integer.getInteger("lianhu.redis.port", 0),
                Integer.getInteger("lianhu.keycloak.port", KEYCLOAK_PORT));
        Children.tellEnds(progress);
        try (Stack running = Stack.start(Stack.Plan.home(data, ports), progress)) {
            Devstack stack = new Devstack(running.state(), running::crashed);
            try (Home home = start(root, data, stack, port, progress)) {
                long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
                print(out, stack, home.port(), seconds);
                CompletableFuture<String> crash = running.crash();
                home.server.onCrash(crash::complete);
                throw new DevstackFailure(crash.join());
            }
        }
    }

    private static Map<String, String> configuration(Path root, Path data, Devstack stack, Secrets secrets) {
        Database database = stack.postgres().database("lianhu");
        Keycloak keycloak = stack.keycloak();
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("-XX:TieredStopAtLevel", "1");
        configuration.put("quarkus.datasource.reactive.url", database.reactiveUrl());
        configuration.put("quarkus.datasource.username", database.username());
        configuration.put("quarkus.datasource.password", database.password());
        configuration.put("lianhu.database.owner.url", database.jdbcUrl());
        configuration.put("lianhu.database.owner.username", database.ownerUsername());
        configuration.put("lianhu.database.owner.password", database.ownerPassword());
        configuration.put("quarkus.redis.hosts", stack.redis().url());
        configuration.put("lianhu.identity.url", keycloak.url());
        configuration.put("lianhu.identity.realm", keycloak.realm());
        configuration.put("lianhu.identity.admin.client-id", keycloak.adminClientId());
        configuration.put("lianhu.identity.admin.client-secret", keycloak.adminClientSecret());
        configuration.put("lianhu.domain", "localhost");
        configuration.put("lianhu.keys.master", secrets.master());
        configuration.put("lianhu.operator.bootstrap-secret", secrets.bootstrap());
        configuration.put("lianhu.operator.acr", "1"); // at home one factor will do
        configuration.put("lianhu.tenants.dir", root.resolve("tenants").toString());
        configuration.put("lianhu.plugins.dir", plugins(root, data).toString());
        configuration.put("lianhu.files.dir", data.resolve("files").toString());
        configuration.put("lianhu.home", "true");
        configuration.put("lianhu.graphql.show-round-trips", "true");
        return configuration;
    }

    /** The plugins' jars, gathered: the server takes them from one folder. */
    private static Path plugins(Path root, Path data) {
        Path folder = data.resolve("plugins");
        Folders.delete(folder); // or the jar of another day would be taken for today's
        Folders.create(folder);
        try {
            for (Path plugin : list(root.resolve("plugins"))) {
                if (!Files.isDirectory(plugin.resolve("target"))) {
                    continue;
                }
                for (Path jar : list(plugin.resolve("target"))) {
                    String name = jar.getFileName().toString();
                    if (name.endsWith(".jar") && !name.endsWith("-tests.jar") && !name.endsWith("-sources.jar")) {
                        Files.copy(jar, folder.resolve(name));
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static void print(PrintStream out, Devstack stack, int port, long seconds) {
        out.printf(
                """

                Lianhu is ready (%d s).

                  观山湖区          http://520115.localhost:%d/graphql
                  襄城区            http://420602.localhost:%d/graphql
                  operator          http://platform.localhost:%d/graphql
                  health, metrics   http://localhost:%d/q/health  http://localhost:%d/q/metrics
                  Keycloak          %s

                Demo people, password "%s":
                %s
                Ctrl-C ends everything; the data stays in .lianhu/home.
                %n""",
                seconds, port, port, port, port, port, stack.keycloak().url(), Demo.PASSWORD, Demo.list());
        out.flush();
    }
}
