package io.lianhu.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keycloak's command line, without its shell script: that one stays as the parent, and its pid would not be Java's. */
final class KeycloakCommand {
    private static final Duration IMPORT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    // As kc.sh has them, but for a quick start: no second compiler, one collector thread.
    private static final List<String> JVM = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-Xmx512m",
            "-XX:MetaspaceSize=96M",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "-Duser.language=en",
            "-Duser.country=US",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                    + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dpicocli.disable.closures=true",
            "-Dquarkus-log-max-startup-records=10000");

    private KeycloakCommand() {}

    static Child.Launch launch(
            Path home, List<String> arguments, Map<String, String> environment, Path log, Path records) {
        Path java = Java.executable();
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(JVM);
        command.add("-Dkc.home.dir=" + home);
        command.add("-Djboss.server.config.dir=" + home.resolve("conf"));
        command.add("-cp");
        command.add(home.resolve("lib").resolve("quarkus-run.jar").toString());
        command.add("io.quarkus.bootstrap.runner.QuarkusEntryPoint");
        command.addAll(arguments);
        return new Child.Launch("Keycloak", command, java, home, environment, log, records, "TERM", STOP_PATIENCE);
    }

    /** Where Keycloak keeps its tables. */
    static Map<String, String> databaseSettings(int port, State.Secrets secrets) {
        Map<String, String> settings = new HashMap<>();
        settings.put("KC_DB_URL", "jdbc:postgresql://" + Loopback.HOST + ":" + port + "/" + Postgres.KEYCLOAK_DATABASE);
        settings.put("KC_DB_USERNAME", Postgres.KEYCLOAK_ROLE);
        settings.put("KC_DB_PASSWORD", secrets.keycloakDatabase());
        settings.put("KC_DB_POOL_MAX_SIZE", "30");
        return settings;
    }

    /** Creates the tables and the realm lianhu; the server must not be running. */
    static void importRealm(Path home, int postgresPort, State.Secrets secrets, Path log, Path records) {
        Path file = log.resolveSibling("realm.json");
        try {
            Json.save(file, Json.read(realm().replace("@ADMIN_CLIENT_SECRET@", secrets.adminClient())));
            Child.start(launch(
                            home,
                            List.of("import", "--optimized", "--file", file.toString()),
                            databaseSettings(postgresPort, secrets),
                            log,
                            records))
                    .awaitSuccess(IMPORT_TIMEOUT);
        } finally {
            Orphans.delete(file);
        }
    }

    static Child serve(Path home, int port, int postgresPort, State.Secrets secrets, Path log, Path records) {
        return Child.start(launch(
                home,
                List.of(
                        "start",
                        "--optimized",
                        "--cache=local",
                        "--http-enabled=true",
                        "--http-host=" + Loopback.HOST,
                        "--http-port=" + port,
                        "--hostname=http://" + Loopback.HOST + ":" + port),
                databaseSettings(postgresPort, secrets),
                log,
                records));
    }

    static String realm() {
        try (var in = KeycloakCommand.class.getResourceAsStream("realm.json")) {
            if (in == null) {
                throw new DevstackFailure("realm.json is missing from lianhu-devstack");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
