package io.lianhu.server.resident;

/** Where a registration stands. */
enum ResidentState {
    PENDING,
    APPROVED,
    REJECTED,
    MERGED,
    ERASED
}
