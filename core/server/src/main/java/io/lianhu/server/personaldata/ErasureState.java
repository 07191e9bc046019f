package io.lianhu.server.personaldata;

/** Where an erasure stands. */
enum ErasureState {
    REQUESTED,
    APPROVED,
    PARTLY,
    DONE,
    REFUSED,
    WITHDRAWN
}
