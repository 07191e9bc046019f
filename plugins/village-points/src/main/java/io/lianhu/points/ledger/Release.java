package io.lianhu.points.ledger;

import java.util.UUID;

/**
 * A hold to be given back.
 *
 * @param particulars of what it pays if the owner owes something
 */
public record Release(UUID holdId, Particulars particulars) {}
