package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who may know who a resident is. */
public final class Acquaintance {

    static final String READ = "residents:read";

    /** To read clear what the daily work needs; the administrator's does not. */
    static final String PARTICULARS = "residents:particulars";

    private Acquaintance() {}

    /**
     * Whether the actor may: as the resident, as one of the household, or by a post over the home.
     *
     * @param subject the resident's; null where there is none
     * @param household the resident's; null until approved
     */
    public static boolean mayKnow(Actor actor, @Nullable String subject, @Nullable UUID household, DivisionCode home) {
        return actor.subject().equals(subject)
                || actor.resident()
                        .filter(me -> me.household().equals(household))
                        .isPresent()
                || actor.may(READ, home);
    }

    /** The divisions where the actor may know, for the daily work, who lives where. */
    public static List<DivisionCode> visited(Actor actor) {
        return actor.scopes(PARTICULARS);
    }

    /** Whether the actor may know where a household lives: as one of it, or for the daily work there. */
    public static boolean mayVisit(Actor actor, UUID household, DivisionCode home) {
        return actor.resident().filter(me -> me.household().equals(household)).isPresent()
                || actor.may(PARTICULARS, home);
    }
}
