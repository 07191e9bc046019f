package io.lianhu.server.web;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a request as such. */
public enum RequestError implements ErrorCode {
    REQUEST_MALFORMED(ErrorType.INVALID_INPUT),
    REQUEST_TOO_LARGE(ErrorType.INVALID_INPUT),
    MEDIA_TYPE_UNSUPPORTED(ErrorType.INVALID_INPUT),
    NOT_ACCEPTABLE(ErrorType.INVALID_INPUT),
    METHOD_NOT_ALLOWED(ErrorType.INVALID_INPUT),
    DOCUMENT_MALFORMED(ErrorType.INVALID_INPUT),
    DOCUMENT_INVALID(ErrorType.INVALID_INPUT),
    DOCUMENT_TOO_LARGE(ErrorType.INVALID_INPUT),
    IDEMPOTENCY_KEY_REUSED(ErrorType.CONFLICT),
    RATE_LIMITED(ErrorType.RATE_LIMITED),
    TIMED_OUT(ErrorType.UNAVAILABLE),
    UNAVAILABLE(ErrorType.UNAVAILABLE),
    INTERNAL(ErrorType.INTERNAL);

    private final ErrorType type;

    RequestError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
