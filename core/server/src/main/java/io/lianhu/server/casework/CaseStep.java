package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Role;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.identity.Person;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One step in a case's history; written with the change, and never changed. */
@Entity
@Immutable
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

    public CaseStep(
            Case about,
            CaseAction action,
            @Nullable CaseState from,
            CaseState to,
            Stepper by,
            @Nullable String note,
            Instant now) {
        this.caseId = about.getId();
        this.action = action;
        this.fromState = from;
        this.toState = to;
        this.actorSubject = by.subject();
        this.actorName = by.name();
        this.actorRole = by.role();
        this.note = note;
        this.occurredAt = now;
    }

    /** A report, before anybody was given it. */
    static CaseStep report(Case about, CaseState to, Stepper by) {
        return new CaseStep(about, CaseAction.REPORT, null, to, by, null, about.getReportedAt());
    }

    /** Nobody did it; its note says to whom the case went, as when a cadre dispatches. */
    static CaseStep dispatched(Case about, CaseState from, Instant now) {
        return new CaseStep(
                about, CaseAction.DISPATCH, from, about.getState(), Stepper.PLATFORM, about.getAssigneeName(), now);
    }

    /** Who takes a step, as the history keeps it. */
    public record Stepper(String subject, String name, String role) {

        /** Nobody: what is done by itself. */
        public static final Stepper PLATFORM = new Stepper("", "", "PLATFORM");

        /** The actor in the role that has the permission. */
        public static Stepper of(Actor actor, String permission) {
            Set<Role> holders = actor.permissions().holders(permission);
            return new Stepper(
                    actor.subject(),
                    actor.resident().map(Resident::name).orElseGet(() -> Person.current()
                            .name()),
                    actor.posts().stream()
                            .map(Actor.Post::role)
                            .filter(holders::contains)
                            .sorted()
                            .findFirst()
                            .map(Role::name)
                            .orElse(""));
        }
    }

    UUID caseId() {
        return caseId;
    }

    CaseAction action() {
        return action;
    }

    CaseState toState() {
        return toState;
    }

    /** Whether a resident took it: the reporter, since nobody else may. */
    boolean byReporter() {
        return actorRole.equals(Role.RESIDENT.name());
    }

    boolean byPlatform() {
        return actorRole.equals(Stepper.PLATFORM.role());
    }

    String actorName() {
        return actorName;
    }

    @Nullable
    String note() {
        return note;
    }

    Instant occurredAt() {
        return occurredAt;
    }
}
