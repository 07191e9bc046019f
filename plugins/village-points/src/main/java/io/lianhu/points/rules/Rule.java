package io.lianhu.points.rules;

import io.lianhu.sdk.DivisionCode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A scoring rule (积分细则) of one village ({@code PointsRule}), as it is now. A change holds for what happens after it: {@link PastTerms}
 * keeps what was said before. What was posted keeps the points and the name that it was posted with.
 */
@Entity
@Table(name = "points_rule")
public class Rule extends StatedTerms {

    @Column(name = "active")
    private boolean active;

    @Column(name = "changed_by")
    private String changedBy;

    @Column(name = "changed_at")
    private Instant changedAt;

    @Version
    @Column(name = "version")
    private int version;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Rule() {}

    Rule(DivisionCode village, RuleTerms terms, String by, Instant at) {
        super(village, terms);
        this.active = true;
        this.changedBy = by;
        this.changedAt = at;
    }

    /** Says something else from now on; answers what is over, for whoever hears of it late. */
    PastTerms change(RuleTerms terms, String by, Instant at) {
        PastTerms past = new PastTerms(this, at);
        state(terms);
        changed(by, at);
        return past;
    }

    /** Takes the rule out of use for good; awards made by it stay. Answers what is over. */
    PastTerms retire(String by, Instant at) {
        PastTerms past = new PastTerms(this, at);
        active = false;
        changed(by, at);
        return past;
    }

    private void changed(String by, Instant at) {
        changedBy = by;
        changedAt = at;
    }

    @Override
    UUID ruleId() {
        return getId();
    }

    /** Whether it awards on that day. */
    boolean inForce(LocalDate day) {
        return active && terms().valid(day);
    }

    public boolean isActive() {
        return active;
    }

    public Instant getChangedAt() {
        return changedAt;
    }

    public int getVersion() {
        return version;
    }
}
