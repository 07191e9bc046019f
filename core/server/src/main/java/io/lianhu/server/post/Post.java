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
    private boolean closed;

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
            Instant since,
            @Nullable Instant until) {
        this.subject = subject;
        this.holderName = holderName;
        this.role = role;
        this.divisionId = where.id();
        this.divisionCode = where.code().value();
        this.unitId = unitId;
        this.appointedBy = by;
        this.since = since;
        this.until = until;
    }

    boolean isHeld(Instant at) {
        return !since.isAfter(at) && !isOver(at);
    }

    /** Whether it was ended, or its term is over. */
    boolean isOver(Instant at) {
        return until != null && !until.isAfter(at);
    }

    void renew(@Nullable Instant end) {
        until = end;
    }

    /** At once, where the term is not over before; a post that has not begun never does. */
    void close(Instant now) {
        if (!isOver(now)) {
            until = since.isAfter(now) ? since : now;
        }
        closed = true;
    }

    boolean isClosed() {
        return closed;
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
