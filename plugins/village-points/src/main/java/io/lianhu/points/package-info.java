/**
 * Village points (村级积分): taking part is rewarded, and what is earned can be spent. This package holds what the whole plugin shares;
 * {@link io.lianhu.points.ledger} keeps the books, {@link io.lianhu.points.rules} decides what is awarded, {@link io.lianhu.points.shop}
 * is where points are spent. Rules and shop know the ledger, never each other.
 */
@NullMarked
package io.lianhu.points;

import org.jspecify.annotations.NullMarked;
