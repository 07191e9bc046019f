package io.lianhu.server.jointhandling;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with the parts of a case. */
public enum PartError implements ErrorCode {
    CASE_PART_LEAD(ErrorType.PRECONDITION),
    CASE_PART_ASKED(ErrorType.PRECONDITION),
    CASE_PARTS_FULL(ErrorType.PRECONDITION),
    CASE_PART_STATE(ErrorType.PRECONDITION);

    private final ErrorType type;

    PartError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
