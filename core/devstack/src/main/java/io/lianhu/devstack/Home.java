package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * The whole platform at home: the stack, the packaged server, the plugins as they were built, the counties, and demo people. Prints where
 * everything is; ends with Ctrl-C. Its data stays in {@code .lianhu/home}.
 */
public final class Home {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PORT = 8080;
    private static final int KEYCLOAK_PORT = 8180;

    private Home() {}

    /** Runs until the process is ended. The property {@code lianhu.root} names the project's folder. */
    public static void main(String[] args) throws InterruptedException {
        // counties are told apart by host name, which not every resolver knows: the demo's calls name it in a header
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        Path root =
                Path.of(System.getProperty("lianhu.root", ".")).toAbsolutePath().normalize();
        Path data = root.resolve(".lianhu").resolve("home");
        int port = Integer.getInteger("lianhu.port", PORT);
        Progress progress = Progress.printed();
        long began = System.nanoTime();

        Devstack stack = Devstack.start(
                data, new Ports(0, 0, Integer.getInteger("lianhu.keycloak.port", KEYCLOAK_PORT)), progress);
        Secrets secrets = Secrets.of(data);
        ServerProcess server = ServerProcess.start(
                root.resolve("core/server/target/quarkus-app"),
                port,
                configuration(root, data, stack, secrets),
                data.resolve("server.log"),
                PATIENCE);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "lianhu-home"));
        progress.report("The server is ready; its log is " + root.relativize(server.logFile()));
        new Demo(stack.keycloak(), server.port(), secrets.bootstrap(), data.resolve("demo-" + Demo.VERSION)).people();
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        print(stack, server, seconds);
        new CountDownLatch(1).await();
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
        try {
            Files.createDirectories(folder);
            for (Path plugin : list(root.resolve("plugins"))) {
                if (!Files.isDirectory(plugin.resolve("target"))) {
                    continue;
                }
                for (Path jar : list(plugin.resolve("target"))) {
                    String name = jar.getFileName().toString();
                    if (name.endsWith(".jar") && !name.endsWith("-tests.jar") && !name.endsWith("-sources.jar")) {
                        Files.copy(jar, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
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

    private static void print(Devstack stack, ServerProcess server, long seconds) {
        int port = server.port();
        System.out.printf(
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
        System.out.flush();
    }
}
