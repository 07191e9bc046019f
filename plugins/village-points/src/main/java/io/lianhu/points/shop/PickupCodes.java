package io.lianhu.points.shop;

import io.lianhu.points.PointsError;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Attempts;
import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny;

/** Pick-up codes (取货码), and how often one was tried. */
final class PickupCodes {

    static final int MOST_TRIES = 10;

    private static final int CANDIDATES = 8;

    private final Attempts attempts;
    private final SecureRandom random = new SecureRandom();

    PickupCodes(Attempts attempts) {
        this.attempts = attempts;
    }

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
     * Compares what was presented. Fails with {@link PointsError#POINTS_PICKUP_CODE_WRONG}; after {@link #MOST_TRIES} of these with
     * {@link PointsError#POINTS_PICKUP_CODE_LOCKED}, even for the right code. A right code ends the redemption, so that only wrong ones
     * add up; they are remembered for as long as the goods are kept.
     */
    Uni<Void> require(Redemption redemption, String presented) {
        return attempts.count("pickup-code:" + redemption.getId(), Redemption.KEPT)
                .invoke(tries -> {
                    if (tries > MOST_TRIES) {
                        throw new ApiException(PointsError.POINTS_PICKUP_CODE_LOCKED, Map.of("limit", MOST_TRIES));
                    }
                    if (!redemption.pickupCode().equals(presented.strip())) {
                        throw new ApiException(PointsError.POINTS_PICKUP_CODE_WRONG);
                    }
                })
                .replaceWithVoid();
    }
}
