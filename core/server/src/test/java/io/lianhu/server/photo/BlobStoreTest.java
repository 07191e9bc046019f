package io.lianhu.server.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobStoreTest {

    private static final String COUNTY = "520115";
    private static final Duration TWO_DAYS = Duration.ofDays(2);

    private static Vertx vertx;

    @TempDir
    Path folder;

    private BlobStore blobs;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close();
    }

    @BeforeEach
    void open() {
        blobs = new BlobStore(vertx, folder.toString());
    }

    private static <T> T done(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(10));
    }

    private UUID kept() {
        UUID id = UUID.randomUUID();
        done(blobs.put(COUNTY, id, new byte[] {1, 2, 3}));
        return id;
    }

    private static Path aged(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(TWO_DAYS)));
    }

    @Test
    void whatIsPutIsThereWholeUntilItIsRemoved() throws IOException {
        UUID id = kept();
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(blobs.file(COUNTY, id)));

        done(blobs.remove(COUNTY, List.of(id, UUID.randomUUID())));

        assertFalse(Files.exists(blobs.file(COUNTY, id)));
    }

    @Test
    void onlyOldFilesAreSampledAndOnlySoMany() throws IOException {
        kept();
        Set<UUID> old = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            UUID id = kept();
            aged(blobs.file(COUNTY, id));
            old.add(id);
        }
        Files.writeString(folder.resolve(COUNTY).resolve("README"), "not ours");
        aged(folder.resolve(COUNTY).resolve("README"));

        assertEquals(old, new HashSet<>(done(blobs.sampleOld(COUNTY, 100))));

        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            List<UUID> some = done(blobs.sampleOld(COUNTY, 5));
            assertTrue(some.size() <= 5 && old.containsAll(some), some::toString);
            seen.addAll(some);
        }
        assertEquals(old, seen, "each has its chance");
    }

    @Test
    void whatWasNeverFinishedIsRemovedOnceItIsOld() throws IOException {
        UUID id = kept();
        Path young = Files.writeString(folder.resolve(COUNTY).resolve(UUID.randomUUID() + ".part"), "half");
        Path old = aged(Files.writeString(folder.resolve(COUNTY).resolve(UUID.randomUUID() + ".part"), "half"));

        assertEquals(List.of(), done(blobs.sampleOld(COUNTY, 100)));

        assertTrue(Files.exists(blobs.file(COUNTY, id)));
        assertTrue(Files.exists(young));
        assertFalse(Files.exists(old));
    }

    @Test
    void aCountyWithoutPhotosHasNoFolder() {
        assertEquals(List.of(), done(blobs.sampleOld("330523", 100)));
    }
}
