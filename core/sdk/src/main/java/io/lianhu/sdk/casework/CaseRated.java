package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;

/**
 * The reporter rated a closed case (满意度评价).
 *
 * @param round the closing that was rated, as in {@link CaseClosed}
 * @param stars 1–5
 */
public record CaseRated(
        UUID caseId, int round, String caseClass, DivisionCode division, Resident reporter, int stars, Instant ratedAt)
        implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
