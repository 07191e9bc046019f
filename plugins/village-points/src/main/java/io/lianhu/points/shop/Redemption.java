package io.lianhu.points.shop;

import io.lianhu.points.ledger.Owner;
import io.lianhu.points.ledger.OwnerKind;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Points exchanged for goods (积分兑换, {@code PointsRedemption}). It is resolved once, under its row lock. */
@Entity
@Table(name = "points_redemption")
public class Redemption extends TenantEntity {

    /** How long goods and points are put aside. */
    static final Duration KEPT = Duration.ofDays(7);

    @Column(name = "village")
    private String village;

    @Column(name = "item_id")
    private UUID itemId;

    @Column(name = "item_name")
    private String itemName;

    @Column(name = "quantity")
    private int quantity;

    @Column(name = "points")
    private int points;

    @Column(name = "hold_id")
    private UUID holdId;

    @Column(name = "resident_id")
    private UUID residentId;

    @Column(name = "household_id")
    private UUID householdId;

    @Enumerated(EnumType.STRING)
    @Column(name = "account_kind")
    private OwnerKind accountKind;

    @Enumerated(EnumType.STRING)
    @Column(name = "state")
    private RedemptionState state;

    @Column(name = "pickup_code")
    private String pickupCode;

    @Column(name = "reserved_at")
    private Instant reservedAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @Column(name = "resolved_by")
    private @Nullable String resolvedBy;

    @Column(name = "resolved_at")
    private @Nullable Instant resolvedAt;

    @Version
    @Column(name = "version")
    private int version;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Redemption() {}

    Redemption(
            Item item,
            int quantity,
            UUID holdId,
            Resident redeemer,
            OwnerKind accountKind,
            String pickupCode,
            Instant reservedAt) {
        this.village = item.village().value();
        this.itemId = item.getId();
        this.itemName = item.getName();
        this.quantity = quantity;
        this.points = item.getPrice() * quantity;
        this.holdId = holdId;
        this.residentId = redeemer.id();
        this.householdId = redeemer.household();
        this.accountKind = accountKind;
        this.state = RedemptionState.RESERVED;
        this.pickupCode = pickupCode;
        this.reservedAt = reservedAt;
        this.expiresAt = reservedAt.plus(KEPT);
    }

    /**
     * Ends it.
     *
     * @param by null where its time was over
     */
    void resolve(RedemptionState outcome, @Nullable String by, Instant at) {
        state = outcome;
        resolvedBy = by;
        resolvedAt = at;
    }

    DivisionCode village() {
        return new DivisionCode(village);
    }

    UUID holdId() {
        return holdId;
    }

    UUID householdId() {
        return householdId;
    }

    String pickupCode() {
        return pickupCode;
    }

    /** Whether the points that pay for it are the actor's: what a person pays, the household does not see. */
    boolean paidBy(Actor actor) {
        Owner owner = new Owner(accountKind, accountKind == OwnerKind.HOUSEHOLD ? householdId : residentId);
        return actor.resident()
                .map(one -> Owner.of(accountKind, one).equals(owner))
                .orElse(false);
    }

    public OwnerKind getAccountKind() {
        return accountKind;
    }

    public UUID getItemId() {
        return itemId;
    }

    public String getItemName() {
        return itemName;
    }

    public int getQuantity() {
        return quantity;
    }

    public int getPoints() {
        return points;
    }

    /** Who redeemed. */
    public UUID getResidentId() {
        return residentId;
    }

    public RedemptionState getState() {
        return state;
    }

    public Instant getReservedAt() {
        return reservedAt;
    }

    public Instant getExpiresAt() {
        return expiresAt;
    }

    public @Nullable Instant getResolvedAt() {
        return resolvedAt;
    }
}
