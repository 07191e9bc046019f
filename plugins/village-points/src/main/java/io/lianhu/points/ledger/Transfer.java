package io.lianhu.points.ledger;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * One immutable movement of points (积分明细) from one account to another: a double entry in one row.
 *
 * <p>One row and not a header with two entries, because a plugin has no triggers to make two rows agree: here the debit and the credit
 * are the same number by construction, and half of it cannot be written. For each side the row keeps the number that the posting bears
 * in that account, without gaps, and the account's balance after it. So a statement is read off one unique index per side, and a lost or
 * altered posting shows.
 */
@Entity
@Immutable
@Table(name = "points_transfer")
public class Transfer extends TenantRow {

    @Id
    private UUID id;

    @Enumerated(EnumType.STRING)
    @Column(name = "kind")
    private TransferKind kind;

    @Column(name = "debit_account_id")
    private UUID debitAccountId;

    @Column(name = "credit_account_id")
    private UUID creditAccountId;

    @Column(name = "amount")
    private int amount;

    @Column(name = "debit_number")
    private long debitNumber;

    @Column(name = "credit_number")
    private long creditNumber;

    @Column(name = "debit_balance")
    private long debitBalance;

    @Column(name = "credit_balance")
    private long creditBalance;

    @Column(name = "village")
    private String village;

    @Column(name = "earner_id")
    private UUID earnerId;

    @Column(name = "household_id")
    private UUID householdId;

    @Column(name = "rule_id")
    private @Nullable UUID ruleId;

    @Enumerated(EnumType.STRING)
    @Column(name = "cause_kind")
    private Cause.@Nullable Kind causeKind;

    @Column(name = "case_id")
    private @Nullable UUID caseId;

    @Column(name = "case_round")
    private @Nullable Integer caseRound;

    @Column(name = "reverses_id")
    private @Nullable UUID reversesId;

    @Column(name = "memo")
    private @Nullable String memo;

    @Column(name = "posted_by")
    private @Nullable String postedBy;

    @Column(name = "posted_at")
    private Instant postedAt;

    @Column(name = "earned_at")
    private Instant earnedAt;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Transfer() {}

    /** Moves the amount between the accounts, both locked by the running transaction. */
    Transfer(
            UUID id,
            TransferKind kind,
            Account debit,
            Account credit,
            int amount,
            @Nullable UUID reverses,
            Particulars particulars,
            Instant postedAt) {
        this.id = id;
        this.kind = kind;
        this.debitAccountId = debit.id();
        this.creditAccountId = credit.id();
        this.amount = amount;
        this.debitNumber = debit.post(-amount);
        this.creditNumber = credit.post(amount);
        this.debitBalance = debit.balance();
        this.creditBalance = credit.balance();
        this.village = particulars.village().value();
        this.earnerId = particulars.earner();
        this.householdId = particulars.household();
        this.ruleId = particulars.rule();
        Cause cause = particulars.cause();
        if (cause != null) {
            this.causeKind = cause.kind();
            this.caseId = cause.caseId();
            this.caseRound = cause.round();
        }
        this.reversesId = reverses;
        this.memo = particulars.memo();
        this.postedBy = particulars.postedBy();
        this.postedAt = postedAt;
        this.earnedAt = particulars.earnedAt();
    }

    UUID id() {
        return id;
    }

    TransferKind kind() {
        return kind;
    }

    UUID debitAccountId() {
        return debitAccountId;
    }

    UUID creditAccountId() {
        return creditAccountId;
    }

    int amount() {
        return amount;
    }

    UUID earnerId() {
        return earnerId;
    }

    @Nullable
    UUID caseId() {
        return caseId;
    }

    @Nullable
    String memo() {
        return memo;
    }

    Instant postedAt() {
        return postedAt;
    }

    Instant earnedAt() {
        return earnedAt;
    }

    Particulars particulars() {
        Cause cause = causeKind == null || caseId == null || caseRound == null
                ? null
                : new Cause(causeKind, caseId, caseRound);
        return new Particulars(
                new DivisionCode(village), earnerId, householdId, ruleId, cause, memo, postedBy, earnedAt);
    }

    /** The number that this bears in the account's statement; the account is one of its two sides. */
    long number(UUID account) {
        return account.equals(debitAccountId) ? debitNumber : creditNumber;
    }

    /** The amount as the account sees it. */
    int signedAmount(UUID account) {
        return account.equals(debitAccountId) ? -amount : amount;
    }

    /** The account's balance after it. */
    long balanceAfter(UUID account) {
        return account.equals(debitAccountId) ? debitBalance : creditBalance;
    }
}
