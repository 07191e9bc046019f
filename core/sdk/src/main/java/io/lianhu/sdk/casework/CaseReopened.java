package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.time.Instant;
import java.util.UUID;

/**
 * A closed case was reopened (重办): what was given for its closing is to be taken back until it is closed again.
 *
 * @param round the closing that is undone, as in {@link CaseClosed}
 */
public record CaseReopened(UUID caseId, int round, DivisionCode division, Instant reopenedAt) implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
