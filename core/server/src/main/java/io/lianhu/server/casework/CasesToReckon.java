package io.lianhu.server.casework;

import io.lianhu.sdk.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some of the open cases were reckoned anew, and those after them are to be.
 *
 * @param calendarId the same for all changes of a county, so that one round after the other is made
 * @param after the last case that was reckoned; null where none was
 */
record CasesToReckon(UUID calendarId, @Nullable UUID after) implements Event {
    @Override
    public UUID aggregate() {
        return calendarId;
    }
}
