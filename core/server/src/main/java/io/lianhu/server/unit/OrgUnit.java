package io.lianhu.server.unit;

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

/** A unit (承办单位) to which cases go: it sits at the county or at a town, and acts there through its officers. */
@Entity
@Table(name = "org_unit")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class OrgUnit extends TenantEntity {

    private String name;

    @Enumerated(EnumType.STRING)
    private UnitKind kind;

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    @SuppressWarnings("UnusedVariable") // kept for whoever asks since when there is such a unit
    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "retired_at")
    private @Nullable Instant retiredAt;

    @Version
    private int version;

    protected OrgUnit() {}

    OrgUnit(String name, UnitKind kind, UUID divisionId, String divisionCode, Instant now) {
        this.name = name;
        this.kind = kind;
        this.divisionId = divisionId;
        this.divisionCode = divisionCode;
        this.createdAt = now;
    }

    void rename(String given) {
        name = given;
    }

    void retire(Instant now) {
        retiredAt = retiredAt == null ? now : retiredAt;
    }

    public String getName() {
        return name;
    }

    public UnitKind getKind() {
        return kind;
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    public @Nullable Instant getRetiredAt() {
        return retiredAt;
    }

    public boolean isActive() {
        return retiredAt == null;
    }
}
