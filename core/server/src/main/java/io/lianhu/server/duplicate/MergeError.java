package io.lianhu.server.duplicate;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with the merging of cases. */
public enum MergeError implements ErrorCode {
    CASE_MERGED_FULL(ErrorType.PRECONDITION),
    CASE_FOLLOWED(ErrorType.PRECONDITION);

    private final ErrorType type;

    MergeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
