package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An emergency has ended, and its teams are to give back what they have: some of that is dispatched anew already, and what comes after it is
 * to be.
 *
 * @param after the last case that was looked at; null where none was
 */
record CasesToReturn(UUID emergencyId, DivisionCode division, @Nullable UUID after) implements Event {
    @Override
    public UUID aggregate() {
        return emergencyId;
    }
}
