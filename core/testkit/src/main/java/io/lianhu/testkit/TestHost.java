package io.lianhu.testkit;

import io.lianhu.devstack.Database;
import io.lianhu.devstack.Devstack;
import io.lianhu.devstack.Keycloak;
import io.lianhu.devstack.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real packaged server, as a child process on the shared development stack, with a database of its own and a folder of plugin jars
 * that it loads as it would in production. The server is taken from the system property {@code lianhu.server}, else from the checkout's
 * {@code core/server/target/quarkus-app}. Logs lie under {@code target/hosts/<database>/} and stay there.
 */
public final class TestHost implements AutoCloseable {
    static {
        RestrictedHeaders.allowHost();
    }

    private static final String DOMAIN = "localhost";
    private static final Map<Options, TestHost> SHARED = new ConcurrentHashMap<>();

    /**
     * How a host is set up. Two equal ones may {@linkplain TestHost#shared share} a host.
     *
     * @param plugins jars that are in the plugin folder before the first start
     * @param configuration properties of the server, and options of its JVM as {@code ServerProcess} takes them, over the kit's own
     * @param databasePrefix begins the database's name; lower-case letters, digits and underscores
     * @param tenants a folder of counties to be applied at start, such as the checkout's {@code tenants}
     */
    public record Options(
            List<Path> plugins, Map<String, String> configuration, String databasePrefix, Optional<Path> tenants) {
        public Options {
            plugins = List.copyOf(plugins);
            configuration = Map.copyOf(configuration);
        }

        /** The core alone. */
        public static Options core() {
            return new Options(List.of(), Map.of(), "t", Optional.empty());
        }

        /** The core with plugins. */
        public static Options with(Path... plugins) {
            return new Options(List.of(plugins), Map.of(), "t", Optional.empty());
        }

        /** The core with the plugin that Maven packed into this module's {@code target}. */
        public static Options withBuiltPlugin() {
            return with(PluginArchive.built());
        }

        public Options configured(String key, String value) {
            Map<String, String> more = new HashMap<>(configuration);
            more.put(key, value);
            return new Options(plugins, more, databasePrefix, tenants);
        }

        public Options databasePrefix(String prefix) {
            return new Options(plugins, configuration, prefix, tenants);
        }

        public Options tenants(Path folder) {
            return new Options(plugins, configuration, databasePrefix, Optional.of(folder));
        }
    }

    private final Devstack stack;
    private final Database database;
    private final Path folder;
    private final Path server;
    private final Map<String, String> configuration;
    private final String bootstrapSecret;
    private final Replica first;
    private final AtomicInteger replicas = new AtomicInteger(1);
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<String, County> counties = new ConcurrentHashMap<>();
    private @Nullable Operator operator;

    private TestHost(Options options) {
        SecureRandom random = new SecureRandom();
        stack = Devstack.shared();
        server = Workplace.server();
        database = stack.postgres().database(options.databasePrefix() + "_" + Chance.letters(8));
        folder = Workplace.host(database.name());
        bootstrapSecret = options.configuration().getOrDefault("lianhu.operator.bootstrap-secret", secret(random));
        configuration = configuration(options, secret(random), 1 + random.nextInt(15));
        create(pluginsFolder());
        create(filesFolder());
        options.plugins().forEach(this::addJar);
        first = new Replica(server, configuration, folder, "server");
    }

    /** Starts a host for one test class, which closes it. */
    public static TestHost start(Options options) {
        return new TestHost(options);
    }

    /**
     * The host that all test classes of this JVM share which ask for the same; it ends with the JVM. Whoever shares one makes counties
     * of his own and leaves the others' alone.
     */
    public static TestHost shared(Options options) {
        return SHARED.computeIfAbsent(options, TestHost::new);
    }

    private Map<String, String> configuration(Options options, String masterKey, int redisDatabase) {
        Keycloak keycloak = stack.keycloak();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("-XX:TieredStopAtLevel", "1");
        all.put("quarkus.datasource.reactive.url", database.reactiveUrl());
        all.put("quarkus.datasource.username", database.username());
        all.put("quarkus.datasource.password", database.password());
        all.put("lianhu.database.owner.url", database.jdbcUrl());
        all.put("lianhu.database.owner.username", database.ownerUsername());
        all.put("lianhu.database.owner.password", database.ownerPassword());
        // a Redis database of its own, as far as they suffice: keys begin with a county's code, and hosts share the
        // real counties. Signals know no databases: hosts hear each other's, which only say "look again"
        all.put("quarkus.redis.hosts", stack.redis().url() + "/" + redisDatabase);
        all.put("lianhu.identity.url", keycloak.url());
        all.put("lianhu.identity.admin.client-id", keycloak.adminClientId());
        all.put("lianhu.identity.admin.client-secret", keycloak.adminClientSecret());
        all.put("lianhu.domain", DOMAIN);
        all.put("lianhu.keys.master", masterKey);
        all.put("lianhu.plugins.dir", pluginsFolder().toString());
        all.put("lianhu.files.dir", filesFolder().toString());
        all.put("lianhu.operator.bootstrap-secret", bootstrapSecret);
        all.put("lianhu.operator.acr", "1"); // what a sign-in by password alone gives
        all.put("lianhu.graphql.show-round-trips", "true");
        all.put("quarkus.vertx.max-event-loop-execute-time", "200ms");
        all.put("quarkus.vertx.warning-exception-time", "100ms"); // Quarkus also looks that often
        options.tenants()
                .ifPresent(tenants ->
                        all.put("lianhu.tenants.dir", tenants.toAbsolutePath().toString()));
        all.putAll(options.configuration());
        return all;
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The stack below, for what the kit does not offer. */
    public Devstack stack() {
        return stack;
    }

    /** The host's own database, with its two logins. */
    public Database database() {
        return database;
    }

    /** A new connection as PostgreSQL's superuser, the only one who sees the rows of all counties. */
    public Connection superuser() {
        try {
            return DriverManager.getConnection(
                    database.jdbcUrl(),
                    stack.postgres().superuser(),
                    stack.postgres().superuserPassword());
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Where the server loads plugins from. */
    public Path pluginsFolder() {
        return folder.resolve("plugins");
    }

    /** Where the server keeps photos. */
    public Path filesFolder() {
        return folder.resolve("files");
    }

    /** A folder for whatever a test makes, such as plugin jars. */
    public Path scratchFolder() {
        return create(folder.resolve("scratch"));
    }

    /** The process that clients speak to unless told otherwise. */
    public Replica first() {
        return first;
    }

    public Path log() {
        return first.log();
    }

    /** Runs a command of the server's with this host's settings, such as {@code audit-check}, and waits for its end. */
    public ServerProcess.Ended command(String... arguments) {
        return ServerProcess.command(
                server,
                configuration,
                List.of(arguments),
                folder.resolve("command-" + commands.incrementAndGet() + ".log"));
    }

    /** Ends the first process in good order, or finds it killed, and starts another on the same database. */
    public void restart() {
        first.restart();
    }

    /** Kills the first process, as kill -9 does. */
    public void kill() {
        first.kill();
    }

    /** Starts one more process on the same database; {@link GraphqlClient#through} speaks to it, and the caller closes it. */
    public Replica secondReplica() {
        return new Replica(server, configuration, folder, "replica-" + replicas.incrementAndGet());
    }

    /** The platform's operator; the first call makes the person and lets it in by the bootstrap secret. */
    public synchronized Operator operator() {
        if (operator == null) {
            operator = Operator.bootstrap(this, bootstrapSecret);
        }
        return operator;
    }

    /** The platform's own host name, without a token. */
    public GraphqlClient platform() {
        return GraphqlClient.anonymous(first, "platform." + DOMAIN);
    }

    /**
     * A fresh county of one town with two villages, each of two grids, each of two joint-household groups, under a code that no real
     * county has.
     *
     * @param plugins the ids of those that it enables
     */
    public County newCounty(String... plugins) {
        String code;
        do {
            code = "9" + Chance.digits(5);
        } while (counties.containsKey(code));
        return apply(CountyFiles.made(code, List.of(plugins)));
    }

    /** A real county from the checkout's {@code tenants} folder, as its files describe it. */
    public County county(String code) {
        County known = counties.get(code);
        return known != null
                ? known
                : apply(CountyFiles.read(Workplace.root().resolve("tenants").resolve(code)));
    }

    private County apply(CountyFiles files) {
        operator().applyCounty(files.manifestText(), files.divisions(), files.grids());
        County county = new County(this, files, files.code() + "." + DOMAIN);
        counties.put(files.code(), county);
        return county;
    }

    /** Copies a jar into the plugin folder, over one of the same name; answers its file name. */
    String addJar(Path jar) {
        try {
            Path copy = pluginsFolder().resolve(jar.getFileName());
            Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy.getFileName().toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Lines of the first process' log that have all the given parts, those of the processes before a restart too.
     */
    public List<String> logged(String... parts) {
        return first.logLines().stream()
                .filter(line -> Stream.of(parts).allMatch(line::contains))
                .toList();
    }

    /** Ends the first process; its database and files stay until the stack is made anew. */
    @Override
    public void close() {
        SHARED.values().remove(this);
        first.close();
    }
}
