package io.lianhu.points.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RankingTest {

    @Test
    void equal_points_share_a_rank_and_the_next_follows_without_a_gap() {
        List<Object[]> totals = List.of(row(1, 90L), row(2, 70L), row(3, 70L), row(4, 10L));
        List<RankedHousehold> ranked =
                RankingResolvers.ranked(totals, Map.of(household(1), "王", household(2), "李", household(3), "张"));
        assertEquals(
                List.of(1, 2, 2, 3), ranked.stream().map(RankedHousehold::rank).toList());
        assertEquals(
                List.of(90, 70, 70, 10),
                ranked.stream().map(RankedHousehold::points).toList());
        assertEquals("王", ranked.get(0).name());
        assertEquals(null, ranked.get(3).name());
    }

    private static Object[] row(int household, long points) {
        return new Object[] {household(household), points};
    }

    private static UUID household(int number) {
        return new UUID(0, number);
    }
}
