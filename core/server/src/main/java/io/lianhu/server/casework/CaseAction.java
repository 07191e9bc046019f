package io.lianhu.server.casework;

/** What is done with a case. */
enum CaseAction {
    REPORT,
    DISPATCH,
    HANDLE,
    SEND_BACK,
    CLOSE,
    RATE,
    REOPEN,
    RELEASE;

    /** Whether it is the reporter who does it. */
    boolean isReporters() {
        return switch (this) {
            case REPORT, RATE, REOPEN -> true;
            case DISPATCH, HANDLE, SEND_BACK, CLOSE, RELEASE -> false;
        };
    }
}
