package io.lianhu.server.unit;

/** What kind of unit it is. */
enum UnitKind {
    DEPARTMENT,
    STATION,
    INSTITUTION,
    UTILITY,
    ORGANISATION,
    EMERGENCY_TEAM
}
