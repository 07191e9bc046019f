package io.lianhu.sdk.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case was merged (合并) into another that is the same, the main case, which goes on for both. No {@link CaseClosed} comes of it any longer:
 * when the main case is closed, that one's does. One that is merged together with its main case is told of again, with the new one.
 *
 * @param mainCaseId the case that goes on
 * @param caseClass of the merged case, as in {@link CaseClosed}
 * @param reporter the resident who reported the merged case; null for a case that came from elsewhere
 */
public record CaseMerged(
        UUID caseId,
        UUID mainCaseId,
        String caseClass,
        DivisionCode division,
        @Nullable Resident reporter,
        Instant mergedAt)
        implements Event {
    @Override
    public UUID aggregate() {
        return caseId;
    }
}
