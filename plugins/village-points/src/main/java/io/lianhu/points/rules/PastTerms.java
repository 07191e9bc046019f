package io.lianhu.points.rules;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/**
 * What a rule said from one change to the next. A closing is awarded by what its rule said at that moment, and it may be told of late:
 * a replica stood still, or an operator replays a dead letter.
 */
@Entity
@Immutable
@Table(name = "points_rule_past")
public class PastTerms extends StatedTerms {

    @Column(name = "rule_id")
    private UUID ruleId;

    @Column(name = "held_from")
    private Instant heldFrom;

    @Column(name = "held_until")
    private Instant heldUntil;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected PastTerms() {}

    PastTerms(Rule rule, Instant until) {
        super(rule.village(), rule.terms());
        this.ruleId = rule.getId();
        this.heldFrom = rule.getChangedAt();
        this.heldUntil = until;
    }

    @Override
    UUID ruleId() {
        return ruleId;
    }
}
