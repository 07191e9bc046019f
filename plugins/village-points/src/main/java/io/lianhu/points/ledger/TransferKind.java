package io.lianhu.points.ledger;

/** Why points moved. */
public enum TransferKind {
    /** 加分: from the village's issuance to the owner. */
    AWARD,
    /** 冲正: an award goes back, from the owner's balance first, the rest from the owner's receivable. */
    REVERSAL,
    /** 抵扣: what is owed is paid from a balance that has grown. */
    SETTLEMENT,
    /** 兑换: spent in the shop. */
    REDEEM,
    /** 账户合并: from one record of a person to the other, or back. */
    MERGE
}
