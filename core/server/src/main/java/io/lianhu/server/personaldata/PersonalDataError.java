package io.lianhu.server.personaldata;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** Why a person's data is not erased. */
public enum PersonalDataError implements ErrorCode {
    ERASURE_CONFIRMATION(ErrorType.INVALID_INPUT),
    ERASURE_OPEN(ErrorType.PRECONDITION),
    ERASURE_STATE(ErrorType.PRECONDITION),
    /** The person acts for the county. */
    ERASURE_IN_OFFICE(ErrorType.PRECONDITION),
    LEGAL_HOLD_RELEASED(ErrorType.PRECONDITION);

    private final ErrorType type;

    PersonalDataError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
