package io.lianhu.server.emergency;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a switch of mode. */
enum EmergencyError implements ErrorCode {
    EMERGENCY_DIVISION(ErrorType.INVALID_INPUT),
    EMERGENCY_OPEN(ErrorType.PRECONDITION),
    EMERGENCY_OVER(ErrorType.PRECONDITION);

    private final ErrorType type;

    EmergencyError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
