package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.feature.PersonalRecord;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A county's record of a person (居民). */
@Entity
@Table(name = "resident")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class ResidentRecord extends TenantEntity implements PersonalRecord {

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
    private @Nullable String noticeVersion;

    @Column(name = "consented_at")
    private @Nullable Instant consentedAt;

    @Enumerated(EnumType.STRING)
    private @Nullable ResidenceKind residence;

    @Enumerated(EnumType.STRING)
    private @Nullable Sex sex;

    @Column(name = "birth_date")
    private @Nullable LocalDate birthDate;

    @Column(name = "id_number")
    private byte @Nullable [] idNumber;

    @Column(name = "id_number_digest")
    private byte @Nullable [] idNumberDigest;

    @Enumerated(EnumType.STRING)
    private @Nullable Relation relation;

    @Column(name = "acted_by")
    private @Nullable String actedBy;

    @Column(name = "acted_by_name")
    private @Nullable String actedByName;

    @Enumerated(EnumType.STRING)
    @Column(name = "acted_as")
    private @Nullable OnBehalf actedAs;

    @Column(name = "merged_into_id")
    private @Nullable UUID mergedIntoId;

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

    /** A person without a login, for whom somebody else acts (代办). */
    ResidentRecord(String actedBy, String actedByName, OnBehalf actedAs, Instant now) {
        this.actedBy = actedBy;
        this.actedByName = actedByName;
        this.actedAs = actedAs;
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

    /** What is said anew stands; what is not said stays. */
    void know(Particulars said) {
        residence = said.residence().orElse(residence);
        sex = said.sex().orElse(sex);
        birthDate = said.birthDate().orElse(birthDate);
        relation = said.relation().orElse(relation);
    }

    void keepIdNumber(byte[] envelope, byte[] digest) {
        idNumber = envelope;
        idNumberDigest = digest;
    }

    /** Who and where; what is empty stays. */
    void live(Optional<String> newName, Optional<Divisions.Division> division, Optional<String> newAddress) {
        name = newName.orElse(name);
        address = newAddress.orElse(address);
        division.ifPresent(place -> {
            divisionId = place.id();
            divisionCode = place.code().value();
        });
    }

    /** What is said for a person who is not there; the household is proposed until somebody approves. */
    void record(String name, Divisions.Division home, String address, @Nullable UUID household) {
        this.name = name;
        this.divisionId = home.id();
        this.divisionCode = home.code().value();
        this.address = address;
        this.householdId = household;
        this.state = ResidentState.PENDING;
    }

    void consent(String version, Instant now) {
        noticeVersion = version;
        consentedAt = now;
    }

    /** Gives this record of a person the login with which a later one came, and what the person said with it. */
    void take(@Nullable String login, ResidentRecord later) {
        subject = login;
        telephone = later.telephone == null ? telephone : later.telephone;
        telephoneDigest = later.telephone == null ? telephoneDigest : later.telephoneDigest;
        noticeVersion = later.noticeVersion;
        consentedAt = later.consentedAt;
    }

    /** From now on, the other record stands for the person. */
    void mergeInto(UUID other, String by, Instant now) {
        subject = null;
        state = ResidentState.MERGED;
        mergedIntoId = other;
        decidedBy = by;
        decidedAt = now;
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
        return new Resident(getId(), name, requireHousehold(), new DivisionCode(divisionCode));
    }

    /** An approved resident's household. */
    UUID requireHousehold() {
        UUID household = householdId;
        if (household == null) {
            throw new IllegalStateException("Not approved: " + getId());
        }
        return household;
    }

    /**
     * Refuses a registration that is not decided, or was refused.
     *
     * @throws ApiException {@code RESIDENT_DECIDED}
     */
    void requireApproved() {
        if (state != ResidentState.APPROVED) {
            throw new ApiException(ResidentError.RESIDENT_DECIDED, Map.of("state", state));
        }
    }

    @Override
    public boolean isOf(Actor actor) {
        return actor.subject().equals(subject)
                || actor.resident()
                        .filter(me -> me.household().equals(householdId))
                        .isPresent();
    }

    @Override
    public DivisionCode home() {
        return new DivisionCode(divisionCode);
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

    public @Nullable ResidenceKind getResidence() {
        return residence;
    }

    public @Nullable Sex getSex() {
        return sex;
    }

    public @Nullable LocalDate getBirthDate() {
        return birthDate;
    }

    byte @Nullable [] sealedIdNumber() {
        return idNumber;
    }

    byte @Nullable [] idNumberDigest() {
        return idNumberDigest;
    }

    public @Nullable Relation getRelation() {
        return relation;
    }

    @Nullable
    String actedBy() {
        return actedBy;
    }

    public @Nullable String getActedByName() {
        return actedByName;
    }

    public @Nullable OnBehalf getActedAs() {
        return actedAs;
    }

    public @Nullable UUID getMergedIntoId() {
        return mergedIntoId;
    }

    public @Nullable String getDecisionReason() {
        return decisionReason;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }
}
