package io.lianhu.server.division;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A division (行政区划) of the county. */
@Entity
@Table(name = "division")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Division extends TenantEntity {

    private String code;

    @Enumerated(EnumType.STRING)
    private DivisionKind kind;

    private String name;

    @Column(name = "register_name")
    private String registerName;

    @Column(name = "parent_id")
    private @Nullable UUID parentId;

    /** The day on which it ended, nothing below it being of use from then on either; null while it stands. */
    @Column(name = "valid_until")
    private @Nullable LocalDate validUntil;

    /** Whether people made it, or changed it, so that an applied file leaves it alone. */
    @SuppressWarnings("UnusedVariable") // read where files are applied
    private boolean managed;

    protected Division() {}

    /** A division below another; the register does not know it. */
    Division(Division parent, String code, DivisionKind kind, String name) {
        this.code = code;
        this.kind = kind;
        this.name = name;
        this.registerName = name;
        this.parentId = parent.getId();
        this.managed = true;
    }

    public String getCode() {
        return code;
    }

    public DivisionKind getKind() {
        return kind;
    }

    public String getName() {
        return name;
    }

    public String getRegisterName() {
        return registerName;
    }

    public @Nullable UUID getParentId() {
        return parentId;
    }
}
