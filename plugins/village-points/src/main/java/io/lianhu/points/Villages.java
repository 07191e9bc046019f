package io.lianhu.points;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.smallrye.mutiny.Uni;
import java.util.Set;
import java.util.UUID;

/** Which village is meant, and who may look into it. */
public final class Villages {

    private final Divisions divisions;

    public Villages(Divisions divisions) {
        this.divisions = divisions;
    }

    /** The village that the call's {@code villageId} names. */
    public Uni<DivisionCode> of(Call call) {
        return of(call.id("villageId", "Division"));
    }

    /**
     * The village of the division of that id; a grid or group stands for the village in which it lies, so that an app can pass on
     * whichever division it knows the resident by. Fails with {@code NOT_FOUND}, or with {@code INVALID_INPUT} above the villages.
     */
    public Uni<DivisionCode> of(UUID division) {
        return divisions.byIds(Set.of(division)).map(found -> {
            Divisions.Division one = found.get(division);
            if (one == null) {
                throw ApiException.notFound("Division");
            }
            if (one.code().value().length() < 12) {
                throw ApiException.invalid("villageId");
            }
            return one.code().village();
        });
    }

    /**
     * Whether the actor holds the permission in the village or in some part of it: what a whole village may read, a resident holds only
     * at the grid of the home.
     */
    public static boolean visible(Actor actor, String permission, DivisionCode village) {
        return actor.scopes(permission).stream().anyMatch(scope -> scope.contains(village) || village.contains(scope));
    }

    /**
     * Refuses whom {@link #visible} refuses.
     *
     * @throws ApiException {@code FORBIDDEN}
     */
    public static void requireVisible(Actor actor, String permission, DivisionCode village) {
        if (!visible(actor, permission, village)) {
            throw ApiException.forbidden(permission);
        }
    }
}
