package io.lianhu.server.transfer;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with an import or export, or with a cell of a file. */
public enum TransferError implements ErrorCode {
    TRANSFER_FILE_TYPE(ErrorType.INVALID_INPUT),
    TRANSFER_FILE_UNREADABLE(ErrorType.INVALID_INPUT),
    TRANSFER_FILES_TOO_MANY(ErrorType.PRECONDITION),
    TRANSFER_FILE_TAKEN(ErrorType.INVALID_INPUT),
    TRANSFER_ROWS_TOO_MANY(ErrorType.INVALID_INPUT),
    TRANSFER_HEADINGS(ErrorType.INVALID_INPUT),
    TRANSFER_STATE(ErrorType.PRECONDITION),
    TRANSFER_FAULTY(ErrorType.PRECONDITION),
    TRANSFER_TOO_MANY(ErrorType.PRECONDITION),
    /** The person is sending a file in already. */
    TRANSFER_UPLOADING(ErrorType.RATE_LIMITED),
    TRANSFER_GAVE_UP(ErrorType.INTERNAL),
    CELL_MISSING(ErrorType.INVALID_INPUT),
    CELL_TOO_LONG(ErrorType.INVALID_INPUT),
    CELL_FORMULA(ErrorType.INVALID_INPUT),
    CELL_BROKEN(ErrorType.INVALID_INPUT),
    CELL_UNKNOWN(ErrorType.INVALID_INPUT),
    CELL_DATE(ErrorType.INVALID_INPUT),
    CELL_NOT_TEXT(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    TransferError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
