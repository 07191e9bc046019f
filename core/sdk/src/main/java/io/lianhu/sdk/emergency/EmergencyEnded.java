package io.lianhu.sdk.emergency;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.time.Instant;
import java.util.UUID;

/** A county or a town was switched back (急转平). What lies in it may still be in the emergency mode of what contains it. */
public record EmergencyEnded(UUID emergencyId, DivisionCode division, String reason, Instant endedAt) implements Event {
    @Override
    public UUID aggregate() {
        return emergencyId;
    }
}
