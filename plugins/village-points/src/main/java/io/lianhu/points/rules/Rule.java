package io.lianhu.points.rules;

import io.lianhu.points.ledger.Cap;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A scoring rule (积分细则) of one village ({@code PointsRule}). A change holds for what happens after it; what was posted keeps the
 * points and the name that it was posted with.
 */
@Entity
@Table(name = "points_rule")
public class Rule extends TenantEntity {

    @Column(name = "village")
    private String village;

    @Column(name = "name")
    private String name;

    @Enumerated(EnumType.STRING)
    @Column(name = "award_trigger")
    private RuleTrigger trigger;

    @Column(name = "case_class")
    private @Nullable String caseClass;

    @Column(name = "points")
    private int points;

    @Column(name = "daily_cap")
    private @Nullable Integer dailyCap;

    @Column(name = "monthly_cap")
    private @Nullable Integer monthlyCap;

    @Enumerated(EnumType.STRING)
    @Column(name = "account_kind")
    private OwnerKind accountKind;

    @Column(name = "active")
    private boolean active;

    @Column(name = "valid_from")
    private @Nullable LocalDate validFrom;

    @Column(name = "valid_until")
    private @Nullable LocalDate validUntil;

    @Column(name = "changed_by")
    private String changedBy;

    @Column(name = "changed_at")
    private Instant changedAt;

    @Version
    @Column(name = "version")
    private int version;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Rule() {}

    @SuppressWarnings("NullAway.Init") // filled by change
    Rule(DivisionCode village, RuleTerms terms, String by, Instant at) {
        this.village = village.value();
        this.active = true;
        change(terms, by, at);
    }

    final void change(RuleTerms terms, String by, Instant at) {
        name = terms.name();
        trigger = terms.trigger();
        caseClass = terms.caseClass();
        points = terms.points();
        dailyCap = terms.cap().daily();
        monthlyCap = terms.cap().monthly();
        accountKind = terms.account();
        validFrom = terms.validFrom();
        validUntil = terms.validUntil();
        changed(by, at);
    }

    /** Takes the rule out of use for good; awards made by it stay. */
    void retire(String by, Instant at) {
        active = false;
        changed(by, at);
    }

    private void changed(String by, Instant at) {
        changedBy = by;
        changedAt = at;
    }

    RuleTerms terms() {
        return new RuleTerms(
                name, trigger, caseClass, points, new Cap(dailyCap, monthlyCap), accountKind, validFrom, validUntil);
    }

    DivisionCode village() {
        return new DivisionCode(village);
    }

    /** Whether it awards on that day. */
    boolean inForce(LocalDate day) {
        return active && terms().valid(day);
    }

    public String getName() {
        return name;
    }

    public RuleTrigger getTrigger() {
        return trigger;
    }

    public @Nullable String getCaseClass() {
        return caseClass;
    }

    public int getPoints() {
        return points;
    }

    public @Nullable Integer getDailyCap() {
        return dailyCap;
    }

    public @Nullable Integer getMonthlyCap() {
        return monthlyCap;
    }

    public OwnerKind getAccountKind() {
        return accountKind;
    }

    public boolean isActive() {
        return active;
    }

    public @Nullable LocalDate getValidFrom() {
        return validFrom;
    }

    public @Nullable LocalDate getValidUntil() {
        return validUntil;
    }

    public Instant getChangedAt() {
        return changedAt;
    }
}
