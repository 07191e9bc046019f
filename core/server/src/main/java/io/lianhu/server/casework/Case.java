package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.TenantEntity;
import io.lianhu.server.place.Place;
import io.lianhu.server.post.Posts;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A case (网格事件): its state, and which step may follow which. Who may take a step is checked by the caller. */
@Entity
@Table(name = "case_record")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
public class Case extends TenantEntity {

    /** For how long a reporter may have a closed case reopened. */
    static final Duration REOPEN_WINDOW = Duration.ofDays(7);

    private String number;

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

    @Column(name = "reporter_id")
    private UUID reporterId;

    @Column(name = "reporter_subject")
    private String reporterSubject;

    @Column(name = "reporter_name")
    private String reporterName;

    @Column(name = "reporter_household_id")
    private UUID reporterHouseholdId;

    @Column(name = "reporter_division_code")
    private String reporterDivisionCode;

    @Column(name = "assignee_subject")
    private @Nullable String assigneeSubject;

    @Column(name = "assignee_name")
    private @Nullable String assigneeName;

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

    @Version
    private int version;

    protected Case() {}

    /** A report: with the grid worker at once, where one is known. */
    Case(
            String number,
            ReportCase.Report report,
            Divisions.Division where,
            Resident reporter,
            String reporterSubject,
            Optional<Posts.Holder> gridWorker,
            Instant now) {
        this.number = number;
        this.classCode = report.classCode();
        this.description = report.description();
        this.divisionId = where.id();
        this.divisionCode = where.code().value();
        this.place = report.place().orElse(null);
        Place position = report.position().orElse(null);
        this.latitude = position == null ? null : position.latitude();
        this.longitude = position == null ? null : position.longitude();
        this.datum = position == null ? null : position.source().name();
        this.reporterId = reporter.id();
        this.reporterSubject = reporterSubject;
        this.reporterName = reporter.name();
        this.reporterHouseholdId = reporter.household();
        this.reporterDivisionCode = reporter.division().value();
        this.reportedAt = now;
        this.state = CaseState.AWAITING_DISPATCH;
        gridWorker.ifPresent(this::assign);
    }

    private void assign(Posts.Holder holder) {
        state = CaseState.DISPATCHED;
        assigneeSubject = holder.subject();
        assigneeName = holder.name();
    }

    void dispatch(Posts.Holder holder) {
        expect(CaseState.AWAITING_DISPATCH, CaseState.DISPATCHED);
        assign(holder);
    }

    void handle() {
        expect(CaseState.DISPATCHED);
        state = CaseState.HANDLED;
    }

    /** Back to who handled it, or, where that person has left, to be dispatched anew. */
    void sendBack(boolean assigneeStays) {
        expect(CaseState.HANDLED);
        back(assigneeStays);
    }

    private void back(boolean assigneeStays) {
        if (assigneeStays) {
            state = CaseState.DISPATCHED;
        } else {
            state = CaseState.AWAITING_DISPATCH;
            assigneeSubject = null;
            assigneeName = null;
        }
    }

    void close(Instant now) {
        expect(CaseState.HANDLED);
        state = CaseState.CLOSED;
        closedAt = now;
        round++;
    }

    void rate(int given, @Nullable String comment, Instant now) {
        expect(CaseState.CLOSED);
        if (stars != null) {
            throw new ApiException(CaseError.CASE_RATED);
        }
        stars = given;
        ratingComment = comment;
        ratedAt = now;
    }

    /** Once, and not for ever: afterwards a new report is due. It goes where a case goes that is sent back. */
    void reopen(boolean assigneeStays, Instant now) {
        expect(CaseState.CLOSED);
        if (round > 1 || closedAt == null || closedAt.plus(REOPEN_WINDOW).isBefore(now)) {
            throw new ApiException(CaseError.CASE_REOPEN_OVER);
        }
        back(assigneeStays);
        closedAt = null;
        stars = null;
        ratingComment = null;
        ratedAt = null;
    }

    private void expect(CaseState... allowed) {
        if (!Set.of(allowed).contains(state)) {
            throw new ApiException(CaseError.CASE_STATE, Map.of("state", state));
        }
    }

    /** The reporter at the time of the report. */
    Resident reporter() {
        return new Resident(reporterId, reporterName, reporterHouseholdId, new DivisionCode(reporterDivisionCode));
    }

    DivisionCode division() {
        return new DivisionCode(divisionCode);
    }

    public String getNumber() {
        return number;
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

    public UUID getReporterId() {
        return reporterId;
    }

    String reporterSubject() {
        return reporterSubject;
    }

    @Nullable
    String assigneeSubject() {
        return assigneeSubject;
    }

    public @Nullable String getAssigneeName() {
        return assigneeName;
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

    public int getVersion() {
        return version;
    }
}
