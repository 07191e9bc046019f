package io.lianhu.server.audience;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a tag, or an audience. */
enum TagError implements ErrorCode {
    /** Another tag in use has the name. */
    TAG_NAME_TAKEN(ErrorType.PRECONDITION),
    /** By rule, where one by hand is asked for, or the other way round. */
    TAG_KIND(ErrorType.PRECONDITION),
    TAG_RETIRED(ErrorType.PRECONDITION),
    /** Another saved audience has the name. */
    AUDIENCE_NAME_TAKEN(ErrorType.PRECONDITION),
    AUDIENCE_TOO_MANY(ErrorType.PRECONDITION);

    private final ErrorType type;

    TagError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
