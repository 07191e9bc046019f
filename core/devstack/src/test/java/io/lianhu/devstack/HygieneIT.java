package io.lianhu.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children do not outlive their parents, data does. On small stacks of its own, without Keycloak. */
class HygieneIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // Where every stack of the checkout has unpacked the same programs.
    private final Path software = Folders.root().resolve(".lianhu").resolve("software");

    @TempDir
    Path dir;

    @Test
    void orphansOfAKilledParentDieAtTheNextStartAndTheDataLivesOn() throws Exception {
        Process parent = smallStack();
        List<ProcessHandle> orphans;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            orphans = Stream.of(lines.readLine().split(" ", -1))
                    .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                    .toList();
        }
        assertEquals(2, orphans.size());
        State before = State.load(dir.resolve("state.json")).orElseThrow();
        write(before);
        parent.destroyForcibly();
        assertTrue(parent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        orphans.forEach(orphan -> assertTrue(orphan.isAlive()));

        List<String> said = new CopyOnWriteArrayList<>();
        try (Stack stack = SmallStack.start(dir, software, Ports.automatic(), said::add)) {
            orphans.forEach(orphan -> assertFalse(orphan.isAlive()));
            for (ProcessHandle orphan : orphans) {
                String ending = "killed parent, pid " + orphan.pid();
                assertEquals(
                        1, said.stream().filter(line -> line.endsWith(ending)).count(), said::toString);
            }
            assertEquals(before, stack.state());
            assertEquals(List.of("kept"), read(stack.state()));
            DevstackFailure twice = assertThrows(
                    DevstackFailure.class, () -> SmallStack.start(dir, software, Ports.automatic(), said::add));
            assertTrue(twice.getMessage().contains("running"), twice.getMessage());
        }
    }

    @Test
    void aTakenPortIsReplacedAndSaidOrRefusedWhenItWasConfigured() throws Exception {
        State before;
        try (Stack stack = SmallStack.start(dir, software, Ports.automatic(), line -> {})) {
            before = stack.state();
            write(before);
        }
        int taken = before.ports().redis();
        List<String> said = new CopyOnWriteArrayList<>();
        try (ServerSocket squatter = new ServerSocket(taken, 1, Loopback.address())) {
            try (Stack stack = SmallStack.start(dir, software, Ports.automatic(), said::add)) {
                assertEquals(before.ports().postgres(), stack.state().ports().postgres());
                assertTrue(stack.state().ports().redis() != squatter.getLocalPort());
                assertTrue(said.stream().anyMatch(line -> line.contains("Redis: port " + taken)), said.toString());
                assertEquals(List.of("kept"), read(stack.state()));
            }
            DevstackFailure refusal = assertThrows(
                    DevstackFailure.class, () -> SmallStack.start(dir, software, new Ports(0, taken, 0), line -> {}));
            assertTrue(refusal.getMessage().contains(Integer.toString(taken)), refusal.getMessage());
        }
    }

    @Test
    void childrenEndInGoodOrderOneAfterTheOtherWithTheirJvm() throws Exception {
        Process parent = smallStack();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            lines.readLine();
            parent.toHandle().destroy(); // the process itself would close the pipe that is read
            List<String> ends = lines.lines().toList();
            assertEquals(2, ends.size(), ends::toString);
            assertEquals(Set.of("Redis: stopping", "PostgreSQL: stopping"), Set.copyOf(ends));
        }
        assertTrue(parent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        String log = Files.readString(dir.resolve("log").resolve("postgres.log"));
        assertTrue(log.contains("database system is shut down"), log);
    }

    @Test
    void passwordsThatAreLostAreNotDrawnAnew() throws Exception {
        SmallStack.start(dir, software, Ports.automatic(), line -> {}).close();
        Files.writeString(dir.resolve("state.json"), "{");
        DevstackFailure lost = assertThrows(
                DevstackFailure.class, () -> SmallStack.start(dir, software, Ports.automatic(), line -> {}));
        assertTrue(lost.getMessage().contains("rm -rf " + dir), lost.getMessage());
    }

    @Test
    void dataOfAnotherPostgresqlIsRefused() throws Exception {
        SmallStack.start(dir, software, Ports.automatic(), line -> {}).close();
        Files.writeString(dir.resolve("postgres").resolve("PG_VERSION"), "17\n");
        DevstackFailure older = assertThrows(
                DevstackFailure.class, () -> SmallStack.start(dir, software, Ports.automatic(), line -> {}));
        assertTrue(older.getMessage().contains("PostgreSQL 17, which PostgreSQL 18"), older.getMessage());
    }

    @Test
    void aChildThatDiesIsReportedWithTheEndOfItsLog() throws Exception {
        try (Stack stack = SmallStack.start(dir, software, Ports.automatic(), line -> {})) {
            for (long pid : stack.pids()) {
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            }
            String story = stack.crash().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(story.contains("ended by itself"), story);
            assertTrue(story.contains(".log"), story);
        }
    }

    private Process smallStack() throws IOException {
        return new ProcessBuilder(
                        Java.executable().toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallStack.class.getName(),
                        dir.toString(),
                        software.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void write(State state) throws SQLException {
        Database database = new Postgres(state.ports().postgres(), state.secrets()).database("kept");
        try (Connection owner = DriverManager.getConnection(
                        database.jdbcUrl(), database.ownerUsername(), database.ownerPassword());
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE word (word text)");
            statement.execute("INSERT INTO word VALUES ('kept')");
        }
    }

    private static List<String> read(State state) throws SQLException {
        Database database = new Postgres(state.ports().postgres(), state.secrets()).database("kept");
        try (Connection owner = DriverManager.getConnection(
                        database.jdbcUrl(), database.ownerUsername(), database.ownerPassword());
                Statement statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT word FROM word")) {
            rows.next();
            return List.of(rows.getString(1));
        }
    }
}
