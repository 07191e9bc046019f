package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;

/** Who may do what, and what is refused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PointsApiIT {
    private static final String STATEMENT =
            "query ($account: ID!, $first: Int!, $after: String) { pointsStatement(accountId: $account, first: $first, after: $after) {"
                    + " edges { node { points balanceAfter reason } cursor } pageInfo { hasNextPage endCursor } } }";

    private static final ErrorCode TEXT = ApiException.Common.INVALID_INPUT;

    private TestHost host;
    private Village village;
    private Village neighbours;
    private GraphqlClient resident;
    private GraphqlClient neighbour;
    private String residentId;
    private String ruleId;
    private String itemId;
    private String transferId;
    private Step.Done redemption;

    @BeforeAll
    void settle() {
        host = TestHost.shared(TestHost.Options.withBuiltPlugin());
        County county = host.newCounty("village-points");
        village = new Village(county, 1);
        neighbours = new Village(county, 2);
        resident = village.resident();
        neighbour = neighbours.resident();
        residentId = Village.residentId(resident);
        ruleId = village.rule("庭院整洁", "MANUAL", 10, Map.of());
        itemId = village.item("洗衣粉", 15, 10);
        transferId = village.award(resident, 100);
        redemption = Step.REDEEM.by(resident, Map.of("itemId", itemId, "quantity", 1));
    }

    private Map<String, Object> newRule() {
        return with(Map.of(), "villageId", village.id(), "name", "新规则", "trigger", "MANUAL", "points", 5);
    }

    private Map<String, Object> newItem() {
        return with(Map.of(), "villageId", village.id(), "name", "毛巾", "price", 5, "stock", 5);
    }

    private Map<String, Object> newAward() {
        return with(Map.of(), "residentId", residentId, "points", 5, "reason", "好人好事");
    }

    private Map<String, Object> reversal() {
        return with(Map.of(), "transferId", transferId, "reason", "记错了");
    }

    private Map<String, Object> newRedemption() {
        return with(Map.of(), "itemId", itemId, "quantity", 1);
    }

    private Map<String, Object> handingOver() {
        return with(Map.of(), "redemptionId", redemption.id(), "pickupCode", redemption.text("pickupCode"));
    }

    private static Map<String, Object> with(Map<String, Object> input, Object... more) {
        Map<String, Object> changed = new HashMap<>(input);
        for (int i = 0; i < more.length; i += 2) {
            changed.put((String) more[i], more[i + 1]);
        }
        return changed;
    }

    @Test
    void only_the_villages_own_cadre_manages_awards_and_hands_over() {
        List<GraphqlClient> without =
                List.of(resident, village.gridWorker(), village.county().administrator());
        List<Executable> refusals = new ArrayList<>();
        for (GraphqlClient one : without) {
            refusals.add(() -> Step.SAVE_RULE.forbidden(one, newRule()));
            refusals.add(() -> Step.RETIRE_RULE.forbidden(one, Map.of("ruleId", ruleId)));
            refusals.add(() -> Step.SAVE_ITEM.forbidden(one, newItem()));
            refusals.add(() -> Step.AWARD.forbidden(one, newAward()));
            refusals.add(() -> Step.REVERSE.forbidden(one, reversal()));
            refusals.add(() -> Step.HAND_OVER.forbidden(one, handingOver()));
        }
        assertAll(refusals);
    }

    @Test
    void only_residents_redeem_and_no_grid_worker_cancels() {
        assertAll(
                () -> Step.REDEEM.forbidden(village.cadre(), newRedemption()),
                () -> Step.REDEEM.forbidden(village.gridWorker(), newRedemption()),
                () -> Step.REDEEM.forbidden(village.county().administrator(), newRedemption()),
                () -> Step.CANCEL.forbidden(village.gridWorker(), Map.of("redemptionId", redemption.id())),
                () -> Step.CANCEL.forbidden(village.county().administrator(), Map.of("redemptionId", redemption.id())));
    }

    @Test
    void the_cadre_of_the_next_village_changes_nothing_here() {
        GraphqlClient cadre = neighbours.cadre();
        assertAll(
                () -> Step.SAVE_RULE.forbidden(cadre, newRule()),
                () -> Step.SAVE_RULE.notFound(cadre, with(newRule(), "id", ruleId)),
                () -> Step.RETIRE_RULE.notFound(cadre, Map.of("ruleId", ruleId)),
                () -> Step.SAVE_ITEM.forbidden(cadre, newItem()),
                () -> Step.SAVE_ITEM.notFound(cadre, with(newItem(), "id", itemId)),
                () -> Step.AWARD.notFound(cadre, newAward()),
                () -> Step.REVERSE.notFound(cadre, reversal()),
                () -> Step.HAND_OVER.notFound(cadre, handingOver()),
                () -> Step.CANCEL.notFound(cadre, Map.of("redemptionId", redemption.id())));
    }

    @Test
    void a_resident_of_the_next_village_neither_sees_nor_takes_anything_here() {
        String account = Village.account(resident).path("id").asText();
        assertAll(
                () -> Step.REDEEM.notFound(neighbour, newRedemption()),
                () -> Step.CANCEL.notFound(neighbour, Map.of("redemptionId", redemption.id())),
                () -> neighbour.expectError(
                        ErrorType.FORBIDDEN,
                        "query ($id: ID!) { pointsRules(villageId: $id, first: 5) { edges { node { id } } } }",
                        Map.of("id", village.id())),
                () -> neighbour.expectError(
                        ErrorType.FORBIDDEN,
                        "query ($id: ID!) { pointsItems(villageId: $id, first: 5) { edges { node { id } } } }",
                        Map.of("id", village.id())),
                () -> neighbour.expectError(ErrorType.NOT_FOUND, STATEMENT, Map.of("account", account, "first", 5)),
                () -> hidden(neighbour, account),
                () -> hidden(neighbour, transferId),
                () -> hidden(neighbour, redemption.id()),
                () -> hidden(neighbour, ruleId),
                () -> hidden(neighbour, itemId));
    }

    private static void hidden(GraphqlClient from, String id) {
        Answer answer = from.query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id));
        assertTrue(answer.at("/node").isNull(), answer::toString);
    }

    @Test
    void a_neighbour_in_the_same_village_sees_rules_and_goods_but_nobodys_account() {
        GraphqlClient same = village.resident();
        assertEquals(
                ruleId,
                same.query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", ruleId))
                        .at("/node/id")
                        .asText());
        assertAll(
                () -> hidden(same, Village.account(resident).path("id").asText()),
                () -> hidden(same, transferId),
                () -> hidden(same, redemption.id()),
                () -> Step.CANCEL.notFound(same, Map.of("redemptionId", redemption.id())));
    }

    @Test
    void the_cadre_and_people_of_another_county_find_nothing_here() {
        Village elsewhere = new Village(host.newCounty("village-points"), 1);
        GraphqlClient cadre = elsewhere.cadre();
        GraphqlClient stranger = elsewhere.resident();
        assertAll(
                () -> Step.SAVE_RULE.notFound(cadre, newRule()),
                () -> Step.SAVE_RULE.notFound(cadre, with(newRule(), "id", ruleId)),
                () -> Step.RETIRE_RULE.notFound(cadre, Map.of("ruleId", ruleId)),
                () -> Step.SAVE_ITEM.notFound(cadre, newItem()),
                () -> Step.SAVE_ITEM.notFound(cadre, with(newItem(), "id", itemId)),
                () -> Step.AWARD.notFound(cadre, newAward()),
                () -> Step.REVERSE.notFound(cadre, reversal()),
                () -> Step.REDEEM.notFound(stranger, newRedemption()),
                () -> Step.HAND_OVER.notFound(cadre, handingOver()),
                () -> Step.CANCEL.notFound(stranger, Map.of("redemptionId", redemption.id())),
                () -> cadre.at(village.county())
                        .expectError(
                                ErrorType.FORBIDDEN,
                                "TOKEN_OTHER_COUNTY",
                                "{ pointsLedgerCheck { sound } }",
                                Map.of()));
    }

    @Test
    void a_rule_has_a_name_points_within_bounds_caps_above_nothing_and_an_end_after_its_beginning() {
        GraphqlClient cadre = village.cadre();
        List<Executable> refusals = new ArrayList<>();
        for (Object points : List.of(0, -1, 1001, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
            refusals.add(() -> Step.SAVE_RULE.invalid("points", cadre, with(newRule(), "points", points)));
        }
        for (String name : List.of("", "  ", "\t\n", "名".repeat(61))) {
            refusals.add(() -> Step.SAVE_RULE.invalid("name", cadre, with(newRule(), "name", name)));
        }
        for (String cap : List.of("dailyCap", "monthlyCap")) {
            for (int value : new int[] {0, -5, Integer.MAX_VALUE}) {
                refusals.add(() -> Step.SAVE_RULE.invalid(cap, cadre, with(newRule(), cap, value)));
            }
        }
        refusals.add(() -> Step.SAVE_RULE.invalid(
                "caseClass", cadre, with(newRule(), "trigger", "CASE_CLOSED", "caseClass", "Not a class!")));
        refusals.add(() ->
                Step.SAVE_RULE.invalid("caseClass", cadre, with(newRule(), "trigger", "CASE_CLOSED", "caseClass", "")));
        refusals.add(() -> Step.SAVE_RULE.invalid(
                "caseClass", cadre, with(newRule(), "trigger", "CASE_CLOSED", "caseClass", "x".repeat(300))));
        refusals.add(() -> Step.SAVE_RULE.invalid(
                "caseClass", cadre, with(newRule(), "trigger", "CASE_CLOSED", "caseClass", "a.".repeat(40_000) + "a")));
        refusals.add(() -> Step.SAVE_RULE.invalid("caseClass", cadre, with(newRule(), "caseClass", Village.GARBAGE)));
        refusals.add(() -> Step.SAVE_RULE.invalid(
                "validUntil", cadre, with(newRule(), "validFrom", "2026-11-22", "validUntil", "2026-11-21")));
        refusals.add(() -> Step.SAVE_RULE.invalid("villageId", cadre, without(newRule(), "villageId")));
        refusals.add(() -> Step.SAVE_RULE.notFound(cadre, with(newRule(), "villageId", itemId)));
        refusals.add(() -> Step.SAVE_RULE.notFound(cadre, with(newRule(), "villageId", "nonsense")));
        refusals.add(() -> Step.SAVE_RULE.notFound(cadre, with(newRule(), "id", itemId)));
        refusals.add(() -> Step.RETIRE_RULE.notFound(cadre, Map.of("ruleId", itemId)));
        assertAll(refusals);
    }

    private static Map<String, Object> without(Map<String, Object> input, String field) {
        Map<String, Object> less = new HashMap<>(input);
        less.remove(field);
        return less;
    }

    @Test
    void goods_have_a_name_a_price_and_a_stock_within_bounds() {
        GraphqlClient cadre = village.cadre();
        List<Executable> refusals = new ArrayList<>();
        for (int price : new int[] {0, -1, 100_001, Integer.MAX_VALUE}) {
            refusals.add(() -> Step.SAVE_ITEM.invalid("price", cadre, with(newItem(), "price", price)));
        }
        for (int stock : new int[] {-1, 1_000_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            refusals.add(() -> Step.SAVE_ITEM.invalid("stock", cadre, with(newItem(), "stock", stock)));
        }
        for (String name : List.of("", " ", "物".repeat(61))) {
            refusals.add(() -> Step.SAVE_ITEM.invalid("name", cadre, with(newItem(), "name", name)));
        }
        refusals.add(
                () -> Step.SAVE_ITEM.invalid("description", cadre, with(newItem(), "description", "长".repeat(501))));
        refusals.add(() -> Step.SAVE_ITEM.invalid("villageId", cadre, without(newItem(), "villageId")));
        refusals.add(() -> Step.SAVE_ITEM.notFound(cadre, with(newItem(), "villageId", ruleId)));
        refusals.add(() -> Step.SAVE_ITEM.notFound(cadre, with(newItem(), "id", ruleId)));
        assertAll(refusals);
    }

    @Test
    void an_award_names_either_points_within_bounds_or_a_rule_and_a_reason() {
        GraphqlClient cadre = village.cadre();
        List<Executable> refusals = new ArrayList<>();
        for (int points : new int[] {0, -10, 1001, Integer.MAX_VALUE}) {
            refusals.add(() -> Step.AWARD.invalid("points", cadre, with(newAward(), "points", points)));
        }
        for (String reason : List.of("", "   ", "由".repeat(201))) {
            refusals.add(() -> Step.AWARD.invalid("reason", cadre, with(newAward(), "reason", reason)));
            refusals.add(() -> Step.REVERSE.invalid("reason", cadre, with(reversal(), "reason", reason)));
        }
        refusals.add(() -> Step.AWARD.invalid("points", cadre, without(newAward(), "points")));
        refusals.add(() -> Step.AWARD.invalid("points", cadre, with(newAward(), "ruleId", ruleId)));
        refusals.add(() -> Step.AWARD.invalid(
                "accountKind", cadre, with(without(newAward(), "points"), "ruleId", ruleId, "accountKind", "PERSON")));
        refusals.add(() -> Step.AWARD.notFound(cadre, with(newAward(), "residentId", itemId)));
        refusals.add(() -> Step.AWARD.notFound(cadre, with(without(newAward(), "points"), "ruleId", itemId)));
        refusals.add(() -> Step.REVERSE.notFound(cadre, with(reversal(), "transferId", ruleId)));
        assertAll(refusals);
    }

    @Test
    void a_redemption_is_of_one_to_ninety_nine_goods() {
        List<Executable> refusals = new ArrayList<>();
        for (int quantity : new int[] {0, -1, 100, Integer.MAX_VALUE}) {
            refusals.add(() -> Step.REDEEM.invalid("quantity", resident, with(newRedemption(), "quantity", quantity)));
        }
        refusals.add(() -> Step.REDEEM.notFound(resident, with(newRedemption(), "itemId", ruleId)));
        refusals.add(() -> Step.REDEEM.notFound(resident, with(newRedemption(), "itemId", "")));
        refusals.add(() -> Step.HAND_OVER.notFound(village.cadre(), with(handingOver(), "redemptionId", itemId)));
        refusals.add(() -> Step.CANCEL.notFound(resident, Map.of("redemptionId", itemId)));
        for (String code : List.of("", " ", "12345", "1234567", "x".repeat(10_000))) {
            refusals.add(() -> {
                Step.Done fresh = Step.REDEEM.by(resident, newRedemption());
                Step.HAND_OVER.refused(
                        PointsError.POINTS_PICKUP_CODE_WRONG,
                        village.cadre(),
                        Map.of("redemptionId", fresh.id(), "pickupCode", code));
                Step.CANCEL.by(resident, Map.of("redemptionId", fresh.id()));
            });
        }
        assertAll(refusals);
    }

    @Test
    void a_character_that_no_text_of_the_database_can_hold_is_a_mistake_of_the_client() {
        GraphqlClient cadre = village.cadre();
        assertAll(
                () -> Step.SAVE_RULE.refused(TEXT, cadre, with(newRule(), "name", "a\u0000b")),
                () -> Step.SAVE_ITEM.refused(TEXT, cadre, with(newItem(), "description", "\u0000")),
                () -> Step.AWARD.refused(TEXT, cadre, with(newAward(), "reason", "好\u0000人")),
                () -> Step.REVERSE.refused(TEXT, cadre, with(reversal(), "reason", "错\u0000")),
                () -> Step.HAND_OVER.refused(TEXT, cadre, with(handingOver(), "pickupCode", "\u0000")),
                () -> Step.REDEEM.refused(TEXT, resident, with(newRedemption(), "idempotencyKey", "k\u0000")),
                () -> Step.REPORT.refused(
                        TEXT,
                        resident,
                        Map.of("classCode", Village.GARBAGE, "description", "垃圾\u0000", "photoIds", List.of())));
    }

    @Test
    void a_date_of_another_calendar_is_refused() {
        for (String date : List.of("0000-01-01", "-4713-01-01", "+999999999-12-31", "1899-12-31", "2200-01-01")) {
            Answer answer = Step.SAVE_RULE.ask(village.cadre(), with(newRule(), "validFrom", date));
            assertEquals(ErrorType.INVALID_INPUT.name(), answer.errors().get(0).type(), date);
        }
    }

    @Test
    void a_key_is_neither_blank_nor_overlong() {
        assertAll(
                () -> Step.REDEEM.invalid("idempotencyKey", resident, with(newRedemption(), "idempotencyKey", " ")),
                () -> Step.REDEEM.invalid(
                        "idempotencyKey", resident, with(newRedemption(), "idempotencyKey", "k".repeat(101))));
    }

    @Test
    void what_is_over_is_over() {
        GraphqlClient cadre = village.cadre();
        String rule = village.rule("一次性", "MANUAL", 5, Map.of());
        Step.RETIRE_RULE.by(cadre, Map.of("ruleId", rule));
        Step.RETIRE_RULE.refused(PointsError.POINTS_RULE_RETIRED, cadre, Map.of("ruleId", rule));
        Step.SAVE_RULE.refused(PointsError.POINTS_RULE_RETIRED, cadre, with(newRule(), "id", rule));
        Step.AWARD.refused(
                PointsError.POINTS_RULE_NOT_IN_FORCE, cadre, with(without(newAward(), "points"), "ruleId", rule));
        String past = village.rule("去年的", "MANUAL", 5, Map.of("validUntil", "2020-12-31"));
        Step.AWARD.refused(
                PointsError.POINTS_RULE_NOT_IN_FORCE, cadre, with(without(newAward(), "points"), "ruleId", past));
        String gone = village.item("旧商品", 1, 5);
        Step.SAVE_ITEM.by(cadre, Map.of("id", gone, "name", "旧商品", "price", 1, "active", false));
        Step.REDEEM.refused(PointsError.POINTS_ITEM_INACTIVE, resident, Map.of("itemId", gone, "quantity", 1));
        GraphqlClient other = village.resident();
        village.award(other, 20);
        Step.Done spent = Step.REDEEM.by(other, newRedemption());
        Step.HAND_OVER.by(cadre, Map.of("redemptionId", spent.id(), "pickupCode", spent.text("pickupCode")));
        String spending =
                Village.account(other).at("/statement/edges/0/node/transfer/id").asText();
        Step.REVERSE.refused(
                PointsError.POINTS_TRANSFER_NOT_REVERSIBLE, cadre, Map.of("transferId", spending, "reason", "退"));
    }

    @Test
    void points_that_are_not_there_are_not_spent_and_the_answer_says_how_many_are() {
        GraphqlClient poor = village.resident();
        var nothing = Step.REDEEM.refused(PointsError.POINTS_INSUFFICIENT_BALANCE, poor, newRedemption());
        assertEquals(0, nothing.params().path("available").asInt());
        village.award(poor, 14);
        var tooFew = Step.REDEEM.refused(PointsError.POINTS_INSUFFICIENT_BALANCE, poor, newRedemption());
        assertEquals(14, tooFew.params().path("available").asInt());
        assertEquals(15, tooFew.params().path("needed").asInt());
    }

    @Test
    void errors_and_reasons_are_in_the_callers_language() {
        GraphqlClient poor = village.resident();
        GraphqlClient chinese = poor.inLanguage("zh-CN");
        assertEquals(
                "Not enough points: 0 available, 15 needed.",
                Step.REDEEM
                        .refused(PointsError.POINTS_INSUFFICIENT_BALANCE, poor, newRedemption())
                        .message());
        String message = Step.REDEEM
                .refused(PointsError.POINTS_INSUFFICIENT_BALANCE, chinese, newRedemption())
                .message();
        assertTrue(message.contains("15") && message.codePoints().anyMatch(Character::isIdeographic), message);
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of());
        String reported = village.report(poor, 0);
        village.handle(reported);
        village.close(reported);
        village.settled();
        Step.REOPEN.by(poor, Map.of("caseId", reported, "reason", "还在"));
        village.settled();
        assertEquals(
                "Taken back",
                Village.account(poor).at("/statement/edges/0/node/reason").asText());
        assertEquals(
                "扣回",
                Village.account(chinese).at("/statement/edges/0/node/reason").asText());
    }

    @Test
    void a_statement_read_page_by_page_is_stable_while_more_is_posted() {
        GraphqlClient earner = village.resident();
        IntStream.rangeClosed(1, 12).forEach(points -> village.award(earner, points));
        String account = Village.account(earner).path("id").asText();
        List<Integer> read = new ArrayList<>();
        Map<String, Object> page = with(Map.of(), "account", account, "first", 5);
        boolean more = true;
        while (more) {
            JsonNode statement = earner.query(STATEMENT, page).at("/pointsStatement");
            statement
                    .path("edges")
                    .forEach(edge -> read.add(edge.at("/node/points").asInt()));
            more = statement.at("/pageInfo/hasNextPage").asBoolean();
            page.put("after", statement.at("/pageInfo/endCursor").asText());
            village.award(earner, 500);
        }
        assertEquals(
                IntStream.iterate(12, points -> points - 1).limit(12).boxed().toList(), read);
        int balance = 0;
        List<JsonNode> all = lines(earner.query(STATEMENT, Map.of("account", account, "first", 100)));
        for (int i = all.size() - 1; i >= 0; i--) {
            balance += all.get(i).path("points").asInt();
            assertEquals(balance, all.get(i).path("balanceAfter").asInt());
        }
    }

    private static List<JsonNode> lines(Answer statement) {
        return StreamSupport.stream(statement.at("/pointsStatement/edges").spliterator(), false)
                .map(edge -> edge.path("node"))
                .toList();
    }

    @Test
    void pages_hold_one_to_a_hundred_and_cursors_are_of_their_own_list() {
        String account = Village.account(resident).path("id").asText();
        GraphqlClient other = village.resident();
        village.award(other, 5);
        String foreign = other.query(
                        STATEMENT,
                        Map.of("account", Village.account(other).path("id").asText(), "first", 1))
                .at("/pointsStatement/pageInfo/endCursor")
                .asText();
        assertAll(
                () -> resident.expectError(ErrorType.INVALID_INPUT, STATEMENT, Map.of("account", account, "first", 0)),
                () -> resident.expectError(
                        ErrorType.INVALID_INPUT, STATEMENT, Map.of("account", account, "first", 101)),
                () -> resident.expectError(ErrorType.INVALID_INPUT, STATEMENT, Map.of("account", account, "first", -1)),
                () -> resident.expectError(
                        ErrorType.INVALID_INPUT, STATEMENT, Map.of("account", account, "first", 1, "after", "?")),
                () -> resident.expectError(
                        ErrorType.INVALID_INPUT, STATEMENT, Map.of("account", account, "first", 1, "after", foreign)),
                () -> resident.expectError(ErrorType.NOT_FOUND, STATEMENT, Map.of("account", itemId, "first", 1)));
    }

    @Test
    void the_honour_roll_is_of_a_month_that_a_calendar_may_show() {
        for (String month : List.of(
                "", "2026", "2026-13", "2026-00", "11-2026", "2026-11-01", "+999999999-12", "-2026-11", "0000-01")) {
            ApiError refusal = resident.expectError(
                    ErrorType.INVALID_INPUT, Village.ROLL, Map.of("village", village.id(), "month", month));
            assertEquals("month", refusal.params().path("field").asText());
        }
    }

    @Test
    void nobody_awards_points_to_oneself_or_to_the_own_household() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient cadre = quiet.cadre();
        String own = settle(quiet, cadre);
        String wife = Village.residentId(quiet.memberOf(Village.householdId(cadre)));
        String rule = quiet.rule("庭院整洁", "MANUAL", 10, Map.of());
        for (String one : List.of(own, wife)) {
            Step.AWARD.refused(
                    PointsError.POINTS_AWARD_OWN, cadre, Map.of("residentId", one, "points", 100, "reason", "自己人"));
            Step.AWARD.refused(
                    PointsError.POINTS_AWARD_OWN, cadre, Map.of("residentId", one, "ruleId", rule, "reason", "自己人"));
        }
        quiet.award(quiet.resident(), 5);
    }

    /** Makes the cadre one of the village's residents. */
    private static String settle(Village village, GraphqlClient cadre) {
        String own = Step.REGISTER
                .by(
                        cadre,
                        Map.of(
                                "name",
                                cadre.name(),
                                "divisionId",
                                village.county().divisionId(village.county().gridCode(1, 1)),
                                "address",
                                "村委会",
                                "noticeVersion",
                                "1"))
                .id();
        Step.APPROVE.by(village.gridWorker(), Map.of("residentId", own));
        cadre.renewToken();
        return own;
    }

    @Test
    void nobody_closes_a_case_of_the_own_household_or_hands_goods_over_to_it() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient cadre = quiet.cadre();
        GraphqlClient colleague = quiet.county().colleague(quiet.code());
        settle(quiet, cadre);
        GraphqlClient wife = quiet.memberOf(Village.householdId(cadre));
        Map<String, Object> reported = Map.of("caseId", quiet.report(wife, 0));
        quiet.handle(reported.get("caseId").toString());
        assertEquals(
                "OWN_AFFAIR", Step.CLOSE.ask(cadre, reported).errors().get(0).code());
        Step.CLOSE.by(colleague, reported);

        Step.AWARD.by(colleague, Map.of("residentId", Village.residentId(wife), "points", 20, "reason", "参加清扫"));
        Step.Done reserved = Step.REDEEM.by(wife, Map.of("itemId", quiet.item("洗衣粉", 15, 1), "quantity", 1));
        Map<String, Object> handingOver =
                Map.of("redemptionId", reserved.id(), "pickupCode", reserved.text("pickupCode"));
        Step.HAND_OVER.refused(PointsError.POINTS_HAND_OVER_OWN, cadre, handingOver);
        Step.HAND_OVER.by(colleague, handingOver);
    }

    @Test
    void a_cadre_awards_by_rules_for_everyday_items_only() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient earner = quiet.resident();
        Map<String, Object> input = with(Map.of(), "residentId", Village.residentId(earner), "reason", "报告线索");
        for (String trigger : List.of("CASE_CLOSED", "CASE_RATED")) {
            String rule = quiet.rule("治安线索", trigger, 100, Map.of());
            Step.AWARD.invalid("ruleId", quiet.cadre(), with(input, "ruleId", rule));
        }
        String rule = quiet.rule("庭院整洁", "MANUAL", 10, Map.of());
        assertEquals(
                "庭院整洁：报告线索",
                Step.AWARD.by(quiet.cadre(), with(input, "ruleId", rule)).text("reason"));
    }

    @Test
    void what_was_counted_does_not_undo_what_was_redeemed_meanwhile() {
        GraphqlClient cadre = village.cadre();
        String item = village.item("肥皂", 1, 10);
        Map<String, Object> counted = with(Map.of(), "id", item, "name", "肥皂", "price", 1, "stock", 10);
        Step.SAVE_ITEM.invalid("version", cadre, counted);
        int read = version(item);
        Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
        Step.SAVE_ITEM.refused(ApiException.Common.CONFLICT, cadre, with(counted, "version", read));
        assertEquals(9, village.stock(item));
        Step.SAVE_ITEM.by(cadre, with(counted, "version", version(item), "stock", 12));
        assertEquals(12, village.stock(item));
        Step.SAVE_ITEM.by(cadre, with(without(counted, "stock"), "price", 2));
        assertEquals(12, village.stock(item), "who counts nothing needs no version");
    }

    @Test
    void a_change_of_a_rule_that_is_based_on_an_older_one_is_refused() {
        GraphqlClient cadre = village.cadre();
        String rule = village.rule("拾金不昧", "MANUAL", 10, Map.of());
        int read = version(rule);
        Map<String, Object> changed = with(without(newRule(), "villageId"), "id", rule, "version", read);
        Step.SAVE_RULE.by(cadre, changed);
        Step.SAVE_RULE.refused(ApiException.Common.CONFLICT, cadre, changed);
        Step.SAVE_RULE.by(cadre, with(changed, "version", version(rule)));
        Step.SAVE_RULE.by(cadre, without(changed, "version"));
    }

    private int version(String id) {
        return village.cadre()
                .query(
                        "query ($id: ID!) { node(id: $id) { ... on PointsItem { version } ... on PointsRule { version } } }",
                        Map.of("id", id))
                .at("/node/version")
                .asInt();
    }

    @Test
    void what_a_person_pays_for_is_not_the_households() {
        GraphqlClient payer = village.resident();
        GraphqlClient member = village.memberOf(Village.householdId(payer));
        Step.AWARD.by(
                village.cadre(),
                with(newAward(), "residentId", Village.residentId(payer), "accountKind", "PERSON", "points", 50));
        village.award(payer, 50);
        Step.Done own = Step.REDEEM.by(payer, with(newRedemption(), "accountKind", "PERSON"));
        Step.Done shared = Step.REDEEM.by(payer, newRedemption());
        assertEquals(List.of(shared.id(), own.id()), redemptions(payer));
        assertEquals(List.of(shared.id()), redemptions(member));
        hidden(member, own.id());
        Step.CANCEL.notFound(member, Map.of("redemptionId", own.id()));
        Step.CANCEL.by(member, Map.of("redemptionId", shared.id()));
        Step.CANCEL.by(payer, Map.of("redemptionId", own.id()));
    }

    private static List<String> redemptions(GraphqlClient person) {
        JsonNode edges = person.query("{ pointsMyRedemptions(first: 100) { edges { node { id pickupCode } } } }")
                .at("/pointsMyRedemptions/edges");
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/id").asText())
                .toList();
    }

    @Test
    void what_is_not_picked_up_in_time_gives_way_to_who_wants_the_goods_or_the_points() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient late = quiet.resident();
        GraphqlClient other = quiet.resident();
        quiet.award(late, 20);
        quiet.award(other, 20);
        String bag = quiet.item("洗衣粉", 15, 1);
        String soap = quiet.item("肥皂", 10, 5);
        Map<String, Object> theBag = Map.of("itemId", bag, "quantity", 1);
        String first = Step.REDEEM.by(late, theBag).id();
        Step.REDEEM.refused(PointsError.POINTS_OUT_OF_STOCK, other, theBag);
        overdue(quiet);
        Step.Done second = Step.REDEEM.by(other, theBag);
        assertEquals("EXPIRED", state(quiet, first));
        assertEquals(20, Village.account(late).path("available").asInt(), "the points are back");
        assertEquals(0, quiet.stock(bag));
        Step.CANCEL.refused(PointsError.POINTS_REDEMPTION_RESOLVED, late, Map.of("redemptionId", first));
        overdue(quiet);
        Step.HAND_OVER.by(quiet.cadre(), Map.of("redemptionId", second.id(), "pickupCode", second.text("pickupCode")));
        assertEquals("HANDED_OVER", state(quiet, second.id()), "late, but nobody else asked for it");

        String third =
                Step.REDEEM.by(late, Map.of("itemId", soap, "quantity", 2)).id();
        Map<String, Object> oneSoap = Map.of("itemId", soap, "quantity", 1);
        Step.REDEEM.refused(PointsError.POINTS_INSUFFICIENT_BALANCE, late, oneSoap);
        overdue(quiet);
        Step.REDEEM.by(late, oneSoap);
        assertEquals("EXPIRED", state(quiet, third));
        assertEquals(10, Village.account(late).path("held").asInt());
        assertEquals(4, quiet.stock(soap));
        quiet.ledgerIsSound();
    }

    private static void overdue(Village where) {
        where.tamper("update plugin_village_points.points_redemption set expires_at = now() where tenant_id = ?");
    }

    private static String state(Village where, String redemption) {
        return where.cadre()
                .query(
                        "query ($id: ID!) { node(id: $id) { ... on PointsRedemption { state } } }",
                        Map.of("id", redemption))
                .at("/node/state")
                .asText();
    }

    @Test
    void the_ledger_finds_every_kind_of_damage() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient earner = quiet.resident();
        quiet.award(earner, 30);
        String reversed = quiet.award(earner, 20);
        Step.Done redeemed = Step.REDEEM.by(earner, Map.of("itemId", quiet.item("洗衣粉", 15, 10), "quantity", 1));
        Step.HAND_OVER.by(
                quiet.cadre(), Map.of("redemptionId", redeemed.id(), "pickupCode", redeemed.text("pickupCode")));
        Step.REDEEM.by(earner, Map.of("itemId", quiet.item("肥皂", 10, 10), "quantity", 1));
        Step.REVERSE.by(quiet.cadre(), Map.of("transferId", reversed, "reason", "记错了"));
        assertEquals(Set.of(), faults(quiet));
        String spendable = "points_account where purpose = 'SPENDABLE'";
        assertAll(
                damaged(quiet, Set.of("BALANCE"), spendable, "balance = 16", "balance = 15"),
                damaged(
                        quiet,
                        Set.of("BALANCE"),
                        "points_account where purpose = 'ISSUANCE'",
                        "balance = -31",
                        "balance = -30"),
                damaged(quiet, Set.of("HELD"), spendable, "held = 9", "held = 10"),
                damaged(
                        quiet,
                        Set.of("NUMBERING"),
                        "points_account where purpose = 'REDEEMED'",
                        "postings = 2",
                        "postings = 1"),
                // 1, 2, 3, 4 become 1, 3, 3, 4, a credit and a debit with the same one: still as many as the greatest
                damaged(
                        quiet,
                        Set.of("NUMBERING"),
                        "points_transfer where kind = 'AWARD' and amount = 20",
                        "credit_number = 3",
                        "credit_number = 2"),
                damaged(
                        quiet,
                        Set.of("RUNNING_BALANCE"),
                        "points_transfer where amount = 30",
                        "debit_balance = -29",
                        "debit_balance = -30"),
                damaged(
                        quiet,
                        Set.of("RUNNING_BALANCE"),
                        "points_transfer where amount = 30",
                        "credit_balance = 31",
                        "credit_balance = 30"),
                damaged(
                        quiet,
                        Set.of("BALANCE", "RUNNING_BALANCE", "REVERSAL"),
                        "points_transfer where kind = 'REVERSAL'",
                        "amount = 19",
                        "amount = 20"),
                damaged(
                        quiet,
                        Set.of("REDEMPTION"),
                        "points_redemption where points = 15",
                        "state = 'CANCELLED'",
                        "state = 'HANDED_OVER'"),
                damaged(
                        quiet,
                        Set.of("REDEMPTION"),
                        "points_redemption where item_name = '肥皂'",
                        "points = 9",
                        "points = 10"),
                damaged(
                        quiet,
                        Set.of("HELD", "REDEMPTION"),
                        "points_hold where amount = 10",
                        "state = 'RELEASED', resolved_at = now()",
                        "state = 'OPEN', resolved_at = null"),
                damaged(
                        quiet,
                        Set.of("REDEMPTION"),
                        "points_hold as h where h.amount = 15",
                        "transfer_id = (%s and t.amount = 30)".formatted(TRANSFER),
                        "transfer_id = (%s and t.kind = 'REDEEM')".formatted(TRANSFER)));
        quiet.tamper(
                "insert into plugin_village_points.points_reversal (tenant_id, transfer_id, reversed_at)"
                        + " select tenant_id, id, now() from plugin_village_points.points_transfer where amount = 30 and tenant_id = ?");
        assertEquals(Set.of("REVERSAL"), faults(quiet), "reversed, but nothing was taken back");
    }

    private static final String TRANSFER =
            "select t.id from plugin_village_points.points_transfer t where t.tenant_id = h.tenant_id";

    /** That the ledger finds what is planted in one row, and is sound again without it. */
    private static Executable damaged(Village where, Set<String> kinds, String row, String change, String undo) {
        String sql =
                "update plugin_village_points." + row.replaceFirst(" where ", " set %s where ") + " and tenant_id = ?";
        return () -> {
            where.tamper(sql.formatted(change));
            Set<String> found = faults(where);
            where.tamper(sql.formatted(undo));
            assertTrue(found.containsAll(kinds), () -> row + ", " + change + ": " + found);
            assertEquals(Set.of(), faults(where), () -> row + ", " + undo);
        };
    }

    private static Set<String> faults(Village where) {
        JsonNode proof = where.cadre()
                .query("{ pointsLedgerCheck { sound faults { kinds } } }")
                .at("/pointsLedgerCheck");
        Set<String> kinds = new TreeSet<>();
        proof.path("faults").forEach(account -> account.path("kinds").forEach(kind -> kinds.add(kind.asText())));
        assertEquals(kinds.isEmpty(), proof.path("sound").asBoolean());
        return kinds;
    }

    @Test
    void the_ledger_says_which_account_is_at_fault() {
        Village quiet = new Village(host.newCounty("village-points"), 1);
        GraphqlClient earner = quiet.resident();
        quiet.award(earner, 30);
        quiet.ledgerIsSound();
        quiet.tamper("update plugin_village_points.points_account set balance = balance + 1"
                + " where tenant_id = ? and purpose = 'SPENDABLE'");
        JsonNode proof = quiet.cadre()
                .query("{ pointsLedgerCheck { sound totalBalance faults { purpose balance explainedBalance } } }")
                .at("/pointsLedgerCheck");
        assertEquals(false, proof.path("sound").asBoolean());
        assertEquals(1, proof.path("totalBalance").asInt());
        assertEquals(31, proof.at("/faults/0/balance").asInt());
        assertEquals(30, proof.at("/faults/0/explainedBalance").asInt());
    }
}
