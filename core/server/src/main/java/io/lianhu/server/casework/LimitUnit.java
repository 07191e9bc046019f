package io.lianhu.server.casework;

/** In what a limit is counted: natural time (自然时), or time in which the county works (工作时, 工作日). */
enum LimitUnit {
    MINUTE,
    HOUR,
    WORKING_HOUR,
    WORKING_DAY
}
