package io.lianhu.server.home;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A building (楼栋), or a farmhouse by itself. */
@Entity
@Table(name = "building")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Building extends TenantEntity {

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    private String name;
    private String address;
    private @Nullable Integer floors;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    private int version;

    protected Building() {}

    Building(Instant now) {
        this.createdAt = now;
    }

    void describe(Divisions.Division where, String called, String at, @Nullable Integer high) {
        divisionId = where.id();
        divisionCode = where.code().value();
        name = called;
        address = at;
        floors = high;
    }

    DivisionCode division() {
        return new DivisionCode(divisionCode);
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getName() {
        return name;
    }

    public String getAddress() {
        return address;
    }

    public @Nullable Integer getFloors() {
        return floors;
    }
}
