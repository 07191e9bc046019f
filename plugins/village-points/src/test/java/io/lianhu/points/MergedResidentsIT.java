package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Points follow when two records turn out to be one person's, and go back when that was a mistake. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MergedResidentsIT {
    private TestHost host;
    private Village village;

    @BeforeAll
    void start() {
        host = TestHost.shared(TestHost.Options.withBuiltPlugin());
        village = new Village(host.newCounty("village-points"), 1);
    }

    private String merge(GraphqlClient kept, GraphqlClient gone) {
        String id = village.cadre()
                .mutate(
                        "mutation ($input: ResidentMergeInput!) { residentMerge(input: $input) { merge { id } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "keptId",
                                        Village.residentId(kept),
                                        "otherId",
                                        Village.residentId(gone),
                                        "take",
                                        List.of(),
                                        "login",
                                        "KEPT")))
                .at("/residentMerge/merge/id")
                .asText();
        village.settled();
        return id;
    }

    private void undo(String merge) {
        village.cadre()
                .mutate(
                        "mutation ($input: ResidentMergeUndoInput!) { residentMergeUndo(input: $input) { merge { id } } }",
                        Map.of("input", Map.of("mergeId", merge)));
        village.settled();
    }

    private void awardPerson(GraphqlClient resident, int points) {
        Step.AWARD.by(
                village.cadre(),
                Map.of(
                        "residentId",
                        Village.residentId(resident),
                        "points",
                        points,
                        "reason",
                        "参加义务劳动",
                        "accountKind",
                        "PERSON"));
    }

    private static String balances(GraphqlClient resident) {
        return Village.account(resident).path("balance").asInt() + " "
                + Village.account(resident, "PERSON").path("balance").asInt() + " "
                + Village.account(resident).path("receivable").asInt();
    }

    @Test
    void points_of_the_person_and_of_the_empty_household_follow_and_go_back() {
        GraphqlClient kept = village.resident();
        GraphqlClient gone = village.resident();
        village.award(kept, 5);
        village.award(gone, 20);
        awardPerson(gone, 7);
        String merge = merge(kept, gone);
        assertEquals("25 7 0", balances(kept));
        village.ledgerIsSound();
        undo(merge);
        assertEquals("5 0 0", balances(kept));
        gone.renewToken();
        assertEquals("20 7 0", balances(gone));
        village.ledgerIsSound();
    }

    @Test
    void what_was_spent_meanwhile_is_owed_when_the_merge_is_undone() {
        GraphqlClient kept = village.resident();
        GraphqlClient gone = village.resident();
        village.award(gone, 20);
        String merge = merge(kept, gone);
        Step.Done bought = Step.REDEEM.by(kept, Map.of("itemId", village.item("洗衣粉", 15, 1), "quantity", 1));
        Step.HAND_OVER.by(
                village.cadre(), Map.of("redemptionId", bought.id(), "pickupCode", bought.text("pickupCode")));
        undo(merge);
        assertEquals("0 0 15", balances(kept));
        assertEquals("20 0 0", balances(gone));
        village.award(kept, 18);
        assertEquals("3 0 0", balances(kept));
        village.ledgerIsSound();
    }

    @Test
    void a_household_that_still_has_members_keeps_its_points() {
        GraphqlClient kept = village.resident();
        GraphqlClient gone = village.resident();
        GraphqlClient member = village.memberOf(Village.householdId(gone));
        village.award(gone, 20);
        merge(kept, gone);
        assertEquals("0 0 0", balances(kept));
        assertEquals("20 0 0", balances(member));
        village.ledgerIsSound();
    }
}
