package io.lianhu.points.ledger;

/** What can be wrong with an account. */
public enum Fault {
    /** The balance is not the sum of its transfers. */
    BALANCE,
    /** What is put aside is not the sum of its open holds. */
    HELD,
    /** More is put aside than there is. */
    OVERDRAWN,
    /** Its postings are not numbered 1, 2, 3 … */
    NUMBERING,
    /** A transfer does not bear the balance that it led to. */
    RUNNING_BALANCE,
    /** What was taken back is not what was awarded. */
    REVERSAL,
    /** A hold does not agree with the redemption that it is for, or with the transfer that captured it. */
    REDEMPTION
}
