package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Recusal (回避): nobody decides by a post on what is the own affair. */
public final class Recusal {

    private Recusal() {}

    /**
     * Refuses the actor whose own affair it is, or that of somebody of the same household.
     *
     * @param concerned the subject of whom it concerns; null where that person has none
     * @param household the household of whom it concerns
     * @throws ApiException {@code OWN_AFFAIR}
     */
    public static void require(Actor actor, @Nullable String concerned, UUID household) {
        require(actor, concerned);
        if (actor.resident().filter(own -> own.household().equals(household)).isPresent()) {
            throw new ApiException(PostError.OWN_AFFAIR);
        }
    }

    /**
     * Refuses the actor whose own affair it is.
     *
     * @param concerned the subject of whom it concerns; null where that person has none
     * @throws ApiException {@code OWN_AFFAIR}
     */
    public static void require(Actor actor, @Nullable String concerned) {
        if (actor.subject().equals(concerned)) {
            throw new ApiException(PostError.OWN_AFFAIR);
        }
    }
}
