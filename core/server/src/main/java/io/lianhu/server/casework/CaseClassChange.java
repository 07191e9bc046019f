package io.lianhu.server.casework;

import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.calendar.TimeLimit;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One change of a class by a county; what is null is what the baseline says. The latest is in force. */
@Entity
@Immutable
@Table(name = "case_class_change")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class CaseClassChange extends TenantEntity {

    @Column(name = "class_code")
    private String classCode;

    private int version;
    private @Nullable String name;
    private @Nullable Boolean enabled;
    private @Nullable Boolean verification;

    @Column(name = "respond_amount")
    private @Nullable Integer respondAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "respond_unit")
    private TimeLimit.@Nullable Unit respondUnit;

    @Column(name = "reply_amount")
    private @Nullable Integer replyAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "reply_unit")
    private TimeLimit.@Nullable Unit replyUnit;

    @Column(name = "resolve_amount")
    private @Nullable Integer resolveAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "resolve_unit")
    private TimeLimit.@Nullable Unit resolveUnit;

    @Column(name = "emergency_respond_amount")
    private @Nullable Integer emergencyRespondAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "emergency_respond_unit")
    private TimeLimit.@Nullable Unit emergencyRespondUnit;

    @Column(name = "emergency_reply_amount")
    private @Nullable Integer emergencyReplyAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "emergency_reply_unit")
    private TimeLimit.@Nullable Unit emergencyReplyUnit;

    @Column(name = "emergency_resolve_amount")
    private @Nullable Integer emergencyResolveAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "emergency_resolve_unit")
    private TimeLimit.@Nullable Unit emergencyResolveUnit;

    @Column(name = "duplicate_radius")
    private @Nullable Integer duplicateRadius;

    @Column(name = "duplicate_days")
    private @Nullable Integer duplicateDays;

    @Column(name = "changed_by_name")
    private String changedByName;

    @Column(name = "changed_at")
    private Instant changedAt;

    protected CaseClassChange() {}

    private static @Nullable Limit limit(@Nullable Integer amount, TimeLimit.@Nullable Unit unit) {
        return amount == null || unit == null ? null : new Limit(amount, unit);
    }

    public String getClassCode() {
        return classCode;
    }

    public int getVersion() {
        return version;
    }

    public @Nullable String getName() {
        return name;
    }

    public @Nullable Boolean getEnabled() {
        return enabled;
    }

    public @Nullable Boolean getVerification() {
        return verification;
    }

    public @Nullable Limit getRespond() {
        return limit(respondAmount, respondUnit);
    }

    public @Nullable Limit getReply() {
        return limit(replyAmount, replyUnit);
    }

    public @Nullable Limit getResolve() {
        return limit(resolveAmount, resolveUnit);
    }

    public @Nullable Limit getEmergencyRespond() {
        return limit(emergencyRespondAmount, emergencyRespondUnit);
    }

    public @Nullable Limit getEmergencyReply() {
        return limit(emergencyReplyAmount, emergencyReplyUnit);
    }

    public @Nullable Limit getEmergencyResolve() {
        return limit(emergencyResolveAmount, emergencyResolveUnit);
    }

    public @Nullable Integer getDuplicateRadius() {
        return duplicateRadius;
    }

    public @Nullable Integer getDuplicateDays() {
        return duplicateDays;
    }

    public String getChangedByName() {
        return changedByName;
    }

    public Instant getChangedAt() {
        return changedAt;
    }
}
