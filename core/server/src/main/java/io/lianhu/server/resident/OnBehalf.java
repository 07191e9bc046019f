package io.lianhu.server.resident;

/** As what somebody recorded a person who did not come in person (代办). */
enum OnBehalf {
    OFFICIAL,
    FAMILY
}
