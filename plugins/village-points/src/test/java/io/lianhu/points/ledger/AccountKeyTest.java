package io.lianhu.points.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.lianhu.sdk.DivisionCode;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AccountKeyTest {

    private static final DivisionCode HERE = new DivisionCode("520115001001");
    private static final DivisionCode THERE = new DivisionCode("520115001002");

    private final UUID id = UUID.fromString("01a2031c-f465-79a7-8000-000000000001");

    @Test
    void an_owner_keeps_the_account_when_moving_to_another_village() {
        Owner household = new Owner(OwnerKind.HOUSEHOLD, id);
        assertEquals(
                AccountKey.spendable(household, HERE).id(),
                AccountKey.spendable(household, THERE).id());
    }

    @Test
    void a_household_and_a_person_of_the_same_id_have_different_accounts() {
        assertNotEquals(
                AccountKey.spendableId(new Owner(OwnerKind.HOUSEHOLD, id)),
                AccountKey.spendableId(new Owner(OwnerKind.PERSON, id)));
    }

    @Test
    void villages_and_purposes_have_accounts_of_their_own() {
        assertNotEquals(
                AccountKey.issuance(HERE).id(), AccountKey.issuance(THERE).id());
        assertNotEquals(
                AccountKey.issuance(HERE).id(), AccountKey.redeemed(HERE).id());
    }

    @Test
    void ids_never_change_since_stored_accounts_are_found_by_them() {
        assertEquals(
                "01676adc-6c55-30dc-ace8-e9c96fb5f541",
                AccountKey.spendableId(new Owner(OwnerKind.HOUSEHOLD, id)).toString());
        assertEquals(
                "5315dce5-2e67-34eb-b20f-267020acb43d",
                AccountKey.issuance(HERE).id().toString());
        assertEquals(
                "d7563f0a-1e7f-3dab-a913-f77f128946ea",
                DerivedId.of(Cause.Kind.CASE_CLOSED, id, 1).toString());
    }
}
