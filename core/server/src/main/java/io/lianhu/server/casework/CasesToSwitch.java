package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The mode of a place is another: some of its open cases follow that already, and those after them are to.
 *
 * @param cause the emergency
 * @param reason for the cases' history; at most 200 characters
 * @param after the last case that follows; null where none does
 */
record CasesToSwitch(UUID cause, DivisionCode division, String reason, @Nullable UUID after) implements Event {
    @Override
    public UUID aggregate() {
        return cause;
    }
}
