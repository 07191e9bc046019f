package io.lianhu.server.jointhandling;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.casework.ClockState;
import io.lianhu.server.unit.Units;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one unit is asked to do for a case that another leads (协办). Its clock runs until it is answered. */
@Entity
@Table(name = "case_part")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class CasePart extends TenantEntity {

    /** How a part stands. */
    enum PartState {
        ASKED,
        DONE,
        RETURNED,
        CANCELLED
    }

    @Column(name = "case_id")
    private UUID caseId;

    @Column(name = "unit_id")
    private UUID unitId;

    @Column(name = "unit_name")
    private String unitName;

    private String asked;

    @Column(name = "asked_by")
    private String askedBy;

    @Column(name = "asked_by_name")
    private String askedByName;

    @Column(name = "asked_at")
    private Instant askedAt;

    @Column(name = "replaces_id")
    private @Nullable UUID replacesId;

    @Enumerated(EnumType.STRING)
    private PartState state;

    @Column(name = "limit_amount")
    private int limitAmount;

    @Enumerated(EnumType.STRING)
    @Column(name = "limit_unit")
    private TimeLimit.Unit limitUnit;

    @Column(name = "approaching_at")
    private Instant approachingAt;

    @Column(name = "due_at")
    private Instant dueAt;

    private @Nullable String answer;

    @Column(name = "answered_by_name")
    private @Nullable String answeredByName;

    @Column(name = "answered_at")
    private @Nullable Instant answeredAt;

    @Version
    private int version;

    protected CasePart() {}

    /** Who asks: the subject is empty where a rule does. */
    record Asker(String subject, String name) {}

    CasePart(
            UUID caseId, Units.Unit unit, String asked, Asker by, TimeLimit limit, Instant now, WorkCalendar calendar) {
        this.caseId = caseId;
        this.unitId = unit.id();
        this.unitName = unit.name();
        this.asked = asked;
        this.askedBy = by.subject();
        this.askedByName = by.name();
        this.askedAt = now;
        this.state = PartState.ASKED;
        this.limitAmount = limit.amount();
        this.limitUnit = limit.unit();
        reckon(calendar);
    }

    /** It takes the place of one that was given back. */
    void replace(CasePart returned) {
        replacesId = returned.getId();
    }

    /** Reckons when it is over, by the calendar as it is now. */
    void reckon(WorkCalendar calendar) {
        dueAt = calendar.due(askedAt, limit());
        Duration whole = calendar.left(askedAt, dueAt, limitUnit);
        approachingAt = calendar.resume(askedAt, whole.multipliedBy(3).dividedBy(4), limitUnit);
    }

    /**
     * Ends it.
     *
     * @throws ApiException {@code CASE_PART_STATE} where it has ended already
     */
    void end(PartState as, @Nullable String words, String byName, Instant now) {
        if (state != PartState.ASKED) {
            throw new ApiException(PartError.CASE_PART_STATE, Map.of("state", state));
        }
        state = as;
        answer = words;
        answeredByName = byName;
        answeredAt = now;
    }

    boolean isOpen() {
        return state == PartState.ASKED;
    }

    /** Whether its unit may see the case for it. */
    boolean isSeen() {
        return state != PartState.CANCELLED;
    }

    TimeLimit limit() {
        return new TimeLimit(limitAmount, limitUnit);
    }

    ClockState clockState(Instant now) {
        Instant at = answeredAt == null ? now : answeredAt;
        return at.isAfter(dueAt)
                ? ClockState.OVERDUE
                : at.isBefore(approachingAt) ? ClockState.ON_TIME : ClockState.APPROACHING;
    }

    UUID caseId() {
        return caseId;
    }

    UUID unitId() {
        return unitId;
    }

    String unitName() {
        return unitName;
    }

    String asked() {
        return asked;
    }

    String askedBy() {
        return askedBy;
    }

    String askedByName() {
        return askedByName;
    }

    Instant askedAt() {
        return askedAt;
    }

    @Nullable
    UUID replacesId() {
        return replacesId;
    }

    PartState state() {
        return state;
    }

    Instant dueAt() {
        return dueAt;
    }

    @Nullable
    String answer() {
        return answer;
    }

    @Nullable
    String answeredByName() {
        return answeredByName;
    }

    @Nullable
    Instant answeredAt() {
        return answeredAt;
    }
}
