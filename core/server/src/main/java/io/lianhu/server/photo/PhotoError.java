package io.lianhu.server.photo;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a photo. */
public enum PhotoError implements ErrorCode {
    PHOTO_NOT_AN_IMAGE(ErrorType.INVALID_INPUT),
    PHOTO_TOO_MANY_PIXELS(ErrorType.INVALID_INPUT),
    PHOTO_TOO_MANY(ErrorType.INVALID_INPUT),
    PHOTO_UNCLAIMED_TOO_MANY(ErrorType.PRECONDITION),
    PHOTO_TAKEN(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    PhotoError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
