package io.lianhu.server.identity;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** Why a caller is not let in. */
public enum IdentityError implements ErrorCode {
    UNAUTHENTICATED(ErrorType.UNAUTHENTICATED),
    TOKEN_INVALID(ErrorType.UNAUTHENTICATED),
    TOKEN_OTHER_COUNTY(ErrorType.FORBIDDEN),
    SECOND_FACTOR_REQUIRED(ErrorType.FORBIDDEN),
    BOOTSTRAP_REFUSED(ErrorType.FORBIDDEN),
    IDENTITY_UNAVAILABLE(ErrorType.UNAVAILABLE);

    private final ErrorType type;

    IdentityError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
