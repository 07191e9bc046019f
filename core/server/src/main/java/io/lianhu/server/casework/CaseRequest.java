package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is asked for by who has a case: more time (延期申请), or that its clocks stand still (挂起申请). */
@Entity
@Table(name = "case_request")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class CaseRequest extends TenantEntity {

    /** What is asked for. */
    enum Kind {
        EXTENSION,
        SUSPENSION
    }

    /** How it stands. */
    enum State {
        PENDING,
        GRANTED,
        DENIED,
        /** The case has gone to somebody else meanwhile, who asks for something. */
        LAPSED
    }

    @Column(name = "case_id")
    private UUID caseId;

    private int round;

    @Enumerated(EnumType.STRING)
    private Kind kind;

    @Enumerated(EnumType.STRING)
    private @Nullable Stage stage;

    private @Nullable Integer amount;

    @Column(name = "suspend_until")
    private @Nullable Instant until;

    private String reason;

    @Enumerated(EnumType.STRING)
    private State state;

    @Column(name = "requested_by")
    private String requestedBy;

    @Column(name = "requested_by_name")
    private String requestedByName;

    @Column(name = "requested_at")
    private Instant requestedAt;

    @Column(name = "decided_by_name")
    private @Nullable String decidedByName;

    @Column(name = "decided_at")
    private @Nullable Instant decidedAt;

    @Column(name = "decision_note")
    private @Nullable String decisionNote;

    protected CaseRequest() {}

    private CaseRequest(Case about, Kind kind, String reason, CaseStep.Stepper by, Instant now) {
        this.caseId = about.getId();
        this.round = about.getRound();
        this.kind = kind;
        this.reason = reason;
        this.state = State.PENDING;
        this.requestedBy = by.subject();
        this.requestedByName = by.name();
        this.requestedAt = now;
    }

    /** For more of the stage's unit of time. */
    static CaseRequest extension(Case about, Stage stage, int amount, String reason, CaseStep.Stepper by, Instant now) {
        CaseRequest request = new CaseRequest(about, Kind.EXTENSION, reason, by, now);
        request.stage = stage;
        request.amount = amount;
        return request;
    }

    /** That all clocks stand still until then. */
    static CaseRequest suspension(Case about, Instant until, String reason, CaseStep.Stepper by, Instant now) {
        CaseRequest request = new CaseRequest(about, Kind.SUSPENSION, reason, by, now);
        request.until = until;
        return request;
    }

    void decide(boolean granted, String byName, @Nullable String note, Instant now) {
        if (state != State.PENDING) {
            throw new ApiException(CaseError.CASE_REQUEST_DECIDED);
        }
        state = granted ? State.GRANTED : State.DENIED;
        decidedByName = byName;
        decidedAt = now;
        decisionNote = note;
    }

    String requestedBy() {
        return requestedBy;
    }

    public UUID getCaseId() {
        return caseId;
    }

    public int getRound() {
        return round;
    }

    public Kind getKind() {
        return kind;
    }

    public @Nullable Stage getStage() {
        return stage;
    }

    public @Nullable Integer getAmount() {
        return amount;
    }

    public @Nullable Instant getUntil() {
        return until;
    }

    public String getReason() {
        return reason;
    }

    public State getState() {
        return state;
    }

    public String getRequestedByName() {
        return requestedByName;
    }

    public Instant getRequestedAt() {
        return requestedAt;
    }

    public @Nullable String getDecidedByName() {
        return decidedByName;
    }

    public @Nullable Instant getDecidedAt() {
        return decidedAt;
    }

    public @Nullable String getDecisionNote() {
        return decisionNote;
    }
}
