package io.lianhu.server.home;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a home. */
public enum HomeError implements ErrorCode {
    HOME_RECORDED(ErrorType.PRECONDITION),
    HOME_HOUSEHOLD_HOUSED(ErrorType.PRECONDITION);

    private final ErrorType type;

    HomeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
