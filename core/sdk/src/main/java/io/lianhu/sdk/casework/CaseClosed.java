package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case was verified and closed (结案).
 *
 * @param round 1 for the first closing, 2 for the closing after a reopening, …
 * @param reporter the resident who reported it; null for a case that came from elsewhere: a patrol, a telephone call
 * @param caseClass the class's code in the baseline, as {@code environment.garbage}
 */
public record CaseClosed(
        UUID caseId, int round, String caseClass, DivisionCode division, @Nullable Resident reporter, Instant closedAt)
        implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
