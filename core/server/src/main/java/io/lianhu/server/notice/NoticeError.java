package io.lianhu.server.notice;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with the use of a notice. */
public enum NoticeError implements ErrorCode {
    NOTICE_STATE(ErrorType.PRECONDITION),
    NOTICE_CHASED(ErrorType.PRECONDITION),
    /** It goes out just now. */
    NOTICE_SENDING(ErrorType.PRECONDITION),
    /** Grid workers would learn of whom a confidential tag is so. */
    NOTICE_CONFIDENTIAL(ErrorType.PRECONDITION),
    /** A blank that is missing, or that the template has not, or no blank at all. */
    NOTICE_TEMPLATE_BLANK(ErrorType.INVALID_INPUT),
    NOTICE_TEMPLATE_NAME_TAKEN(ErrorType.PRECONDITION),
    NOTICE_TEMPLATE_TOO_MANY(ErrorType.PRECONDITION);

    private final ErrorType type;

    NoticeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
