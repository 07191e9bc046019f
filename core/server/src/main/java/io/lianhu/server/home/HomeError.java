package io.lianhu.server.home;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a home. */
public enum HomeError implements ErrorCode {
    HOME_RECORDED(ErrorType.PRECONDITION),
    HOME_HOUSEHOLD_HOUSED(ErrorType.PRECONDITION),
    HOME_IMPORT_DIVISION(ErrorType.INVALID_INPUT),
    HOME_IMPORT_TWICE(ErrorType.INVALID_INPUT),
    /** Lines say different things of one building. */
    HOME_IMPORT_CONTRADICTION(ErrorType.INVALID_INPUT),
    /** Several buildings of the register have that name there. */
    HOME_IMPORT_BUILDING(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    HomeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
