package io.lianhu.server.resident;

import java.util.EnumSet;
import java.util.Set;

/** In what two records of a person may differ. */
enum ResidentField {
    NAME,
    HOME,
    TELEPHONE,
    ID_NUMBER,
    BIRTH_DATE,
    SEX,
    RESIDENCE,
    RELATION,
    LOGIN;

    /** What an ID number proves goes with it. */
    static final Set<ResidentField> PROVED = EnumSet.of(BIRTH_DATE, SEX);
}
