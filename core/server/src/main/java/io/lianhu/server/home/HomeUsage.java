package io.lianhu.server.home;

/** What a home is used for. */
enum HomeUsage {
    OWN,
    RENTED,
    VACANT,
    BUSINESS,
    OTHER
}
