package io.lianhu.server.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.server.signal.CountyCache.Versioned;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CountyCacheTest {
    private final CountyCache<String> cache =
            new CountyCache<>(new Signals(null), "test", () -> Uni.createFrom().nothing());

    @Test
    void whatWasReadIsKeptForItsCountyAlone() {
        cache.keep("520115", new Versioned<>(0, "first"));

        assertEquals(Optional.of("first"), cache.kept("520115"));
        assertEquals(Optional.empty(), cache.kept("420602"));
    }

    @Test
    void whatAnOlderSnapshotHadIsNotKeptAfterTheSignalOfTheChange() {
        cache.keep("520115", new Versioned<>(1, "before"));
        cache.outdate("520115:2");
        assertEquals(Optional.empty(), cache.kept("520115"));

        cache.keep("520115", new Versioned<>(1, "before"));
        assertEquals(Optional.empty(), cache.kept("520115"));

        cache.keep("520115", new Versioned<>(2, "after"));
        cache.keep("520115", new Versioned<>(1, "before"));
        cache.outdate("520115:1"); // a signal that comes late
        assertEquals(Optional.of("after"), cache.kept("520115"));
    }

    @Test
    void whereSignalsMayHaveBeenMissedEverythingIsReadAgain() {
        cache.keep("520115", new Versioned<>(1, "known"));
        cache.outdate("");

        assertEquals(Optional.empty(), cache.kept("520115"));
    }
}
