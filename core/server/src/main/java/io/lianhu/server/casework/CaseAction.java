package io.lianhu.server.casework;

/** What is done with a case. */
enum CaseAction {
    REPORT,
    DISPATCH,
    HANDLE,
    SEND_BACK,
    CLOSE,
    RATE,
    REOPEN
}
