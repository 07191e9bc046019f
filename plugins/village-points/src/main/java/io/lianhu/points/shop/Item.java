package io.lianhu.points.shop;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/** Goods (兑换商品) in a village's points shop ({@code PointsItem}). Its stock changes only under its row lock. */
@Entity
@Table(name = "points_item")
public class Item extends TenantEntity {

    @Column(name = "village")
    private String village;

    @Column(name = "name")
    private String name;

    @Column(name = "description")
    private String description;

    @Column(name = "price")
    private int price;

    @Column(name = "stock")
    private int stock;

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
    protected Item() {}

    @SuppressWarnings("NullAway.Init") // filled by describe
    Item(DivisionCode village) {
        this.village = village.value();
    }

    final void describe(String name, String description, int price, boolean active, String by, Instant at) {
        this.name = name;
        this.description = description;
        this.price = price;
        this.active = active;
        this.changedBy = by;
        this.changedAt = at;
    }

    /** What was counted on the shelf, without what is reserved. */
    void count(int counted) {
        stock = counted;
    }

    void take(int quantity) {
        stock -= quantity;
    }

    void putBack(int quantity) {
        stock += quantity;
    }

    DivisionCode village() {
        return new DivisionCode(village);
    }

    public String getName() {
        return name;
    }

    public String getDescription() {
        return description;
    }

    public int getPrice() {
        return price;
    }

    public int getStock() {
        return stock;
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
