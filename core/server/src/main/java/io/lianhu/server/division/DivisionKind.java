package io.lianhu.server.division;

/** What kind of place a division is. */
enum DivisionKind {
    COUNTY,
    TOWN,
    VILLAGE,
    GRID,
    GROUP
}
