package io.lianhu.points.ledger;

/** What an account is for. The balances of all accounts of a county add up to nothing. */
enum AccountPurpose {
    /** What an owner can spend; never below zero. */
    SPENDABLE,
    /** 待抵扣: what an owner owes because an award was reversed after it was spent, as a balance below zero; later awards settle it. */
    RECEIVABLE,
    /** 发放: what a village has awarded, as a balance below zero. */
    ISSUANCE,
    /** 兑换核销: what was spent in a village's shop. */
    REDEEMED
}
