package io.lianhu.server.casework;

/** From where a case came in. */
enum CaseSource {
    RESIDENT,
    PATROL,
    TELEPHONE,
    SENSOR,
    PARTNER;

    /** Whether it comes from outside the administration, so that it may have to be verified before it is opened. */
    boolean isOutside() {
        return this != PATROL;
    }
}
