package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.feature.PersonalRecord;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;

/** A household (户). */
@Entity
@Table(name = "household")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Household extends TenantEntity implements PersonalRecord {

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    private String address;

    @Column(name = "head_name")
    private String headName;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    private int version;

    protected Household() {}

    /** A household that begins with one resident, its head. */
    Household(ResidentRecord head, Instant now) {
        divisionId = head.getDivisionId();
        divisionCode = head.getDivisionCode();
        address = head.getAddress();
        headName = head.getName();
        createdAt = now;
    }

    @Override
    public boolean isOf(Actor actor) {
        return actor.resident().filter(me -> me.household().equals(getId())).isPresent();
    }

    @Override
    public DivisionCode home() {
        return new DivisionCode(divisionCode);
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    public String getAddress() {
        return address;
    }

    public String getHeadName() {
        return headName;
    }
}
