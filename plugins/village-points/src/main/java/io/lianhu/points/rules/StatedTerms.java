package io.lianhu.points.rules;

import io.lianhu.points.ledger.Cap;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.MappedSuperclass;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row that says what a rule says, or said. */
@MappedSuperclass
public abstract class StatedTerms extends TenantEntity {

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

    @Column(name = "valid_from")
    private @Nullable LocalDate validFrom;

    @Column(name = "valid_until")
    private @Nullable LocalDate validUntil;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected StatedTerms() {}

    @SuppressWarnings("NullAway.Init") // filled by state
    StatedTerms(DivisionCode village, RuleTerms terms) {
        this.village = village.value();
        state(terms);
    }

    final void state(RuleTerms terms) {
        name = terms.name();
        trigger = terms.trigger();
        caseClass = terms.caseClass();
        points = terms.points();
        dailyCap = terms.cap().daily();
        monthlyCap = terms.cap().monthly();
        accountKind = terms.account();
        validFrom = terms.validFrom();
        validUntil = terms.validUntil();
    }

    /** The rule whose terms they are. */
    abstract UUID ruleId();

    RuleTerms terms() {
        return new RuleTerms(
                name, trigger, caseClass, points, new Cap(dailyCap, monthlyCap), accountKind, validFrom, validUntil);
    }

    DivisionCode village() {
        return new DivisionCode(village);
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

    public @Nullable LocalDate getValidFrom() {
        return validFrom;
    }

    public @Nullable LocalDate getValidUntil() {
        return validUntil;
    }
}
