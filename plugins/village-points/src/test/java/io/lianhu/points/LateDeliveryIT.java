package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * An award counts for when it was earned, by the rules of then, however late it is told: a replica stood still, or a dead letter was
 * replayed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LateDeliveryIT {
    private static final YearMonth MARCH = YearMonth.of(2026, 3);
    private static final YearMonth APRIL = YearMonth.of(2026, 4);

    /** In China. */
    private static final Instant MIDNIGHT_OF_APRIL = Instant.parse("2026-03-31T16:00:00Z");

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    private Village village;
    private GraphqlClient resident;

    @BeforeEach
    void settle() {
        village =
                new Village(TestHost.shared(TestHost.Options.withBuiltPlugin()).newCounty("village-points"), 1);
        resident = village.resident();
    }

    private List<String> closedCases(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> village.closedCase(resident))
                .toList();
    }

    /** As {@code "points reason"}, newest first. */
    private List<String> statement() {
        JsonNode lines = Village.account(resident).at("/statement/edges");
        return StreamSupport.stream(lines.spliterator(), false)
                .map(edge -> edge.path("node"))
                .map(line ->
                        line.path("points").asText() + " " + line.path("reason").asText())
                .toList();
    }

    @Test
    void a_closing_is_awarded_by_what_the_rule_said_at_that_moment() {
        List<String> cases = closedCases(5);
        Instant beforeIt = Instant.now();
        String rule = village.rule("随手拍", "CASE_CLOSED", 10, Map.of());
        Instant atFirst = Instant.now();
        Step.SAVE_RULE.by(
                village.cadre(), Map.of("id", rule, "name", "随手拍（新）", "trigger", "CASE_CLOSED", "points", 20));
        Instant changed = Instant.now();
        Step.SAVE_RULE.by(village.cadre(), Map.of("id", rule, "name", "评价", "trigger", "CASE_RATED", "points", 1));
        Instant otherwise = Instant.now();
        Step.SAVE_RULE.by(village.cadre(), Map.of("id", rule, "name", "又是", "trigger", "CASE_CLOSED", "points", 30));
        Instant again = Instant.now();
        Step.RETIRE_RULE.by(village.cadre(), Map.of("ruleId", rule));
        village.tell(cases.get(0), beforeIt);
        village.tell(cases.get(1), otherwise);
        village.tell(cases.get(2), Instant.now());
        assertEquals(List.of(), statement(), "no rule said anything for closings then");
        village.tell(cases.get(3), again);
        village.tell(cases.get(4), atFirst);
        village.tell(cases.get(0), changed);
        assertEquals(List.of("20 随手拍（新）", "10 随手拍", "30 又是"), statement());
        village.tell(cases.get(0), atFirst);
        assertEquals(60, Village.balance(resident), "and once only");
        village.ledgerIsSound();
    }

    @Test
    void a_rating_is_awarded_by_what_the_rule_said_at_that_moment() {
        String reported = village.closedCase(resident);
        Step.RATE.by(resident, Map.of("caseId", reported, "stars", 5));
        village.settled();
        String rule = village.rule("评价", "CASE_RATED", 2, Map.of());
        Instant then = Instant.now();
        Step.RETIRE_RULE.by(village.cadre(), Map.of("ruleId", rule));
        village.tellRating(reported, Instant.now());
        assertEquals(List.of(), statement());
        village.tellRating(reported, then);
        assertEquals(List.of("2 评价"), statement());
    }

    @Test
    void a_rule_holds_from_midnight_to_midnight_in_china() {
        List<String> cases = closedCases(3);
        village.rule("三月", "CASE_CLOSED", 3, Map.of("validUntil", "2026-03-31"));
        village.rule("四月", "CASE_CLOSED", 4, Map.of("validFrom", "2026-04-01", "validUntil", "2026-04-30"));
        village.rulesSince(LONG_AGO);
        village.tell(cases.get(0), MIDNIGHT_OF_APRIL.minusMillis(1));
        village.tell(cases.get(1), MIDNIGHT_OF_APRIL);
        village.tell(cases.get(2), Instant.parse("2026-04-30T16:00:00Z"));
        assertEquals(List.of("4 四月", "3 三月"), statement());
    }

    @Test
    void a_cap_is_of_the_day_and_of_the_month_in_which_it_was_earned() {
        List<String> cases = closedCases(7);
        village.rule("随手拍", "CASE_CLOSED", 10, Map.of("dailyCap", 15, "monthlyCap", 28));
        village.rulesSince(LONG_AGO);
        village.tell(cases.get(0), MIDNIGHT_OF_APRIL);
        village.tell(cases.get(1), MIDNIGHT_OF_APRIL.minusMillis(1));
        village.tell(cases.get(2), Instant.parse("2026-04-01T15:59:59Z"));
        assertEquals(List.of("5 随手拍", "10 随手拍", "10 随手拍"), statement(), "the first of April is used up");
        village.tell(cases.get(3), Instant.parse("2026-04-01T08:00:00Z"));
        assertEquals(3, statement().size());
        village.tell(cases.get(4), Instant.parse("2026-04-01T16:00:00Z"));
        village.tell(cases.get(5), Instant.parse("2026-04-30T15:59:59Z"));
        village.tell(cases.get(6), MIDNIGHT_OF_APRIL.minusSeconds(3_600));
        assertEquals(
                List.of("5 随手拍", "3 随手拍", "10 随手拍"),
                statement().subList(0, 3),
                "cut to the rest of April, and of the last day of March");
        village.ledgerIsSound();
    }

    @Test
    void a_month_of_the_honour_roll_is_of_what_was_earned_in_it_less_what_of_that_was_reversed() {
        GraphqlClient neighbour = village.resident();
        String first = village.closedCase(resident);
        String second = village.closedCase(resident);
        String third = village.closedCase(neighbour);
        village.rule("随手拍", "CASE_CLOSED", 10, Map.of());
        village.rulesSince(LONG_AGO);
        village.tell(first, MIDNIGHT_OF_APRIL.minusMillis(1));
        village.tell(second, MIDNIGHT_OF_APRIL);
        village.tell(third, Instant.parse("2026-04-30T15:59:59Z"));
        village.award(resident, 30);
        YearMonth now = YearMonth.parse(Village.thisMonth());
        assertEquals(List.of("1 10"), village.roll(MARCH));
        assertEquals(List.of("1 10", "1 10"), village.roll(APRIL));
        assertEquals(List.of(), village.roll(APRIL.plusMonths(1)));
        List<String> thisMonth = village.roll(now);
        String award = Village.account(neighbour)
                .at("/statement/edges/0/node/transfer/id")
                .asText();
        Step.REVERSE.by(village.cadre(), Map.of("transferId", award, "reason", "不实"));
        assertEquals(List.of("1 10"), village.roll(APRIL), "what is reversed now is taken off the month of its award");
        assertEquals(thisMonth, village.roll(now));
        village.ledgerIsSound();
    }
}
