package io.lianhu.points.rules;

/** What a rule awards. */
public enum RuleTrigger {
    /** The reporter's case was verified and closed (结案). */
    CASE_CLOSED,
    /** The reporter rated how the case was handled (满意度评价). */
    CASE_RATED,
    /** Everyday items (日常事项), such as a clean courtyard: a cadre awards them by hand. */
    MANUAL
}
