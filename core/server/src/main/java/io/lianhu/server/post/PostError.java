package io.lianhu.server.post;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with an appointment, or with the use of a post. */
public enum PostError implements ErrorCode {
    POST_HELD(ErrorType.PRECONDITION),
    POST_DIVISION(ErrorType.INVALID_INPUT),
    POST_OVER(ErrorType.PRECONDITION),
    POST_STOOD_IN(ErrorType.PRECONDITION),
    POST_NO_COLLEAGUE(ErrorType.PRECONDITION),
    POST_UNIT(ErrorType.INVALID_INPUT),
    OWN_AFFAIR(ErrorType.FORBIDDEN);

    private final ErrorType type;

    PostError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
