package io.lianhu.points.rules;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Which of a village's rules awards a case. */
final class RuleChoice {

    private RuleChoice() {}

    /**
     * The rule in force that day for cases of that class: one for exactly this class before one for any, and among equals the newest.
     * One trigger is awarded by one rule.
     *
     * @param newestFirst the rules of one village and trigger
     */
    static Optional<Rule> choose(List<Rule> newestFirst, String caseClass, LocalDate day) {
        List<Rule> inForce =
                newestFirst.stream().filter(rule -> rule.inForce(day)).toList();
        return inForce.stream()
                .filter(rule -> caseClass.equals(rule.getCaseClass()))
                .findFirst()
                .or(() -> inForce.stream()
                        .filter(rule -> rule.getCaseClass() == null)
                        .findFirst());
    }
}
