package io.lianhu.server.casework;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with a case. */
public enum CaseError implements ErrorCode {
    CASE_CLASS_UNKNOWN(ErrorType.INVALID_INPUT),
    CASE_CLASS_DISABLED(ErrorType.PRECONDITION),
    CASE_STATE(ErrorType.PRECONDITION),
    CASE_PETITION(ErrorType.PRECONDITION),
    CASE_UNIT_ELSEWHERE(ErrorType.PRECONDITION),
    CASE_PARTS_OPEN(ErrorType.PRECONDITION),
    DISPATCH_RULES_FULL(ErrorType.PRECONDITION),
    CASE_CLOCK_MET(ErrorType.PRECONDITION),
    CASE_EXTENDED(ErrorType.PRECONDITION),
    CASE_REQUEST_PENDING(ErrorType.PRECONDITION),
    CASE_REQUEST_DECIDED(ErrorType.PRECONDITION),
    CASE_NOT_SUSPENDED(ErrorType.PRECONDITION),
    CASE_URGED(ErrorType.PRECONDITION),
    CASE_RATED(ErrorType.PRECONDITION),
    CASE_REOPEN_OVER(ErrorType.PRECONDITION);

    private final ErrorType type;

    CaseError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
