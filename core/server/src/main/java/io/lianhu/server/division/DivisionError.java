package io.lianhu.server.division;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a division. */
public enum DivisionError implements ErrorCode {
    DIVISION_KIND(ErrorType.PRECONDITION),
    DIVISION_FULL(ErrorType.PRECONDITION),
    DIVISION_ENDED(ErrorType.PRECONDITION),
    DIVISION_REGISTERED(ErrorType.PRECONDITION),
    DIVISION_IN_USE(ErrorType.PRECONDITION),
    DIVISION_SUCCESSOR(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    DivisionError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
