package io.lianhu.points.ledger;

import java.util.UUID;

/** The step of a case that an award is for; each is awarded at most once. */
public record Cause(Kind kind, UUID caseId, int round) {

    /** Which step. */
    public enum Kind {
        CASE_CLOSED,
        CASE_RATED
    }
}
