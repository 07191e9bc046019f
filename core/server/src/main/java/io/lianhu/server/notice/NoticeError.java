package io.lianhu.server.notice;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with the use of a notice. */
public enum NoticeError implements ErrorCode {
    NOTICE_STATE(ErrorType.PRECONDITION),
    NOTICE_CHASED(ErrorType.PRECONDITION);

    private final ErrorType type;

    NoticeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
