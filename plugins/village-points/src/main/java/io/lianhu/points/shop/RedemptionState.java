package io.lianhu.points.shop;

/** How far a redemption is. */
public enum RedemptionState {
    /** 待取货: goods and points are put aside. */
    RESERVED,
    /** 已领取: the goods are handed over, the points spent. */
    HANDED_OVER,
    /** 已取消: goods and points are back. */
    CANCELLED,
    /** 已过期: nobody came, and goods and points went back when they were wanted. */
    EXPIRED
}
