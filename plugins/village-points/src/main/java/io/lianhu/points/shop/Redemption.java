package io.lianhu.points.shop;

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
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Points exchanged for goods (积分兑换, {@code PointsRedemption}). It is resolved once, under its row lock. */
@Entity
@Table(name = "points_redemption")
public class Redemption extends TenantEntity {

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
    @Column(name = "state")
    private RedemptionState state;

    @Column(name = "pickup_code")
    private String pickupCode;

    @Column(name = "reserved_at")
    private Instant reservedAt;

    @Column(name = "resolved_by")
    private @Nullable String resolvedBy;

    @Column(name = "resolved_at")
    private @Nullable Instant resolvedAt;

    @Version
    @Column(name = "version")
    private int version;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Redemption() {}

    Redemption(Item item, int quantity, UUID holdId, Resident redeemer, String pickupCode, Instant reservedAt) {
        this.village = item.village().value();
        this.itemId = item.getId();
        this.itemName = item.getName();
        this.quantity = quantity;
        this.points = item.getPrice() * quantity;
        this.holdId = holdId;
        this.residentId = redeemer.id();
        this.householdId = redeemer.household();
        this.state = RedemptionState.RESERVED;
        this.pickupCode = pickupCode;
        this.reservedAt = reservedAt;
    }

    void resolve(RedemptionState outcome, String by, Instant at) {
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

    /** Whether the actor is of the household that redeems. */
    boolean ofHouseholdOf(Actor actor) {
        return actor.resident().map(one -> one.household().equals(householdId)).orElse(false);
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

    public @Nullable Instant getResolvedAt() {
        return resolvedAt;
    }
}
