package io.lianhu.points.rules;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of a village's rules awards a case. */
final class RuleChoice {

    private static final Comparator<StatedTerms> NEWEST_FIRST =
            Comparator.comparing(StatedTerms::ruleId).reversed();

    private RuleChoice() {}

    /**
     * The rule for cases of that class: one for exactly this class before one for any, and among equals the newest. One trigger is
     * awarded by one rule.
     *
     * @param stated what the rules of one village and trigger said at the moment in question, in any order
     * @param day on which that moment lies
     */
    static Optional<StatedTerms> choose(List<StatedTerms> stated, String caseClass, LocalDate day) {
        List<StatedTerms> inForce = stated.stream()
                .filter(one -> one.terms().valid(day))
                .sorted(NEWEST_FIRST)
                .toList();
        return inForce.stream()
                .filter(one -> caseClass.equals(one.getCaseClass()))
                .findFirst()
                .or(() -> inForce.stream()
                        .filter(one -> one.getCaseClass() == null)
                        .findFirst());
    }
}
