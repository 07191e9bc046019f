package io.lianhu.server.jointhandling;

import io.lianhu.sdk.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some of the open parts were reckoned anew, and those after them are to be.
 *
 * @param calendarId the same for all changes of a county, so that one round after the other is made
 * @param after the last part that was reckoned; null where none was
 */
record PartsToReckon(UUID calendarId, @Nullable UUID after) implements Event {
    @Override
    public UUID aggregate() {
        return calendarId;
    }
}
