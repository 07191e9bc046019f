package io.lianhu.points.ledger;

import io.lianhu.sdk.Resident;
import java.util.UUID;

/** Who owns an account: a household or a resident, by id. */
public record Owner(OwnerKind kind, UUID id) {

    /** The owner of that kind that the resident's points go to. */
    public static Owner of(OwnerKind kind, Resident resident) {
        return new Owner(kind, kind == OwnerKind.HOUSEHOLD ? resident.household() : resident.id());
    }
}
