package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.division.GridMap;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.photo.PhotoStage;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.place.Place;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A resident reports a case; it goes to the grid worker of its grid by itself. */
@Singleton
class ReportCase {

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    private final CoreStore store;
    private final DivisionDirectory divisions;
    private final GridMap map;
    private final Posts posts;
    private final Photos photos;
    private final CaseClasses classes;
    private final Clock clock = Clock.system(CHINA);

    ReportCase(
            CoreStore store,
            DivisionDirectory divisions,
            GridMap map,
            Posts posts,
            Photos photos,
            CaseClasses classes) {
        this.store = store;
        this.divisions = divisions;
        this.map = map;
        this.posts = posts;
        this.photos = photos;
        this.classes = classes;
    }

    /** What was reported. */
    record Report(
            String classCode,
            String description,
            Optional<GlobalId> divisionId,
            Optional<String> place,
            Optional<Double> latitude,
            Optional<Double> longitude,
            Optional<Place.Datum> datum,
            List<GlobalId> photoIds) {

        Report checked() {
            return new Report(
                    classCode,
                    Texts.check(description, 2, 500, "description"),
                    divisionId,
                    place.map(words -> Texts.check(words, 1, 120, "place")),
                    latitude,
                    longitude,
                    datum,
                    photoIds);
        }

        Optional<Place> position() {
            if (latitude.isPresent() != longitude.isPresent()) {
                throw ApiException.invalid("longitude");
            }
            return latitude.map(north -> Place.of(north, longitude.orElseThrow(), datum.orElse(Place.Datum.WGS84)));
        }
    }

    Uni<UUID> perform(Call call) {
        Report report = call.input(Report.class).checked();
        Resident reporter = call.actor().requireResident();
        return classes.require(report.classCode())
                .chain(() -> where(report, reporter))
                .chain(where -> posts.gridWorker(where.code()).chain(worker -> number().chain(number -> save(
                        new Case(number, report, where, reporter, call.actor().subject(), worker, clock.instant()),
                        report,
                        call))));
    }

    /** The division that was named, anywhere in the county; else the grid at the position; else the reporter's own home. */
    private Uni<Divisions.Division> where(Report report, Resident reporter) {
        Uni<Divisions.Division> found = report.divisionId().isPresent()
                ? divisions.require(report.divisionId().get().of("Division"))
                : drawn(report).chain(grid -> divisions.require(grid.orElse(reporter.division())));
        return found.invoke(where -> {
            DivisionCode code = where.code();
            if (code.value().length() < 12) {
                throw ApiException.invalid("divisionId");
            }
        });
    }

    /** Where the grids are not drawn, a position may still lie in a town's shape, which says too little. */
    private Uni<Optional<DivisionCode>> drawn(Report report) {
        Optional<Place> position = report.position();
        return position.isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : map.at(position.get()).map(found -> found.map(Divisions.Division::code)
                        .filter(code -> code.value().length() >= 12));
    }

    /** County, day, and the count of that day: 520115-20261122-00001. */
    private Uni<String> number() {
        LocalDate today = LocalDate.now(clock);
        return Statements.CORE
                .run(
                        "insert into lianhu_core.case_counter (counted_on, last) values ($1, 1)"
                                + " on conflict (tenant_id, counted_on) do update set last = case_counter.last + 1 returning last",
                        today)
                .map(rows -> String.format(
                        Locale.ROOT,
                        "%s-%s-%05d",
                        Operation.current().tenant(),
                        DateTimeFormatter.BASIC_ISO_DATE.format(today),
                        rows.iterator().next().getInteger(0)));
    }

    private Uni<UUID> save(Case fresh, Report report, Call call) {
        return store.session(session -> session.persist(fresh).chain(() -> {
                    CaseStep reported =
                            CaseStep.report(fresh, CaseStep.Stepper.of(call.actor(), CasePermissions.REPORT));
                    return session.persist(reported)
                            .call(() -> fresh.getState() == CaseState.DISPATCHED
                                    ? session.persist(dispatched(fresh))
                                    : Uni.createFrom().voidItem())
                            .replaceWith(reported);
                }))
                .chain(reported -> photos.claim(
                        report.photoIds(),
                        new Photos.Claim(fresh.getId(), reported.getId(), PhotoStage.REPORT),
                        call.actor().subject()))
                .map(done -> fresh.getId());
    }

    /** Nobody did it; its note says to whom the case went, as when a cadre dispatches. */
    private static CaseStep dispatched(Case fresh) {
        return new CaseStep(
                fresh,
                CaseAction.DISPATCH,
                CaseState.AWAITING_DISPATCH,
                CaseStep.Stepper.PLATFORM,
                fresh.getAssigneeName(),
                fresh.getReportedAt());
    }
}
