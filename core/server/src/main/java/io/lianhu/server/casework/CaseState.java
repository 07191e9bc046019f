package io.lianhu.server.casework;

/** Where a case stands: the stages of GB/T 30428 that a report passes through. */
enum CaseState {
    AWAITING_DISPATCH,
    DISPATCHED,
    HANDLED,
    CLOSED
}
