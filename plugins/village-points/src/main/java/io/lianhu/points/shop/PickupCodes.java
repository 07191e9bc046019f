package io.lianhu.points.shop;

import io.lianhu.points.PointsError;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Pick-up codes (取货码), and how often a wrong one was tried.
 *
 * <p>The tries are counted in this process and not in the database, because a mutation that fails is rolled back, its count included.
 * With n replicas a code can hence be tried n times as often, still out of a million.
 */
final class PickupCodes {

    static final int MOST_TRIES = 10;

    /** Far more than are ever tried at once; the ones least recently tried are forgotten first. */
    private static final int REMEMBERED = 10_000;

    private static final int CANDIDATES = 8;

    private final SecureRandom random = new SecureRandom();

    private final Map<UUID, Integer> wrongTries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * A code that no open redemption of the village has. The same code may be found at once by two, though hardly ever: then the unique
     * index refuses one of them, who tries again.
     */
    Uni<String> free(Mutiny.Session session, DivisionCode village) {
        Set<String> candidates = new HashSet<>();
        while (candidates.size() < CANDIDATES) {
            candidates.add("%06d".formatted(random.nextInt(1_000_000)));
        }
        return session.createSelectionQuery(
                        "select r.pickupCode from Redemption r where r.village = :village and r.state = RESERVED"
                                + " and r.pickupCode in :candidates",
                        String.class)
                .setParameter("village", village.value())
                .setParameter("candidates", candidates)
                .getResultList()
                .map(taken -> {
                    taken.forEach(candidates::remove);
                    return candidates.stream()
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("No pick-up code is free in " + village));
                });
    }

    /**
     * Compares what was presented.
     *
     * @throws ApiException {@link PointsError#POINTS_PICKUP_CODE_WRONG}; after {@link #MOST_TRIES} of these
     *     {@link PointsError#POINTS_PICKUP_CODE_LOCKED}, even for the right code
     */
    synchronized void require(Redemption redemption, String presented) {
        int tries = wrongTries.getOrDefault(redemption.getId(), 0);
        if (tries >= MOST_TRIES) {
            throw new ApiException(PointsError.POINTS_PICKUP_CODE_LOCKED, Map.of("limit", MOST_TRIES));
        }
        if (!redemption.pickupCode().equals(presented.strip())) {
            wrongTries.put(redemption.getId(), tries + 1);
            throw new ApiException(PointsError.POINTS_PICKUP_CODE_WRONG);
        }
    }
}
