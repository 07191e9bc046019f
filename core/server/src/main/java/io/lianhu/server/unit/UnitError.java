package io.lianhu.server.unit;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a unit. */
public enum UnitError implements ErrorCode {
    UNIT_DIVISION(ErrorType.INVALID_INPUT),
    UNIT_NAME_TAKEN(ErrorType.PRECONDITION),
    UNIT_RETIRED(ErrorType.PRECONDITION),
    UNIT_STAFFED(ErrorType.PRECONDITION);

    private final ErrorType type;

    UnitError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
