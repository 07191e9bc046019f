package io.lianhu.server.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class IdsTest {

    /** Lists are ordered by id: what was made later must come later, within a millisecond too. */
    @Test
    void laterIdsAreGreaterAndOfVersion7() {
        List<String> made =
                Stream.generate(Ids::next).limit(20_000).map(UUID::toString).toList();

        assertEquals(made.stream().distinct().sorted().toList(), made);
        assertTrue(made.stream().map(UUID::fromString).allMatch(id -> id.version() == 7 && id.variant() == 2));
    }

    @Test
    void anIdTellsWhenItWasMade() {
        Instant told = Instant.ofEpochMilli(Ids.next().getMostSignificantBits() >>> 16);

        assertTrue(Duration.between(told, Instant.now()).abs().toMinutes() < 1, told.toString());
    }
}
