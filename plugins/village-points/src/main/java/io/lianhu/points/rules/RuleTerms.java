package io.lianhu.points.rules;

import io.lianhu.points.Texts;
import io.lianhu.points.ledger.Cap;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.ApiException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says.
 *
 * @param caseClass of the cases it is for; null for any
 * @param validFrom the first day, null for no beginning
 * @param validUntil the last day, null for no end
 */
record RuleTerms(
        String name,
        RuleTrigger trigger,
        @Nullable String caseClass,
        int points,
        Cap cap,
        OwnerKind account,
        @Nullable LocalDate validFrom,
        @Nullable LocalDate validUntil) {

    static final int MOST_POINTS = 1000;

    private static final int MOST_CAP = 1_000_000;
    private static final int MOST_CLASS_CODE = 60;

    RuleTerms {
        name = Texts.bounded("name", name, 60);
        requirePoints(points);
        requireCap("dailyCap", cap.daily());
        requireCap("monthlyCap", cap.monthly());
        if (caseClass != null && (trigger == RuleTrigger.MANUAL || !isClassCode(caseClass))) {
            throw ApiException.invalid("caseClass");
        }
        if (validFrom != null && validUntil != null && validUntil.isBefore(validFrom)) {
            throw ApiException.invalid("validUntil");
        }
    }

    /** Its length comes first: the pattern would recurse into a long one until the stack is full. */
    private static boolean isClassCode(String text) {
        return text.length() <= MOST_CLASS_CODE && text.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*");
    }

    /** Refuses what no award may be. */
    static void requirePoints(int points) {
        if (points < 1 || points > MOST_POINTS) {
            throw ApiException.invalid("points");
        }
    }

    private static void requireCap(String field, @Nullable Integer cap) {
        if (cap != null && (cap < 1 || cap > MOST_CAP)) {
            throw ApiException.invalid(field);
        }
    }

    /** Whether the rule holds on that day, both ends included. */
    boolean valid(LocalDate day) {
        return (validFrom == null || !day.isBefore(validFrom)) && (validUntil == null || !day.isAfter(validUntil));
    }
}
