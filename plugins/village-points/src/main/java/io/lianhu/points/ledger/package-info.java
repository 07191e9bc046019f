/**
 * The ledger (积分台账): double entry, immutable, never overdrawn. Everything else in the plugin moves points through
 * {@link io.lianhu.points.ledger.Ledger} only.
 */
@NullMarked
package io.lianhu.points.ledger;

import org.jspecify.annotations.NullMarked;
