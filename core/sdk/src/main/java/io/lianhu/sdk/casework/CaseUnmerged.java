package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import java.time.Instant;
import java.util.UUID;

/**
 * A merged case was taken out of the main case again (撤销合并), and goes on by itself.
 *
 * @param mainCaseId the case into which it was merged
 */
public record CaseUnmerged(UUID caseId, UUID mainCaseId, DivisionCode division, Instant unmergedAt) implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
