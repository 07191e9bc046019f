package io.lianhu.server.casework;

import io.lianhu.sdk.Divisions;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a case when it comes in (受理).
 *
 * @param reporter the resident who reported it; null for a case from elsewhere
 * @param caller who told of it by telephone; null otherwise
 */
record Intake(
        CaseSource source,
        CaseClass caseClass,
        ReportCase.Report report,
        Divisions.Division where,
        @Nullable Reporter reporter,
        @Nullable Caller caller) {

    /** Whether it is to be verified before it is opened. */
    boolean needsVerification() {
        return caseClass.petition() || source.isOutside() && caseClass.verification();
    }
}
