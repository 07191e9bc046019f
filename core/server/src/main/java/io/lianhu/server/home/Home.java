package io.lianhu.server.home;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A home (房屋, 套) in a building. */
@Entity
@Table(name = "home")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Home extends TenantEntity {

    @Column(name = "building_id")
    private UUID buildingId;

    private String unit;
    private String room;

    @Enumerated(EnumType.STRING)
    private HomeUsage usage;

    @Column(name = "household_id")
    private @Nullable UUID householdId;

    @Version
    private int version;

    protected Home() {}

    Home(UUID buildingId) {
        this.buildingId = buildingId;
    }

    void describe(String inUnit, String number, HomeUsage use, @Nullable UUID household) {
        unit = inUnit;
        room = number;
        usage = use;
        householdId = household;
    }

    public UUID getBuildingId() {
        return buildingId;
    }

    public String getUnit() {
        return unit;
    }

    public String getRoom() {
        return room;
    }

    public HomeUsage getUsage() {
        return usage;
    }

    public @Nullable UUID getHouseholdId() {
        return householdId;
    }
}
