package io.lianhu.points.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.points.ledger.Cap;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RuleChoiceTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    @Test
    void a_rule_for_the_class_goes_before_a_newer_one_for_any() {
        assertEquals(
                "garbage", chosen("environment.garbage", rule("any", null), rule("garbage", "environment.garbage")));
    }

    @Test
    void other_classes_get_the_rule_for_any() {
        assertEquals("any", chosen("safety.hazard", rule("garbage", "environment.garbage"), rule("any", null)));
    }

    @Test
    void a_class_is_matched_whole() {
        assertEquals("none", chosen("environment.garbage.illegal", rule("garbage", "environment.garbage")));
    }

    @Test
    void among_equals_the_newest_is_chosen() {
        assertEquals("newer", chosen("x", rule("newer", null), rule("older", null)));
        assertEquals("newer", chosen("x", rule("newer", "x"), rule("older", "x")));
    }

    @Test
    void both_ends_of_the_validity_belong_to_it() {
        assertEquals("rule", chosen("x", rule("rule", null, DAY, DAY)));
        assertEquals("none", chosen("x", rule("rule", null, DAY.plusDays(1), null)));
        assertEquals("none", chosen("x", rule("rule", null, null, DAY.minusDays(1))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void points_lie_between_1_and_1000(int points) {
        assertThrows(ApiException.class, () -> terms("name", null, points, null, null));
    }

    @Test
    void a_validity_that_ends_before_it_begins_is_refused() {
        assertThrows(ApiException.class, () -> terms("name", null, 1, DAY, DAY.minusDays(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Garbage", "environment.", ".garbage", "a b"})
    void what_is_no_class_code_is_refused(String caseClass) {
        assertThrows(ApiException.class, () -> terms("name", caseClass, 1, null, null));
    }

    /** What a rule said, in whatever order the rows come. */
    private static String chosen(String caseClass, Said... newestFirst) {
        List<StatedTerms> stated = new ArrayList<>();
        for (int i = 0; i < newestFirst.length; i++) {
            newestFirst[i].rule = new UUID(newestFirst.length - i, 0);
            stated.add(0, newestFirst[i]);
        }
        return RuleChoice.choose(stated, caseClass, DAY)
                .map(StatedTerms::getName)
                .orElse("none");
    }

    private static Said rule(String name, @Nullable String caseClass) {
        return rule(name, caseClass, null, null);
    }

    private static Said rule(
            String name, @Nullable String caseClass, @Nullable LocalDate from, @Nullable LocalDate until) {
        return new Said(terms(name, caseClass, 1, from, until));
    }

    private static final class Said extends StatedTerms {
        private UUID rule = new UUID(0, 0);

        Said(RuleTerms terms) {
            super(new DivisionCode("520115001001"), terms);
        }

        @Override
        UUID ruleId() {
            return rule;
        }
    }

    private static RuleTerms terms(
            String name, @Nullable String caseClass, int points, @Nullable LocalDate from, @Nullable LocalDate until) {
        return new RuleTerms(
                name, RuleTrigger.CASE_CLOSED, caseClass, points, Cap.NONE, OwnerKind.HOUSEHOLD, from, until);
    }
}
