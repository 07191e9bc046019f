package io.lianhu.server.resident;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with a registration. */
public enum ResidentError implements ErrorCode {
    RESIDENT_REGISTERED(ErrorType.PRECONDITION),
    RESIDENT_DECIDED(ErrorType.PRECONDITION),
    RESIDENT_HOME_DIVISION(ErrorType.INVALID_INPUT),
    RESIDENT_ID_NUMBER(ErrorType.INVALID_INPUT),
    RESIDENT_CONTRADICTION(ErrorType.INVALID_INPUT),
    RESIDENT_RECORDED(ErrorType.PRECONDITION),
    /** So many whom the same person registered wait already. */
    RESIDENT_WAITING(ErrorType.PRECONDITION),
    RESIDENT_RECORDED_ELSEWHERE(ErrorType.PRECONDITION),
    RESIDENT_IMPORT_DIVISION(ErrorType.INVALID_INPUT),
    RESIDENT_IMPORT_TWICE(ErrorType.INVALID_INPUT),
    RESIDENT_IMPORT_NAME(ErrorType.INVALID_INPUT),
    RESIDENT_IMPORT_HOUSEHOLD(ErrorType.INVALID_INPUT),
    RESIDENT_IMPORT_HEAD(ErrorType.INVALID_INPUT),
    RESIDENT_IMPORT_APART(ErrorType.INVALID_INPUT),
    /** Both records have a login: one has to be chosen. */
    RESIDENT_MERGE_LOGINS(ErrorType.PRECONDITION),
    /** The login that would be detached holds a post. */
    RESIDENT_MERGE_POST(ErrorType.PRECONDITION),
    RESIDENT_MERGE_UNDONE(ErrorType.PRECONDITION),
    RESIDENT_MERGE_OVER(ErrorType.PRECONDITION),
    /** A later merge of the kept record comes first. */
    RESIDENT_MERGE_LATER(ErrorType.PRECONDITION),
    RESIDENT_MERGE_LOGIN_TAKEN(ErrorType.PRECONDITION),
    RESIDENT_MERGE_ID_TAKEN(ErrorType.PRECONDITION),
    RESIDENT_MERGE_HOME_TAKEN(ErrorType.PRECONDITION),
    RESIDENT_REVEAL_LIMIT(ErrorType.RATE_LIMITED);

    private final ErrorType type;

    ResidentError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
