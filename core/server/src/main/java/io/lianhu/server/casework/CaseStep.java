package io.lianhu.server.casework;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One step in a case's history; written with the change, and never changed. */
@Entity
@Table(name = "case_step")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class CaseStep extends TenantEntity {

    @Column(name = "case_id")
    private UUID caseId;

    @Enumerated(EnumType.STRING)
    private CaseAction action;

    @Enumerated(EnumType.STRING)
    @Column(name = "from_state")
    private @Nullable CaseState fromState;

    @Enumerated(EnumType.STRING)
    @Column(name = "to_state")
    private CaseState toState;

    @Column(name = "actor_subject")
    private String actorSubject;

    @Column(name = "actor_name")
    private String actorName;

    @Column(name = "actor_role")
    private String actorRole;

    private @Nullable String note;

    @Column(name = "occurred_at")
    private Instant occurredAt;

    protected CaseStep() {}

    CaseStep(Case about, CaseAction action, @Nullable CaseState from, Stepper by, @Nullable String note, Instant now) {
        this.caseId = about.getId();
        this.action = action;
        this.fromState = from;
        this.toState = about.getState();
        this.actorSubject = by.subject();
        this.actorName = by.name();
        this.actorRole = by.role();
        this.note = note;
        this.occurredAt = now;
    }

    /** Who takes a step, as the history keeps it. */
    record Stepper(String subject, String name, String role) {}

    UUID caseId() {
        return caseId;
    }

    public CaseAction getAction() {
        return action;
    }

    public CaseState getToState() {
        return toState;
    }

    public String getActorName() {
        return actorName;
    }

    public @Nullable String getNote() {
        return note;
    }

    public Instant getOccurredAt() {
        return occurredAt;
    }
}
