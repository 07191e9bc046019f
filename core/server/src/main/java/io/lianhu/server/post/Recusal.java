package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import org.jspecify.annotations.Nullable;

/** Recusal (回避): nobody decides by a post on what is the own affair. */
public final class Recusal {

    private Recusal() {}

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
