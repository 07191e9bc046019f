package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;

/**
 * A case was verified and closed (结案).
 *
 * @param round 1 for the first closing, 2 for the closing after a reopening, …
 * @param caseClass the class's code in the baseline, as {@code environment.garbage}
 */
public record CaseClosed(
        UUID caseId, int round, String caseClass, DivisionCode division, Resident reporter, Instant closedAt)
        implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
