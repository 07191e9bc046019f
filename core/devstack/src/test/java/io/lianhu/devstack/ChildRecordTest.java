package io.lianhu.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.devstack.ChildRecord.Owner;
import io.lianhu.devstack.ChildRecord.Sighting;
import io.lianhu.devstack.ChildRecord.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildRecordTest {
    private static final Instant BIRTH = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final ChildRecord REDIS = new ChildRecord(
            "Redis", 4711, BIRTH.toString(), "/opt/redis-server", "TERM", new Owner(1, BIRTH.toString()));

    @Test
    void anOrphanOfOursIsReaped() {
        assertEquals(Verdict.REAP, REDIS.verdict(false, seen(BIRTH, "/opt/redis-server")));
    }

    @Test
    void aChildWhoseOwnerLivesIsLeft() {
        assertEquals(Verdict.LEAVE, REDIS.verdict(true, seen(BIRTH, "/opt/redis-server")));
    }

    @Test
    void aSteppedClockDoesNotHideAnOrphan() {
        assertEquals(Verdict.REAP, REDIS.verdict(false, seen(BIRTH.plusSeconds(2), "/opt/redis-server")));
    }

    @Test
    void aRecycledPidIsNeverTouched() {
        assertEquals(Verdict.FORGET, REDIS.verdict(false, seen(BIRTH.plusSeconds(60), "/opt/redis-server")));
        assertEquals(Verdict.FORGET, REDIS.verdict(false, seen(BIRTH, "/usr/bin/editor")));
    }

    @Test
    void anEndedChildIsForgotten() {
        assertEquals(Verdict.FORGET, REDIS.verdict(false, Optional.empty()));
    }

    @Test
    void thisVeryProcessIsRecognised() {
        ChildRecord self = ChildRecord.of("self", ProcessHandle.current(), Java.executable(), "TERM");
        assertTrue(self.is(Sighting.of(self.pid())));
        assertTrue(self.owner().alive());
        assertFalse(new Owner(self.pid(), BIRTH.toString()).alive());
    }

    @Test
    void aRecordComesBackFromItsFile(@TempDir Path dir) {
        Path file = dir.resolve("redis.json");
        Json.save(file, REDIS);
        assertEquals(Optional.of(REDIS), Json.load(file, ChildRecord.class));
    }

    @Test
    void aFileThatIsNotARecordHoldsNone(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("redis.json");
        assertEquals(Optional.empty(), Json.load(file, ChildRecord.class));
        Files.writeString(file, "{\"pid\":");
        assertEquals(Optional.empty(), Json.load(file, ChildRecord.class));
        Orphans.reap(dir, line -> {});
        assertFalse(Files.exists(file));
    }

    @Test
    void postgresTellsItsPidAndStart() {
        Path postgres = Path.of("/opt/postgres");
        ChildRecord postmaster = Orphans.postmaster(
                        List.of("4711", "/data", Long.toString(BIRTH.getEpochSecond()), "5432"), postgres)
                .orElseThrow();
        assertEquals(Verdict.REAP, postmaster.verdict(false, seen(BIRTH, "/opt/postgres")));
        assertEquals(Optional.empty(), Orphans.postmaster(List.of("4711"), postgres));
        assertEquals(Optional.empty(), Orphans.postmaster(List.of("a", "b", "c"), postgres));
    }

    @Test
    void aStateWithoutSecretsIsNoState(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(file, "{\"ports\":{\"postgres\":1,\"redis\":2,\"keycloak\":3}}");
        assertEquals(Optional.empty(), State.load(file));
        State state = new State(new Ports(1, 2, 3), State.Secrets.draw());
        Json.save(file, state);
        assertEquals(Optional.of(state), State.load(file));
    }

    private static Optional<Sighting> seen(Instant startedAt, String command) {
        return Optional.of(new Sighting(startedAt, command));
    }
}
