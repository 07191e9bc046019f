package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A rule by which cases of a class at a place go to somebody by themselves (派遣规则). */
@Entity
@Immutable
@Table(name = "dispatch_rule")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class DispatchRule extends TenantEntity {

    /** When a rule is asked. */
    enum Profile {
        NORMAL,
        EMERGENCY
    }

    /** To whom a case goes. */
    enum Target {
        GRID_WORKER,
        UNIT
    }

    /** The rules that are asked first come last. No two are equal, so that it does not matter in which order they were made. */
    private static final Comparator<DispatchRule> BY_PRECISION = Comparator.comparing(DispatchRule::profile)
            .thenComparing(rule -> rule.classCode == null ? 0 : rule.classCode.indexOf('.') < 0 ? 1 : 2)
            .thenComparing(rule -> rule.divisionCode.length());

    @Enumerated(EnumType.STRING)
    private Profile profile;

    @Column(name = "class_code")
    private @Nullable String classCode;

    @Column(name = "division_code")
    private String divisionCode;

    @Enumerated(EnumType.STRING)
    private Target target;

    @Column(name = "unit_id")
    private @Nullable UUID unitId;

    @Column(name = "supporting_units")
    private UUID[] supportingUnits = {};

    @Column(name = "supporting_asked")
    private String[] supportingAsked = {};

    @Column(name = "made_by_name")
    private String madeByName;

    @Column(name = "made_at")
    private Instant madeAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    protected DispatchRule() {}

    DispatchRule(Profile profile, @Nullable String classCode, String divisionCode, @Nullable UUID unitId) {
        this.profile = profile;
        this.classCode = classCode;
        this.divisionCode = divisionCode;
        this.target = unitId == null ? Target.GRID_WORKER : Target.UNIT;
        this.unitId = unitId;
    }

    /**
     * The rules for a case, that which counts first: in an emergency those of that profile before the others; then that for the class itself
     * before that for its broad class and that for every class; then that for the smallest place.
     */
    static List<DispatchRule> fitting(
            List<DispatchRule> rules, CaseClass caseClass, DivisionCode where, boolean emergency) {
        return rules.stream()
                .filter(rule -> emergency || rule.profile == Profile.NORMAL)
                .filter(rule -> rule.isFor(caseClass) && new DivisionCode(rule.divisionCode).contains(where))
                .sorted(BY_PRECISION.reversed())
                .toList();
    }

    private boolean isFor(CaseClass caseClass) {
        return classCode == null
                || classCode.equals(caseClass.code())
                || classCode.equals(caseClass.group().code());
    }

    /** Whether it gives cases to an emergency team (应急队伍). */
    boolean isForTeam() {
        return profile == Profile.EMERGENCY && unitId != null;
    }

    /** Whether it is for a place, or for some of it. */
    boolean touches(DivisionCode place) {
        DivisionCode own = new DivisionCode(divisionCode);
        return own.contains(place) || place.contains(own);
    }

    private Profile profile() {
        return profile;
    }

    public Profile getProfile() {
        return profile;
    }

    public @Nullable String getClassCode() {
        return classCode;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    public Target getTarget() {
        return target;
    }

    public @Nullable UUID getUnitId() {
        return unitId;
    }

    /** Who supports whoever the case goes to. */
    public List<Support> getSupport() {
        return IntStream.range(0, supportingUnits.length)
                .mapToObj(i -> new Support(supportingUnits[i], supportingAsked[i]))
                .toList();
    }

    public String getMadeByName() {
        return madeByName;
    }

    public Instant getMadeAt() {
        return madeAt;
    }

    public @Nullable Instant getEndedAt() {
        return endedAt;
    }
}
