package io.lianhu.server.post;

import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Role;
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

/** A post (岗位): a role, held by a person at a division, for a term. */
@Entity
@Table(name = "post")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Post extends TenantEntity {

    private String subject;

    @Column(name = "holder_name")
    private String holderName;

    @Enumerated(EnumType.STRING)
    private Role role;

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    @Column(name = "unit_id")
    private @Nullable UUID unitId;

    private Instant since;
    private @Nullable Instant until;

    @Column(name = "appointed_by")
    private String appointedBy;

    @Version
    private int version;

    protected Post() {}

    Post(
            String subject,
            String holderName,
            Role role,
            Divisions.Division where,
            @Nullable UUID unitId,
            String by,
            Instant since) {
        this.subject = subject;
        this.holderName = holderName;
        this.role = role;
        this.divisionId = where.id();
        this.divisionCode = where.code().value();
        this.unitId = unitId;
        this.appointedBy = by;
        this.since = since;
    }

    void end(Instant now) {
        until = until == null ? now : until;
    }

    public String getSubject() {
        return subject;
    }

    public String getHolderName() {
        return holderName;
    }

    public Role getRole() {
        return role;
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    /** The unit of which the holder is an officer; null for other roles. */
    public @Nullable UUID getUnitId() {
        return unitId;
    }

    public Instant getSince() {
        return since;
    }

    public @Nullable Instant getUntil() {
        return until;
    }
}
