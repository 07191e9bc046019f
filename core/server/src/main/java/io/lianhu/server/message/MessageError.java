package io.lianhu.server.message;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a county's outside channels and templates. */
public enum MessageError implements ErrorCode {
    WEBHOOK_TOO_MANY(ErrorType.PRECONDITION),
    WEBHOOK_REMOVED(ErrorType.PRECONDITION),
    /** What stands in braces is nothing that the message knows. */
    MESSAGE_TEMPLATE_PLACEHOLDER(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    MessageError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
