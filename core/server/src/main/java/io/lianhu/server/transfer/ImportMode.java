package io.lianhu.server.transfer;

/** What of a checked file is to be written. */
enum ImportMode {
    ALL,
    GOOD_ROWS
}
