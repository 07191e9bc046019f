package io.lianhu.server.calendar;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a change of the work calendar. */
enum CalendarError implements ErrorCode {
    CALENDAR_FULL(ErrorType.PRECONDITION);

    private final ErrorType type;

    CalendarError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
