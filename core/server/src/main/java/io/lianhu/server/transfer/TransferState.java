package io.lianhu.server.transfer;

/** Where a transfer stands. */
enum TransferState {
    CHECKING,
    CHECKED,
    COMMITTING,
    EXPORTING,
    DONE,
    FAILED,
    DISCARDED
}
