package io.lianhu.points.ledger;

import io.lianhu.sdk.DivisionCode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer tells beside its amounts.
 *
 * @param village whose points they are: the awarding village, or the shop's
 * @param earner the resident who earned or redeemed; kept for good, so that moving house moves nothing
 * @param household the earner's household at that time
 * @param memo why, in the words of the rule or of the cadre; null where the kind says enough
 * @param postedBy who had it posted; null for the platform itself
 * @param earnedAt when what it is for happened; a reversal bears the time of its award
 */
public record Particulars(
        DivisionCode village,
        UUID earner,
        UUID household,
        @Nullable UUID rule,
        @Nullable Cause cause,
        @Nullable String memo,
        @Nullable String postedBy,
        Instant earnedAt) {

    Particulars because(@Nullable String why, @Nullable String by) {
        return new Particulars(village, earner, household, rule, cause, why, by, earnedAt);
    }
}
