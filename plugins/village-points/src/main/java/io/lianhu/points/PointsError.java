package io.lianhu.points;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What can go wrong with points. */
public enum PointsError implements ErrorCode {
    /** Fewer points are free than asked for: {@code available}, {@code needed}. */
    POINTS_INSUFFICIENT_BALANCE(ErrorType.PRECONDITION),
    /** Less is in stock than asked for: {@code stock}. */
    POINTS_OUT_OF_STOCK(ErrorType.PRECONDITION),
    /** The goods are not offered now. */
    POINTS_ITEM_INACTIVE(ErrorType.PRECONDITION),
    /** The pick-up code is not this redemption's. */
    POINTS_PICKUP_CODE_WRONG(ErrorType.PRECONDITION),
    /** Too many wrong codes were tried: {@code limit}. Cancel, and reserve again. */
    POINTS_PICKUP_CODE_LOCKED(ErrorType.PRECONDITION),
    /** The redemption was handed over or cancelled before. */
    POINTS_REDEMPTION_RESOLVED(ErrorType.PRECONDITION),
    /** Nobody awards points to oneself or to one's own household. */
    POINTS_AWARD_OWN(ErrorType.FORBIDDEN),
    /** Goods that one's own household, or oneself, pays for are handed over by somebody else. */
    POINTS_HAND_OVER_OWN(ErrorType.FORBIDDEN),
    /** The rule was retired; make a new one. */
    POINTS_RULE_RETIRED(ErrorType.PRECONDITION),
    /** The rule is not in force today. */
    POINTS_RULE_NOT_IN_FORCE(ErrorType.PRECONDITION),
    /** The account has earned by this rule all that it may today or this month. */
    POINTS_RULE_CAP_REACHED(ErrorType.PRECONDITION),
    /** The award was reversed before. */
    POINTS_TRANSFER_REVERSED(ErrorType.PRECONDITION),
    /** Only awards are reversed. */
    POINTS_TRANSFER_NOT_REVERSIBLE(ErrorType.PRECONDITION);

    private final ErrorType type;

    PointsError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
