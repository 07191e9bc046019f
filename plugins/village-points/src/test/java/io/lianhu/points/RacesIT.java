package io.lianhu.points;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.devstack.Redis;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What happens when two want the same at the same moment, or when the same is said twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RacesIT {
    private TestHost host;
    private Village village;

    @BeforeAll
    void start() {
        host = TestHost.shared(TestHost.Options.withBuiltPlugin());
        village = new Village(host.newCounty("village-points"), 1);
    }

    /** All at once, as far as threads can be; the answers in the order of the tries. */
    private static List<Answer> atOnce(List<Callable<Answer>> tries) {
        ExecutorService threads = Executors.newFixedThreadPool(tries.size());
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(tries)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Callable<Answer>> times(int count, Callable<Answer> one) {
        return IntStream.range(0, count).mapToObj(number -> one).toList();
    }

    private static long succeeded(List<Answer> answers) {
        return answers.stream().filter(answer -> answer.errors().isEmpty()).count();
    }

    /** The codes of those that were refused. */
    private static Set<String> refusals(List<Answer> answers) {
        return answers.stream()
                .flatMap(answer -> answer.errors().stream())
                .map(ApiError::code)
                .collect(Collectors.toSet());
    }

    private GraphqlClient residentWith(int points) {
        GraphqlClient resident = village.resident();
        village.award(resident, points);
        return resident;
    }

    @Test
    void of_two_who_want_the_last_bag_one_gets_it() {
        GraphqlClient one = residentWith(50);
        GraphqlClient other = residentWith(50);
        String item = village.item("洗衣粉", 15, 1);
        Map<String, Object> input = Map.of("itemId", item, "quantity", 1);
        List<Answer> answers = atOnce(List.of(() -> Step.REDEEM.ask(one, input), () -> Step.REDEEM.ask(other, input)));
        assertEquals(1, succeeded(answers));
        assertEquals(Set.of("POINTS_OUT_OF_STOCK"), refusals(answers));
        assertEquals(0, village.stock(item));
        village.ledgerIsSound();
    }

    @Test
    void two_of_one_household_cannot_spend_the_same_points() {
        GraphqlClient head = residentWith(20);
        GraphqlClient member = village.memberOf(Village.householdId(head));
        String item = village.item("洗衣粉", 15, 10);
        Map<String, Object> input = Map.of("itemId", item, "quantity", 1);
        List<Answer> answers =
                atOnce(List.of(() -> Step.REDEEM.ask(head, input), () -> Step.REDEEM.ask(member, input)));
        assertEquals(1, succeeded(answers));
        assertEquals(Set.of("POINTS_INSUFFICIENT_BALANCE"), refusals(answers));
        assertEquals(9, village.stock(item));
        village.ledgerIsSound();
    }

    @Test
    void the_same_redemption_sent_five_times_at_once_is_made_once() {
        GraphqlClient resident = residentWith(100);
        String item = village.item("洗衣粉", 15, 10);
        Map<String, Object> input = Map.of("itemId", item, "quantity", 1, "idempotencyKey", "一次");
        List<Answer> answers = atOnce(times(5, () -> Step.REDEEM.ask(resident, input)));
        assertEquals(5, succeeded(answers), answers::toString);
        assertEquals(
                1,
                answers.stream()
                        .map(answer -> Step.REDEEM.done(answer).id())
                        .distinct()
                        .count());
        assertEquals(9, village.stock(item));
        assertEquals(15, Village.account(resident).path("held").asInt());
        village.ledgerIsSound();
    }

    @Test
    void a_key_that_is_used_for_something_else_is_refused() {
        GraphqlClient resident = residentWith(100);
        String item = village.item("洗衣粉", 15, 10);
        Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1, "idempotencyKey", "钥匙"));
        Answer other = Step.REDEEM.ask(resident, Map.of("itemId", item, "quantity", 2, "idempotencyKey", "钥匙"));
        assertEquals(Set.of("IDEMPOTENCY_KEY_REUSED"), refusals(List.of(other)));
        assertEquals(9, village.stock(item));
    }

    @Test
    void of_handing_over_and_cancelling_at_once_exactly_one_wins() {
        GraphqlClient resident = residentWith(200);
        String item = village.item("洗衣粉", 10, 10);
        int handedOver = 0;
        for (int round = 0; round < 8; round++) {
            Step.Done redeemed = Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
            List<Answer> answers = atOnce(List.of(
                    () -> Step.HAND_OVER.ask(
                            village.cadre(),
                            Map.of("redemptionId", redeemed.id(), "pickupCode", redeemed.text("pickupCode"))),
                    () -> Step.CANCEL.ask(resident, Map.of("redemptionId", redeemed.id())),
                    () -> Step.CANCEL.ask(village.cadre(), Map.of("redemptionId", redeemed.id()))));
            assertEquals(1, succeeded(answers), answers::toString);
            assertEquals(Set.of("POINTS_REDEMPTION_RESOLVED"), refusals(answers));
            handedOver += answers.get(0).errors().isEmpty() ? 1 : 0;
        }
        assertEquals(10 - handedOver, village.stock(item));
        assertEquals(200 - 10 * handedOver, Village.balance(resident));
        assertEquals(0, Village.account(resident).path("held").asInt());
        village.ledgerIsSound();
    }

    @Test
    void an_award_reversed_by_three_at_once_is_reversed_once() {
        GraphqlClient resident = residentWith(30);
        String award = village.award(resident, 70);
        List<Answer> answers =
                atOnce(times(3, () -> Step.REVERSE.ask(village.cadre(), Map.of("transferId", award, "reason", "记错了"))));
        assertEquals(1, succeeded(answers));
        assertEquals(Set.of("POINTS_TRANSFER_REVERSED"), refusals(answers));
        assertEquals(30, Village.balance(resident));
        village.ledgerIsSound();
    }

    @Test
    void points_that_are_spent_before_they_are_reversed_become_a_debt_which_later_awards_settle() {
        GraphqlClient resident = village.resident();
        String award = village.award(resident, 50);
        String item = village.item("洗衣粉", 30, 10);
        Step.Done redeemed = Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
        Step.REVERSE.by(village.cadre(), Map.of("transferId", award, "reason", "不实"));
        assertEquals(30, Village.account(resident).path("balance").asInt());
        assertEquals(0, Village.account(resident).path("available").asInt());
        assertEquals(30, Village.account(resident).path("receivable").asInt());
        village.award(resident, 10);
        assertEquals(20, Village.account(resident).path("receivable").asInt());
        Step.CANCEL.by(resident, Map.of("redemptionId", redeemed.id()));
        assertEquals(0, Village.account(resident).path("receivable").asInt(), "what came free pays the debt");
        assertEquals(10, Village.balance(resident));
        village.ledgerIsSound();
    }

    @Test
    void two_replicas_award_each_case_once() {
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of());
        village.rule("评价", "CASE_RATED", 1, Map.of());
        GraphqlClient resident = village.resident();
        try (Replica second = host.secondReplica()) {
            List<String> cases = handledCases(resident, 12);
            List<Callable<Answer>> closings = new ArrayList<>();
            for (String one : cases) {
                Replica where = closings.size() % 2 == 0 ? host.first() : second;
                closings.add(() -> Step.CLOSE.ask(village.cadre().through(where), Map.of("caseId", one)));
            }
            assertEquals(12, succeeded(atOnce(closings)));
            assertEquals(
                    12,
                    succeeded(atOnce(cases.stream()
                            .<Callable<Answer>>map(one ->
                                    () -> Step.RATE.ask(resident.through(second), Map.of("caseId", one, "stars", 5)))
                            .toList())));
            village.settled();
        }
        assertEquals(12 * 6, Village.balance(resident));
        assertEquals(24, Village.account(resident).at("/statement/edges").size());
        village.ledgerIsSound();
    }

    private List<String> handledCases(GraphqlClient resident, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    String reported = village.report(resident, 0);
                    village.handle(reported);
                    return reported;
                })
                .toList();
    }

    @Test
    void a_cap_holds_under_eight_closings_at_once() {
        Village.clearOfMidnight();
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of("dailyCap", 18));
        GraphqlClient resident = village.resident();
        List<String> cases = handledCases(resident, 8);
        assertEquals(
                8,
                succeeded(atOnce(cases.stream()
                        .<Callable<Answer>>map(one -> () -> Step.CLOSE.ask(village.cadre(), Map.of("caseId", one)))
                        .toList())));
        village.settled();
        assertEquals(18, Village.balance(resident), "three awards of 5, one cut to 3, and nothing for the rest");
        assertEquals(4, Village.account(resident).at("/statement/edges").size());
        village.ledgerIsSound();
    }

    @Test
    void a_cap_holds_under_eight_awards_by_hand_at_once() {
        Village.clearOfMidnight();
        String rule = village.rule("庭院整洁", "MANUAL", 10, Map.of("monthlyCap", 35));
        GraphqlClient earner = village.resident();
        String resident = Village.residentId(earner);
        List<Answer> answers = atOnce(times(
                8,
                () -> Step.AWARD.ask(
                        village.cadre(), Map.of("residentId", resident, "ruleId", rule, "reason", "很整洁"))));
        assertEquals(4, succeeded(answers), answers::toString);
        assertEquals(Set.of("POINTS_RULE_CAP_REACHED"), refusals(answers));
        assertEquals(35, Village.balance(earner));
        village.ledgerIsSound();
    }

    @Test
    void a_wrong_code_hands_nothing_over_and_ten_lock_the_redemption() {
        GraphqlClient resident = residentWith(50);
        String item = village.item("洗衣粉", 15, 10);
        Step.Done redeemed = Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
        String right = redeemed.text("pickupCode");
        String wrong = right.equals("000000") ? "000001" : "000000";
        Map<String, Object> wrongly = Map.of("redemptionId", redeemed.id(), "pickupCode", wrong);
        for (int tries = 0; tries < 5; tries++) {
            Step.HAND_OVER.refused(PointsError.POINTS_PICKUP_CODE_WRONG, village.cadre(), wrongly);
        }
        try (Replica second = host.secondReplica()) { // tries add up, wherever they are made
            for (int tries = 0; tries < 5; tries++) {
                Step.HAND_OVER.refused(
                        PointsError.POINTS_PICKUP_CODE_WRONG, village.cadre().through(second), wrongly);
            }
        }
        Step.HAND_OVER.refused(
                PointsError.POINTS_PICKUP_CODE_LOCKED,
                village.cadre(),
                Map.of("redemptionId", redeemed.id(), "pickupCode", right));
        assertEquals(15, Village.account(resident).path("held").asInt());
        Step.CANCEL.by(resident, Map.of("redemptionId", redeemed.id()));
        Step.Done again = Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
        Step.HAND_OVER.by(village.cadre(), Map.of("redemptionId", again.id(), "pickupCode", again.text("pickupCode")));
        assertEquals(35, Village.balance(resident));
        village.ledgerIsSound();
    }

    @Test
    void while_redis_is_away_codes_are_compared_and_no_tries_are_counted() throws IOException {
        GraphqlClient resident = residentWith(50);
        String item = village.item("洗衣粉", 15, 10);
        Step.Done redeemed = Step.REDEEM.by(resident, Map.of("itemId", item, "quantity", 1));
        String right = redeemed.text("pickupCode");
        String wrong = right.equals("000000") ? "000001" : "000000";
        redis("CLIENT PAUSE 30000 WRITE");
        try {
            Step.HAND_OVER.refused(
                    PointsError.POINTS_PICKUP_CODE_WRONG,
                    village.cadre(),
                    Map.of("redemptionId", redeemed.id(), "pickupCode", wrong));
            Step.HAND_OVER.by(village.cadre(), Map.of("redemptionId", redeemed.id(), "pickupCode", right));
        } finally {
            redis("CLIENT UNPAUSE");
        }
        assertFalse(host.logged("Attempts are not counted").isEmpty(), "Redis was not away");
        village.ledgerIsSound();
    }

    private void redis(String command) throws IOException {
        Redis redis = host.stack().redis();
        try (Socket socket = new Socket(redis.host(), redis.port())) {
            socket.getOutputStream()
                    .write("AUTH %s\r\n%s\r\n"
                            .formatted(redis.password(), command)
                            .getBytes(US_ASCII));
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertEquals(List.of("+OK", "+OK"), List.of(answers.readLine(), answers.readLine()), command);
        }
    }

    @Test
    void reopening_takes_the_points_back_and_closing_again_gives_them_again() {
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of());
        village.rule("评价", "CASE_RATED", 1, Map.of());
        GraphqlClient resident = village.resident();
        String reported = handledCases(resident, 1).get(0);
        village.close(reported);
        Step.RATE.by(resident, Map.of("caseId", reported, "stars", 1));
        village.settled();
        assertEquals(6, Village.balance(resident));
        Step.REOPEN.by(resident, Map.of("caseId", reported, "reason", "垃圾还在"));
        village.settled();
        assertEquals(0, Village.balance(resident));
        assertEquals(0, awarded(reported));
        village.handle(reported);
        village.close(reported);
        Step.RATE.by(resident, Map.of("caseId", reported, "stars", 5));
        village.settled();
        assertEquals(6, Village.balance(resident));
        assertEquals(6, awarded(reported));
        village.ledgerIsSound();
    }

    private int awarded(String caseId) {
        return village.cadre()
                .query("query ($id: ID!) { node(id: $id) { ... on Case { pointsAwarded } } }", Map.of("id", caseId))
                .at("/node/pointsAwarded")
                .asInt();
    }

    @Test
    void closing_and_reopening_in_one_breath_leave_nothing_behind() {
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of());
        GraphqlClient resident = village.resident();
        List<String> cases = handledCases(resident, 6);
        assertEquals(
                6,
                succeeded(atOnce(cases.stream()
                        .<Callable<Answer>>map(one -> () -> {
                            village.close(one);
                            return Step.REOPEN.ask(resident, Map.of("caseId", one, "reason", "垃圾还在"));
                        })
                        .toList())));
        village.settled();
        assertTrue(Village.account(resident).path("balance").asInt() == 0, "whichever was handled first");
        village.ledgerIsSound();
    }
}
