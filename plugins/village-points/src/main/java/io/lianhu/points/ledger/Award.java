package io.lianhu.points.ledger;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Points to be given (加分).
 *
 * @param id of the transfer; the same award has the same id, however often it is asked for
 * @param village that gives them; the earner may live in another
 * @param account whose account they go to, by way of the earner
 * @param rule by which, where there is one; the cap counts what was earned by it
 * @param reason the rule's name, or the cadre's words
 * @param awardedBy the cadre; null for the platform itself
 * @param earnedAt when what it is for happened, however late it is told: it counts for the caps and the honour roll of then
 */
public record Award(
        UUID id,
        DivisionCode village,
        Resident earner,
        OwnerKind account,
        int points,
        @Nullable UUID rule,
        Cap cap,
        @Nullable Cause cause,
        String reason,
        @Nullable String awardedBy,
        Instant earnedAt) {

    Owner owner() {
        return Owner.of(account, earner);
    }

    Particulars particulars() {
        return new Particulars(village, earner.id(), earner.household(), rule, cause, reason, awardedBy, earnedAt);
    }
}
