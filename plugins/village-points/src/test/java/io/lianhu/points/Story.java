package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The story of the README, told in one village: from registering to a bag of washing powder. */
final class Story {
    /**
     * By what rules it is told.
     *
     * @param accountKind whose account the points go to
     */
    record Rules(int closed, int rated, String accountKind, int price) {
        int awarded() {
            return closed + rated;
        }
    }

    final Village village;
    final RoundTrips cost = new RoundTrips();
    private final Rules rules;

    /** Everything that came into being, by its id. */
    final List<String> ids = new ArrayList<>();

    final List<String> photoUrls = new ArrayList<>();
    GraphqlClient resident;
    String groupCode;
    String ruleId;
    String itemId;
    String caseId;
    String redemptionId;
    String transferId;

    Story(Village village, Rules rules) {
        this.village = village;
        this.rules = rules;
    }

    void tell() {
        register();
        openShop();
        reportAndHandle();
        pointsArrive();
        redeem();
    }

    private Step.Done measured(String call, Step step, GraphqlClient person, Map<String, ?> input) {
        Step.Done done = step.done(cost.measure(call, step.ask(person, input).succeeded()));
        ids.add(done.id());
        return done;
    }

    private Answer measured(String call, GraphqlClient person, String document, Map<String, ?> variables) {
        return cost.measure(call, person.query(document, variables));
    }

    private GraphqlClient gridWorker() {
        return village.county().gridWorker(groupCode.substring(0, 15));
    }

    private void register() {
        groupCode = village.county().groupCode(village.number(), 2, 3);
        resident = village.county().stranger();
        Step.Done registered = measured(
                "register",
                Step.REGISTER,
                resident,
                Map.of(
                        "name",
                        resident.name(),
                        "divisionId",
                        village.county().divisionId(groupCode),
                        "address",
                        "12号",
                        "noticeVersion",
                        "1"));
        assertEquals("PENDING", registered.text("state"));
        Step.REPORT.forbidden(
                resident, Map.of("classCode", Village.GARBAGE, "description", "有垃圾", "photoIds", List.of()));
        Answer waiting = measured(
                "list-pending",
                gridWorker(),
                "{ residents(state: PENDING, first: 10) { edges { node { id name division { name } } } } }",
                Map.of());
        assertEquals(registered.id(), waiting.at("/residents/edges/0/node/id").asText());
        Step.Done approved = measured("approve", Step.APPROVE, gridWorker(), Map.of("residentId", registered.id()));
        assertEquals("APPROVED", approved.text("state"));
        ids.add(approved.text("household/id"));
        resident.renewToken();
    }

    private void openShop() {
        ruleId = measured(
                        "save-rule",
                        Step.SAVE_RULE,
                        village.cadre(),
                        Map.of(
                                "villageId",
                                village.id(),
                                "name",
                                "垃圾上报",
                                "trigger",
                                "CASE_CLOSED",
                                "caseClass",
                                Village.GARBAGE,
                                "points",
                                rules.closed(),
                                "accountKind",
                                rules.accountKind()))
                .id();
        village.rule("评价", "CASE_RATED", rules.rated(), Map.of("accountKind", rules.accountKind()));
        itemId = measured(
                        "save-item",
                        Step.SAVE_ITEM,
                        village.cadre(),
                        Map.of("villageId", village.id(), "name", "洗衣粉", "price", rules.price(), "stock", 10))
                .id();
    }

    private void reportAndHandle() {
        Step.Done reported = measured(
                "report",
                Step.REPORT,
                resident,
                Map.of(
                        "classCode",
                        Village.GARBAGE,
                        "description",
                        "转角处发现有垃圾，请问能处理吗？",
                        "photoIds",
                        Village.photosBy(resident, 2),
                        "idempotencyKey",
                        "report"));
        caseId = reported.id();
        assertEquals("DISPATCHED", reported.text("state"), "it went to the grid worker by itself");
        assertEquals(gridWorker().name(), reported.text("assigneeName"));
        keepPhotos(reported, 2);
        Answer mine = measured(
                "list-assigned",
                gridWorker(),
                "{ cases(assignedToMe: true, state: DISPATCHED, first: 10) {"
                        + " edges { node { id number description division { name } caseClass { name } } } } }",
                Map.of());
        assertEquals(caseId, mine.at("/cases/edges/0/node/id").asText());
        Step.Done handled = measured(
                "handle",
                Step.HANDLE,
                gridWorker(),
                Map.of("caseId", caseId, "note", "已安排保洁清理", "photoIds", Village.photosBy(gridWorker(), 1)));
        assertEquals("HANDLED", handled.text("state"));
        keepPhotos(handled, 3);
        Step.Done closed = measured("close", Step.CLOSE, village.cadre(), Map.of("caseId", caseId, "note", "已核查"));
        assertEquals("CLOSED", closed.text("state"));
        assertEquals(
                5,
                measured("rate", Step.RATE, resident, Map.of("caseId", caseId, "stars", 5, "comment", "处理得真快"))
                        .number("stars"));
        Answer history = measured(
                "read-case",
                resident,
                "query ($id: ID!) { node(id: $id) { ... on Case { state photos { url } history { action actorName } } } }",
                Map.of("id", caseId));
        assertEquals(
                List.of("REPORT", "DISPATCH", "HANDLE", "CLOSE", "RATE"),
                values(history.at("/node/history"), "action"));
    }

    private void keepPhotos(Step.Done done, int expected) {
        JsonNode photos = done.answer().data().elements().next().at("/case/photos");
        assertEquals(expected, photos.size());
        photos.forEach(photo -> {
            String url = photo.path("url").asText();
            if (!photoUrls.contains(url)) {
                photoUrls.add(url);
                ids.add(photo.path("id").asText());
            }
        });
    }

    private void pointsArrive() {
        Eventually.passes(
                () -> assertEquals(rules.awarded(), account().path("balance").asInt()));
        village.settled();
        JsonNode account = measured("read-account", resident, ACCOUNT, Map.of("kind", rules.accountKind()))
                .at("/pointsMyAccount");
        assertEquals(rules.awarded(), account.path("balance").asInt(), "and once only");
        assertEquals(List.of("评价", "垃圾上报"), lines(account, "reason"));
        assertEquals(
                List.of(Integer.toString(rules.rated()), Integer.toString(rules.closed())), lines(account, "points"));
        assertTrue(
                Village.account(resident, rules.accountKind().equals("PERSON") ? "HOUSEHOLD" : "PERSON")
                        .isNull(),
                "nothing came to the other kind of account");
        ids.add(account.path("id").asText());
        transferId = account.at("/statement/edges/0/node/transfer/id").asText();
        ids.add(transferId);
        Answer awarded = measured(
                "list-cases",
                village.cadre(),
                "{ cases(first: 20) { edges { node { id reporter { name } photos { url } pointsAwarded } } } }",
                Map.of());
        assertEquals(
                rules.awarded(), awarded.at("/cases/edges/0/node/pointsAwarded").asInt());
    }

    private static final String ACCOUNT =
            "query ($kind: PointsOwnerKind!) { pointsMyAccount(kind: $kind) { id balance held available"
                    + " statement(first: 20) { edges { node { points reason balanceAfter transfer { id } } } } } }";

    private JsonNode account() {
        return Village.account(resident, rules.accountKind());
    }

    private void redeem() {
        measured(
                "list-items",
                resident,
                "query ($village: ID!) { pointsItems(villageId: $village, first: 20) { edges { node { id name price stock } } } }",
                Map.of("village", village.county().divisionId(groupCode)));
        Map<String, Object> wanted =
                Map.of("itemId", itemId, "quantity", 1, "accountKind", rules.accountKind(), "idempotencyKey", "redeem");
        Step.Done redeemed = measured("redeem", Step.REDEEM, resident, wanted);
        redemptionId = redeemed.id();
        Step.Done again = measured("redeem-again", Step.REDEEM, resident, wanted);
        assertEquals(redemptionId, again.id(), "the same key, the same redemption");
        assertEquals(rules.price(), account().path("held").asInt());
        Answer waiting = measured(
                "list-redemptions",
                village.cadre(),
                "query ($village: ID!) { pointsRedemptions(villageId: $village, state: RESERVED, first: 20) {"
                        + " edges { node { id itemName quantity resident { name } pickupCode } } } }",
                Map.of("village", village.id()));
        JsonNode row = waiting.at("/pointsRedemptions/edges/0/node");
        assertEquals(resident.name(), row.at("/resident/name").asText());
        assertTrue(row.path("pickupCode").isNull(), "the code is the household's own");
        Step.Done handedOver = measured(
                "hand-over",
                Step.HAND_OVER,
                village.cadre(),
                Map.of("redemptionId", redemptionId, "pickupCode", redeemed.text("pickupCode")));
        assertEquals("HANDED_OVER", handedOver.text("state"));
        JsonNode account = account();
        assertEquals(rules.awarded() - rules.price(), account.path("balance").asInt());
        assertEquals(0, account.path("held").asInt());
        assertEquals(9, village.stock(itemId));
        measured(
                "ranking",
                resident,
                "query ($village: ID!, $month: String!) { pointsRanking(villageId: $village, month: $month, first: 10) { rank points name } }",
                Map.of("village", village.id(), "month", Village.thisMonth()));
        village.ledgerIsSound();
        assertFalse(ids.contains(""), () -> "an id is missing: " + ids);
    }

    private static List<String> values(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> one.path(field).asText())
                .toList();
    }

    private static List<String> lines(JsonNode account, String field) {
        return StreamSupport.stream(account.at("/statement/edges").spliterator(), false)
                .map(edge -> edge.path("node").path(field).asText())
                .toList();
    }
}
