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
import org.jspecify.annotations.Nullable;

/**
 * An account (积分账户). Rows are made by {@link Accounts}, and changed only under their row lock: that is why there is no version. The
 * database's own checks refuse an overdraft whatever this class does.
 */
@Entity
@Table(name = "points_account")
public class Account extends TenantRow {

    @Id
    private UUID id;

    @Enumerated(EnumType.STRING)
    @Column(name = "purpose")
    private AccountPurpose purpose;

    @Enumerated(EnumType.STRING)
    @Column(name = "owner_kind")
    private @Nullable OwnerKind ownerKind;

    @Column(name = "owner_id")
    private @Nullable UUID ownerId;

    @Column(name = "village")
    private String village;

    @Column(name = "balance")
    private long balance;

    @Column(name = "held")
    private long held;

    @Column(name = "postings")
    private long postings;

    @Column(name = "opened_at")
    private Instant openedAt;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Account() {}

    UUID id() {
        return id;
    }

    AccountPurpose purpose() {
        return purpose;
    }

    DivisionCode village() {
        return new DivisionCode(village);
    }

    long balance() {
        return balance;
    }

    long held() {
        return held;
    }

    long available() {
        return balance - held;
    }

    /** What the owner of this account owes. */
    long debt() {
        return -balance;
    }

    Instant openedAt() {
        return openedAt;
    }

    /** Whose it is; null for a village's own. */
    @Nullable
    Owner owner() {
        return ownerKind == null || ownerId == null ? null : new Owner(ownerKind, ownerId);
    }

    /** Adds the signed amount and answers the number that the posting bears in this account. */
    long post(int amount) {
        balance += amount;
        return ++postings;
    }

    /** Puts aside, or, negative, gives back. */
    void hold(int amount) {
        held += amount;
    }

    /** The owner has moved house: the points stay, other cadres look after them. */
    void moveTo(DivisionCode home) {
        village = home.value();
    }
}
