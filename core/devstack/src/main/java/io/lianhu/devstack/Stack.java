package io.lianhu.devstack;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The running children of one data folder; while it lives, nobody else can start on that folder. */
final class Stack implements AutoCloseable {
    enum Service {
        POSTGRES,
        REDIS,
        KEYCLOAK
    }

    /**
     * What to start.
     *
     * @param dir the data folder
     * @param software where the programs are unpacked
     * @param disposable true for tests: the data of the last start is thrown away, and speed goes before durability
     */
    record Plan(Path dir, Path software, Ports ports, boolean disposable, Set<Service> services) {
        static Plan home(Path dir, Ports ports) {
            Path absolute = dir.toAbsolutePath();
            return new Plan(absolute, software(absolute), ports, false, Set.of(Service.values()));
        }

        static Plan test(Path dir) {
            Path absolute = dir.toAbsolutePath();
            return new Plan(absolute, software(absolute), Ports.automatic(), true, Set.of(Service.values()));
        }

        /** The programs are many, large and the same for all stacks of a checkout. */
        private static Path software(Path dir) {
            return dir.resolveSibling("software");
        }
    }

    private static final String CLUSTER = "postgres";
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration KEYCLOAK_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Plan plan;
    private final State state;
    private final Folders.Lock lock;
    private final Software software;
    private final Steps progress;
    private final List<Child> children = new ArrayList<>();
    private final CompletableFuture<String> crash = new CompletableFuture<>();
    private boolean closed;

    private Stack(Plan plan, State state, Folders.Lock lock, Software software, Steps progress) {
        this.plan = plan;
        this.state = state;
        this.lock = lock;
        this.software = software;
        this.progress = progress;
    }

    static Stack start(Plan plan, Progress listener) {
        Steps progress = Steps.begin(listener);
        Folders.Lock lock = Folders.Lock.tryTake(plan.dir().resolve("lock"));
        if (lock == null) {
            throw new DevstackFailure("A stack is running on " + plan.dir() + " already. Stop that one first.");
        }
        Stack stack = null;
        try {
            Software software = new Software(plan.software(), progress);
            Orphans.reap(plan.dir().resolve("children"), progress);
            Orphans.reapPostmaster(plan.dir().resolve(CLUSTER), software.postgresExecutable(), progress);
            ServerProcess.reapOrphans(progress);
            if (plan.disposable()) {
                for (String folder : List.of(CLUSTER, "redis", "log")) {
                    Folders.delete(plan.dir().resolve(folder));
                }
            }
            Folders.create(plan.dir().resolve("log"));
            State state = choose(plan, progress);
            stack = new Stack(plan, state, lock, software, progress);
            stack.startAll();
            progress.report("The development stack is ready");
            return stack;
        } catch (RuntimeException e) {
            if (stack != null) {
                stack.close();
            }
            lock.close();
            throw e;
        }
    }

    private static State choose(Plan plan, Progress progress) {
        Path file = plan.dir().resolve("state.json");
        Optional<State> known = State.load(file);
        if (known.isEmpty() && !plan.disposable() && Files.exists(plan.dir().resolve(CLUSTER))) {
            throw new DevstackFailure(
                    file + " is missing or cannot be read, and with it the passwords of the PostgreSQL beside it."
                            + " Bring the file back, or " + anew(plan));
        }
        State before = known.orElseGet(() -> new State(Ports.automatic(), State.Secrets.draw()));
        Ports asked = plan.ports();
        Ports last = plan.disposable() ? Ports.automatic() : before.ports();
        State state = new State(
                new Ports(
                        PortChoice.choose(
                                "PostgreSQL", "lianhu.postgres.port", asked.postgres(), last.postgres(), progress),
                        PortChoice.choose("Redis", "lianhu.redis.port", asked.redis(), last.redis(), progress),
                        PortChoice.choose(
                                "Keycloak", "lianhu.keycloak.port", asked.keycloak(), last.keycloak(), progress)),
                before.secrets());
        Json.save(file, state);
        return state;
    }

    private static String anew(Plan plan) {
        return "begin anew without the data: rm -rf " + plan.dir();
    }

    State state() {
        return state;
    }

    /** Completes with the story when a child ends that should not have. */
    CompletableFuture<String> crash() {
        return crash;
    }

    @Nullable
    String crashed() {
        return crash.getNow(null);
    }

    /** For tests: pids of the children. */
    synchronized List<Long> pids() {
        return children.stream().map(Child::pid).toList();
    }

    private void startAll() {
        ExecutorService threads = Executors.newFixedThreadPool(Service.values().length);
        try {
            CompletableFuture<Path> keycloakHome = plan.services().contains(Service.KEYCLOAK)
                    ? CompletableFuture.supplyAsync(
                            () -> software.keycloak(log("keycloak-build.log"), records()), threads)
                    : CompletableFuture.completedFuture(plan.software());
            CompletableFuture<Void> redis = plan.services().contains(Service.REDIS)
                    ? CompletableFuture.runAsync(this::startRedis, threads)
                    : CompletableFuture.completedFuture(null);
            CompletableFuture<Void> postgres = CompletableFuture.runAsync(() -> startPostgres(keycloakHome), threads);
            CompletableFuture<Void> keycloak = plan.services().contains(Service.KEYCLOAK)
                    ? postgres.thenCombineAsync(
                            keycloakHome,
                            (ready, home) -> {
                                startKeycloak(home);
                                return null;
                            },
                            threads)
                    : CompletableFuture.completedFuture(null);
            // One failure ends the waiting for the others.
            CompletableFuture<Void> all = CompletableFuture.allOf(redis, postgres, keycloak);
            for (CompletableFuture<?> part : List.of(redis, postgres, keycloak, keycloakHome)) {
                part.whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        all.completeExceptionally(failure);
                    }
                });
            }
            all.join();
            watch();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            end(threads);
        }
    }

    /** Where one has failed, the others are on their way still: nothing may be begun, or written, after we have said so. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void startPostgres(CompletableFuture<Path> keycloakHome) {
        Cluster cluster = cluster(software.postgres(), plan.dir().resolve(CLUSTER));
        if (plan.disposable() && plan.services().contains(Service.KEYCLOAK)) {
            Folders.copy(seed(keycloakHome), cluster.data());
        } else if (!cluster.exists()) {
            progress.report("PostgreSQL: creating its data folder");
            cluster.create();
        }
        String major = software.version("postgres").split("\\.", 2)[0];
        if (!cluster.version().equals(major)) {
            throw new DevstackFailure("The data in " + cluster.data() + " is of PostgreSQL " + cluster.version()
                    + ", which PostgreSQL " + major + " cannot read. Take it over with pg_upgrade, or " + anew(plan));
        }
        adopt(cluster.start(state.ports().postgres()));
        progress.report("PostgreSQL: ready on port " + state.ports().postgres());
    }

    /**
     * A stopped cluster in which Keycloak has made its tables and our realm. That takes half a minute of computing, so
     * tests copy it instead.
     */
    private Path seed(CompletableFuture<Path> keycloakHome) {
        Path seeds = plan.dir().resolve("seed");
        Path seed = seeds.resolve(seedKey());
        if (!Files.exists(seed)) {
            Folders.delete(seeds);
            Folders.create(seeds);
            Cluster cluster = cluster(software.postgres(), seeds.resolve("making"));
            cluster.create();
            int port = PortChoice.any();
            Child server = cluster.start(port);
            adopt(server);
            importRealm(keycloakHome.join(), port);
            release(server);
            Folders.move(cluster.data(), seed);
        }
        return seed;
    }

    private String seedKey() {
        return digest(
                software.version("postgres"),
                software.version("keycloak"),
                KeycloakCommand.realm(),
                Json.write(state.secrets()));
    }

    private static String digest(String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void importRealm(Path home, int postgresPort) {
        progress.report("Keycloak: creating its tables and the realm, once (about 30 s)");
        new Postgres(postgresPort, state.secrets()).createKeycloakDatabase();
        KeycloakCommand.importRealm(home, postgresPort, state.secrets(), log("keycloak-import.log"), records());
    }

    private void startKeycloak(Path home) {
        int postgresPort = state.ports().postgres();
        Path imported = plan.dir().resolve("realm-imported");
        String realm = digest(KeycloakCommand.realm());
        if (!plan.disposable() && !Files.exists(imported)) {
            importRealm(home, postgresPort);
            Json.save(imported, realm);
        } else if (!plan.disposable()
                && Json.load(imported, String.class).filter(realm::equals).isEmpty()) {
            progress.report("Keycloak: its realm here was made by another version of Lianhu and stays as it is."
                    + " Should signing in go wrong, " + anew(plan));
        }
        progress.report("Keycloak: starting");
        int port = state.ports().keycloak();
        Child child = KeycloakCommand.serve(home, port, postgresPort, state.secrets(), log("keycloak.log"), records());
        adopt(child);
        Keycloak keycloak = new Keycloak(port, state.secrets().adminClient());
        child.awaitReady(keycloak::answers, KEYCLOAK_TIMEOUT);
        progress.report("Keycloak: ready on port " + port);
    }

    private void startRedis() {
        Path executable = software.redis();
        Path dir = plan.dir().resolve("redis");
        Path settings = dir.resolve("redis.conf");
        int port = state.ports().redis();
        // A file, not arguments: anybody on the machine can read those.
        PrivateFile.write(
                settings,
                String.join(
                        "\n",
                        "bind " + Loopback.HOST,
                        "port " + port,
                        "requirepass " + state.secrets().redis(),
                        "save \"\"",
                        "appendonly no",
                        "dir \"" + dir + "\"",
                        ""));
        Child child = Child.start(new Child.Launch(
                "Redis",
                List.of(executable.toString(), settings.toString()),
                executable,
                dir,
                Map.of(),
                log("redis.log"),
                records(),
                "TERM",
                STOP_PATIENCE));
        adopt(child);
        child.awaitReady(() -> accepts(port), REDIS_TIMEOUT);
        progress.report("Redis: ready on port " + port);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(Loopback.address(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Cluster cluster(Path home, Path data) {
        return new Cluster(
                home, data, state.secrets(), !plan.disposable(), plan.dir().resolve("log"), records());
    }

    private Path log(String name) {
        return plan.dir().resolve("log").resolve(name);
    }

    private Path records() {
        return plan.dir().resolve("children");
    }

    /** From here on we end it, also when the start of another one has failed meanwhile. */
    private void adopt(Child child) {
        synchronized (this) {
            if (!closed) {
                children.add(child);
                return;
            }
        }
        child.close();
        throw new DevstackFailure("The stack was closed while it was starting");
    }

    private synchronized void watch() {
        for (Child child : children) {
            child.onCrash(story -> {
                if (crash.complete(story)) {
                    progress.report(story);
                }
            });
        }
    }

    private void release(Child child) {
        child.close();
        synchronized (this) {
            children.remove(child);
        }
    }

    /** Ends all children and returns when they have ended. */
    @Override
    public void close() {
        List<Child> running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = new ArrayList<>(children);
        }
        // Keycloak before the database it writes to.
        Collections.reverse(running);
        running.forEach(Child::close);
        lock.close();
    }
}
