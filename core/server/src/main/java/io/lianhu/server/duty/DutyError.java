package io.lianhu.server.duty;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a roster. */
enum DutyError implements ErrorCode {
    DUTY_ROSTER_FULL(ErrorType.PRECONDITION);

    private final ErrorType type;

    DutyError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
