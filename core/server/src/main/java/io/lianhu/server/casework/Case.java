package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.place.Place;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case (网格事件) and what its steps change. Which step may follow which says {@link CaseAction}; whether this actor may take it is checked
 * by the caller.
 */
@Entity
@Table(name = "case_record")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Case extends TenantEntity {

    /** For how long a reporter may have a closed case reopened. */
    static final Duration REOPEN_WINDOW = Duration.ofDays(7);

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    private String number;

    @Enumerated(EnumType.STRING)
    private CaseSource source;

    @Column(name = "class_code")
    private String classCode;

    private String description;

    @Enumerated(EnumType.STRING)
    private CaseState state;

    @Column(name = "division_id")
    private UUID divisionId;

    @Column(name = "division_code")
    private String divisionCode;

    private @Nullable String place;
    private @Nullable Double latitude;
    private @Nullable Double longitude;

    @SuppressWarnings("UnusedVariable") // kept for whoever doubts a place
    private @Nullable String datum;

    /** Not named as the field of GraphQL, which would find it here, whoever asks. */
    @Embedded
    private @Nullable Reporter reportedBy;

    @Embedded
    private @Nullable Caller caller;

    @Embedded
    private @Nullable Assignee assignee;

    @Column(name = "passed_on_by")
    private @Nullable String passedOnBy;

    @Column(name = "handled_by")
    private @Nullable String handledBy;

    @Embedded
    private @Nullable Clocks time;

    @Column(name = "supporting_units")
    private UUID[] supportingUnits = {};

    @Column(name = "open_parts")
    private int openParts;

    private int urged;

    @Column(name = "reporter_urged_on")
    private @Nullable LocalDate reporterUrgedOn;

    private int round;
    private @Nullable Integer stars;

    @Column(name = "rating_comment")
    private @Nullable String ratingComment;

    @Column(name = "rated_at")
    private @Nullable Instant ratedAt;

    @Column(name = "reported_at")
    private Instant reportedAt;

    @Column(name = "closed_at")
    private @Nullable Instant closedAt;

    @Column(name = "closing_words")
    private @Nullable String closingWords;

    @Column(name = "referred_to")
    private @Nullable String referredTo;

    @Column(name = "merged_into")
    private @Nullable UUID mergedInto;

    @Enumerated(EnumType.STRING)
    @Column(name = "merged_from")
    private @Nullable CaseState mergedFrom;

    @Column(name = "merged_at")
    private @Nullable Instant mergedAt;

    @Column(name = "merged_count")
    private int mergedCount;

    @Version
    private int version;

    protected Case() {}

    /** A case that has come in: open at once, unless it is to be verified first. */
    Case(String number, Intake intake, Instant now) {
        this.number = number;
        this.source = intake.source();
        this.classCode = intake.caseClass().code();
        ReportCase.Report report = intake.report();
        this.description = report.description();
        this.divisionId = intake.where().id();
        this.divisionCode = intake.where().code().value();
        this.place = report.place().orElse(null);
        Place position = report.position().orElse(null);
        this.latitude = position == null ? null : position.latitude();
        this.longitude = position == null ? null : position.longitude();
        this.datum = position == null ? null : position.source().name();
        this.reportedBy = intake.reporter();
        this.caller = intake.caller();
        this.reportedAt = now;
        this.state = intake.needsVerification() ? CaseState.AWAITING_VERIFICATION : CaseState.AWAITING_DISPATCH;
    }

    /**
     * Takes the step that the table of states allows.
     *
     * @throws ApiException {@code CASE_STATE}
     */
    private void take(CaseAction action) {
        if (!action.from().contains(state)) {
            throw new ApiException(CaseError.CASE_STATE, Map.of("state", state));
        }
        state = action.to(state);
    }

    /** A step that changes nothing but the state. */
    public void move(CaseAction action) {
        take(action);
    }

    /** Opens it (立案). */
    void accept(CaseClass as) {
        if (as.petition()) {
            throw new ApiException(CaseError.CASE_PETITION);
        }
        take(CaseAction.ACCEPT);
        classCode = as.code();
    }

    /** Gives it to somebody (派遣). */
    void give(Assignee to) {
        take(CaseAction.DISPATCH);
        assignee = to;
    }

    /** Who has it passes it on: {@code TRANSFER} or {@code ESCALATE}. */
    void passOn(CaseAction action, Assignee to, String by) {
        take(action);
        assignee = to;
        passedOnBy = by;
    }

    /** Who has it gives it back to be dispatched. */
    void giveBack(String by) {
        take(CaseAction.RETURN);
        assignee = null;
        passedOnBy = by;
    }

    /** The emergency is over, and the team that has it is to have it no longer. */
    void standDown() {
        take(CaseAction.STAND_DOWN);
        assignee = null;
    }

    void handle(String by) {
        if (openParts > 0) {
            throw new ApiException(CaseError.CASE_PARTS_OPEN, Map.of("open", openParts));
        }
        take(CaseAction.HANDLE);
        handledBy = by;
    }

    /** Back to who handled it, or, where nobody is there any longer to have it, to be dispatched anew. */
    void sendBack(boolean assigneeStays) {
        take(CaseAction.SEND_BACK);
        back(assigneeStays);
    }

    private void back(boolean assigneeStays) {
        handledBy = null;
        if (!assigneeStays) {
            state = CaseState.AWAITING_DISPATCH;
            assignee = null;
        }
    }

    void close(Instant now) {
        take(CaseAction.CLOSE);
        closedAt = now;
        round++;
    }

    /** Ends it without handling: {@code REFUSE}, {@code REFER} or {@code WITHDRAW}. */
    void end(CaseAction action, @Nullable String words, @Nullable String to, Instant now) {
        take(action);
        closedAt = now;
        closingWords = words;
        referredTo = to;
    }

    /** Urged (催办): by the reporter once a day in China, by others as often as they like. */
    void urge(boolean byReporter, Instant now) {
        take(CaseAction.URGE);
        if (byReporter) {
            LocalDate today = LocalDate.ofInstant(now, CHINA);
            if (today.equals(reporterUrgedOn)) {
                throw new ApiException(CaseError.CASE_URGED);
            }
            reporterUrgedOn = today;
        }
        urged++;
    }

    /**
     * Merges it (合并) into another that is the same; what was merged into it is to go there too.
     *
     * @return how many the main case is to {@link #takeIn}
     */
    public int merge(UUID main, Instant now) {
        CaseState before = state;
        take(CaseAction.MERGE);
        clocks().meet(CaseAction.MERGE.meets(), now);
        mergedInto = main;
        mergedFrom = before;
        mergedAt = now;
        int moving = 1 + mergedCount;
        mergedCount = 0;
        return moving;
    }

    /** So many more cases are merged into it; fewer, where it is less than none. */
    public void takeIn(int cases) {
        mergedCount += cases;
    }

    /** Takes it out again: it goes on where it was, and the time between does not count. */
    public void unmerge(boolean assigneeStays, Instant now, ClockBasis basis, CaseClass caseClass) {
        CaseState before = mergedFrom;
        Instant at = mergedAt;
        take(CaseAction.UNMERGE);
        if (before != null && at != null) {
            state = before;
            clocks().unmeet(at, now, basis.calendar());
            basis.follow(this, caseClass);
        }
        if (state == CaseState.DISPATCHED) {
            back(assigneeStays);
        }
        mergedInto = null;
        mergedFrom = null;
        mergedAt = null;
    }

    boolean isMerged() {
        return mergedInto != null;
    }

    /** Merged, it is rated once the main case was closed. */
    void rate(int given, @Nullable String comment, Instant now) {
        take(CaseAction.RATE);
        if (isMerged() && (closedAt == null || closingWords != null)) {
            throw new ApiException(CaseError.CASE_STATE, Map.of("state", state));
        }
        if (stars != null) {
            throw new ApiException(CaseError.CASE_RATED);
        }
        stars = given;
        ratingComment = comment;
        ratedAt = now;
    }

    /** Once, and not for ever: afterwards a new report is due. It goes where a case goes that is sent back. */
    void reopen(boolean assigneeStays, Instant now) {
        if (CaseAction.REOPEN.from().contains(state)
                && (round > 1
                        || closedAt == null
                        || closedAt.plus(REOPEN_WINDOW).isBefore(now))) {
            throw new ApiException(CaseError.CASE_REOPEN_OVER);
        }
        take(CaseAction.REOPEN);
        back(assigneeStays);
        closedAt = null;
        stars = null;
        ratingComment = null;
        ratedAt = null;
    }

    /**
     * Says who supports it (协办).
     *
     * @param units those that may see it for what was asked of them
     * @param open how many parts are still to be answered
     */
    public void support(Set<UUID> units, int open) {
        supportingUnits = units.stream().sorted().toArray(UUID[]::new);
        openParts = open;
    }

    boolean isSupportedBy(Set<UUID> units) {
        return Arrays.stream(supportingUnits).anyMatch(units::contains);
    }

    /** How many parts of other units are still to be answered. */
    public int openParts() {
        return openParts;
    }

    /** The unit that has it; empty where somebody else has. */
    public Optional<UUID> leadUnit() {
        return assignee().map(Assignee::unit);
    }

    /** The grid worker who has it; empty where somebody else has. */
    public Optional<String> leadSubject() {
        return assignee().map(Assignee::subject);
    }

    public boolean isOpen() {
        return state.isOpen();
    }

    /** The resident who reported it, as at the time of the report. */
    Optional<Reporter> reporter() {
        return Optional.ofNullable(reportedBy);
    }

    /** The same as a plugin is told of it. */
    public Optional<Resident> reportingResident() {
        return reporter().map(Reporter::resident);
    }

    Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    Optional<Assignee> assignee() {
        return Optional.ofNullable(assignee);
    }

    /** Its clocks; without any in a case of the version that had none. */
    Clocks clocks() {
        if (time == null) {
            time = new Clocks();
        }
        return time;
    }

    /** Who said that it is handled; null until then. */
    @Nullable
    String handledBy() {
        return handledBy;
    }

    /** Who had it last and passed it on; null where nobody did. */
    @Nullable
    String passedOnBy() {
        return passedOnBy;
    }

    DivisionCode division() {
        return new DivisionCode(divisionCode);
    }

    /** Where it is; not named as the field of GraphQL, which would find it here. */
    public DivisionCode where() {
        return division();
    }

    public String getNumber() {
        return number;
    }

    public CaseSource getSource() {
        return source;
    }

    public String getClassCode() {
        return classCode;
    }

    public String getDescription() {
        return description;
    }

    public CaseState getState() {
        return state;
    }

    public UUID getDivisionId() {
        return divisionId;
    }

    public String getDivisionCode() {
        return divisionCode;
    }

    public @Nullable String getPlace() {
        return place;
    }

    public @Nullable Double getLatitude() {
        return latitude;
    }

    public @Nullable Double getLongitude() {
        return longitude;
    }

    public @Nullable UUID getReporterId() {
        return reportedBy == null ? null : reportedBy.id();
    }

    public @Nullable String getAssigneeName() {
        return assignee == null ? null : assignee.name();
    }

    public Assignee.@Nullable Kind getAssigneeKind() {
        return assignee == null ? null : assignee.kind();
    }

    public int getUrged() {
        return urged;
    }

    public int getRound() {
        return round;
    }

    public @Nullable Integer getStars() {
        return stars;
    }

    public @Nullable String getRatingComment() {
        return ratingComment;
    }

    public Instant getReportedAt() {
        return reportedAt;
    }

    public @Nullable Instant getClosedAt() {
        return closedAt;
    }

    public @Nullable String getClosingWords() {
        return closingWords;
    }

    public @Nullable String getReferredTo() {
        return referredTo;
    }

    public @Nullable UUID getMergedIntoId() {
        return mergedInto;
    }

    /** How many cases are merged into it. */
    public int getMergedCount() {
        return mergedCount;
    }

    public int getVersion() {
        return version;
    }
}
