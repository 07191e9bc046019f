package io.lianhu.sdk.emergency;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A county or a town was switched into emergency mode (平转急), and with it everything that lies in it.
 *
 * @param level of the response, 1 (the gravest) to 4, where one was named
 */
public record EmergencyDeclared(
        UUID emergencyId, DivisionCode division, Optional<Integer> level, String reason, Instant declaredAt)
        implements Event {
    @Override
    public UUID aggregate() {
        return emergencyId;
    }
}
