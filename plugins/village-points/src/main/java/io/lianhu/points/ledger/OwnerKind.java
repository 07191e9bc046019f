package io.lianhu.points.ledger;

/** To whom points belong. */
public enum OwnerKind {
    /** To the household (户), whichever member earned them. */
    HOUSEHOLD,
    /** To the one who earned them, where a rule says so. */
    PERSON
}
