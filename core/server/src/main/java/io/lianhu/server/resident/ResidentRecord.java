package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A county's record of a person (居民). */
@Entity
@Table(name = "resident")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class ResidentRecord extends TenantEntity {

    private @Nullable String subject;
    private String name;

    private byte @Nullable [] telephone;

    @Column(name = "telephone_digest")
    private byte @Nullable [] telephoneDigest;

    @Column(name = "household_id")
    private @Nullable UUID householdId;

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    private String address;

    @Enumerated(EnumType.STRING)
    private ResidentState state;

    @Column(name = "notice_version")
    private String noticeVersion;

    @Column(name = "consented_at")
    private Instant consentedAt;

    @Column(name = "decided_by")
    private @Nullable String decidedBy;

    @Column(name = "decided_at")
    private @Nullable Instant decidedAt;

    @Column(name = "decision_reason")
    private @Nullable String decisionReason;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version
    private int version;

    protected ResidentRecord() {}

    /** A person who registers. */
    ResidentRecord(String subject, Instant now) {
        this.subject = subject;
        this.createdAt = now;
    }

    /** What the person says; saying it again after a refusal puts it before the grid worker once more. */
    void register(
            String name, UUID divisionId, String divisionCode, String address, String noticeVersion, Instant now) {
        if (state == ResidentState.APPROVED || state == ResidentState.PENDING) {
            throw new ApiException(ResidentError.RESIDENT_REGISTERED, Map.of("state", state));
        }
        this.name = name;
        this.divisionId = divisionId;
        this.divisionCode = divisionCode;
        this.address = address;
        this.noticeVersion = noticeVersion;
        this.consentedAt = now;
        this.state = ResidentState.PENDING;
        this.decisionReason = null;
    }

    void keepTelephone(byte[] envelope, byte[] digest) {
        telephone = envelope;
        telephoneDigest = digest;
    }

    void approve(UUID household, String by, Instant now) {
        decide(ResidentState.APPROVED, by, now);
        householdId = household;
    }

    void reject(String reason, String by, Instant now) {
        decide(ResidentState.REJECTED, by, now);
        decisionReason = reason;
    }

    private void decide(ResidentState decision, String by, Instant now) {
        if (state != ResidentState.PENDING) {
            throw new ApiException(ResidentError.RESIDENT_DECIDED, Map.of("state", state));
        }
        state = decision;
        decidedBy = by;
        decidedAt = now;
    }

    /** As plugins see an approved resident. */
    Resident view() {
        UUID household = householdId;
        if (household == null) {
            throw new IllegalStateException("Not approved: " + getId());
        }
        return new Resident(getId(), name, household, new DivisionCode(divisionCode));
    }

    public @Nullable String getSubject() {
        return subject;
    }

    public String getName() {
        return name;
    }

    byte @Nullable [] sealedTelephone() {
        return telephone;
    }

    public @Nullable UUID getHouseholdId() {
        return householdId;
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

    public ResidentState getState() {
        return state;
    }

    public @Nullable String getDecisionReason() {
        return decisionReason;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }
}
