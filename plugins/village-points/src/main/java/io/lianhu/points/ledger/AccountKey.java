package io.lianhu.points.ledger;

import io.lianhu.sdk.DivisionCode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an account belongs to, from which its id is derived.
 *
 * @param village whose cadres look after the account; part of the identity of a village's own accounts only
 */
record AccountKey(UUID id, AccountPurpose purpose, @Nullable Owner owner, DivisionCode village) {

    static AccountKey spendable(Owner owner, DivisionCode home) {
        return new AccountKey(spendableId(owner), AccountPurpose.SPENDABLE, owner, home);
    }

    static AccountKey receivable(Owner owner, DivisionCode home) {
        return new AccountKey(receivableId(spendableId(owner)), AccountPurpose.RECEIVABLE, owner, home);
    }

    static AccountKey issuance(DivisionCode village) {
        return ofVillage(AccountPurpose.ISSUANCE, village);
    }

    static AccountKey redeemed(DivisionCode village) {
        return ofVillage(AccountPurpose.REDEEMED, village);
    }

    private static AccountKey ofVillage(AccountPurpose purpose, DivisionCode village) {
        return new AccountKey(DerivedId.of(purpose, village), purpose, null, village);
    }

    static UUID spendableId(Owner owner) {
        return DerivedId.of(AccountPurpose.SPENDABLE, owner.kind(), owner.id());
    }

    /** The account of what the owner of a spendable account owes. */
    static UUID receivableId(UUID spendable) {
        return DerivedId.of(AccountPurpose.RECEIVABLE, spendable);
    }
}
