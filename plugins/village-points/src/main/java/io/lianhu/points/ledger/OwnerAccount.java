package io.lianhu.points.ledger;

import io.lianhu.points.PointsPermissions;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An owner's account as clients see it ({@code PointsAccount}).
 *
 * @param householdId the owner, where it is a household
 * @param residentId the owner, where it is a person
 * @param available what is neither spent nor put aside
 * @param receivable what later awards will settle first
 * @param village whose cadres look after it
 */
public record OwnerAccount(
        UUID id,
        OwnerKind kind,
        @Nullable UUID householdId,
        @Nullable UUID residentId,
        long balance,
        long held,
        long available,
        long receivable,
        Instant openedAt,
        DivisionCode village) {

    static OwnerAccount of(Account account, long receivable) {
        Owner owner = Objects.requireNonNull(account.owner());
        return new OwnerAccount(
                account.id(),
                owner.kind(),
                owner.kind() == OwnerKind.HOUSEHOLD ? owner.id() : null,
                owner.kind() == OwnerKind.PERSON ? owner.id() : null,
                account.balance(),
                account.held(),
                account.available(),
                receivable,
                account.openedAt(),
                account.village());
    }

    /** Whether the actor may see the account: as its owner or as a member of the household, or as who looks after the village. */
    static boolean visible(Actor actor, Account account) {
        Owner owner = account.owner();
        boolean own = owner != null
                && actor.resident()
                        .map(one -> Owner.of(owner.kind(), one).equals(owner))
                        .orElse(false);
        return own || actor.may(PointsPermissions.READ_ALL, account.village());
    }
}
