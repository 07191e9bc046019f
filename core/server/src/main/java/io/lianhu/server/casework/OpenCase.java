package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.photo.PhotoStage;
import io.lianhu.server.photo.Photos;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Makes a case of what came in: with its number, and, unless it is to be verified first, with whoever is to handle it. */
@Singleton
class OpenCase {

    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");

    private final CoreStore store;
    private final Dispatching dispatching;
    private final ClockBases clocks;
    private final EmergencyTeams teams;
    private final Photos photos;
    private final Supporting supporting;
    private final Clock clock = Clock.system(CHINA);

    OpenCase(
            CoreStore store,
            Dispatching dispatching,
            ClockBases clocks,
            EmergencyTeams teams,
            Photos photos,
            Supporting supporting) {
        this.store = store;
        this.dispatching = dispatching;
        this.clocks = clocks;
        this.teams = teams;
        this.photos = photos;
        this.supporting = supporting;
    }

    /**
     * Opens a case.
     *
     * @param permission by which the actor may
     */
    Uni<UUID> open(Intake intake, Actor actor, String permission) {
        CaseStep.Stepper by = CaseStep.Stepper.of(actor, permission);
        Instant now = clock.instant();
        // the number last: whoever takes the next one waits for our commit
        return clocks.held().chain(basis -> destination(intake, basis).chain(found -> number().map(number -> {
                    Case fresh = new Case(number, intake, now);
                    fresh.clocks().begin(intake.caseClass(), !intake.needsVerification(), now, basis.calendar());
                    basis.follow(fresh, intake.caseClass());
                    found.lead().ifPresent(to -> fresh.give(to));
                    return fresh;
                })
                .call(fresh -> save(fresh, by, found.support())
                        .chain(reported -> photos.claim(
                                intake.report().photoIds(),
                                new Photos.Claim(fresh.getId(), reported.getId(), PhotoStage.REPORT),
                                actor.subject())))
                .call(fresh -> teams.given(fresh))
                .map(Case::getId)));
    }

    private Uni<Dispatching.Destination> destination(Intake intake, ClockBasis basis) {
        return intake.needsVerification()
                ? Uni.createFrom().item(new Dispatching.Destination(Optional.empty(), List.of()))
                : dispatching.destination(intake.caseClass(), intake.where().code(), basis);
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

    private Uni<CaseStep> save(Case fresh, CaseStep.Stepper by, List<Support> support) {
        return store.session(session -> session.persist(fresh).chain(() -> {
            boolean dispatched = fresh.getState() == CaseState.DISPATCHED;
            CaseStep reported = CaseStep.report(fresh, dispatched ? CaseState.AWAITING_DISPATCH : fresh.getState(), by);
            return session.persist(reported)
                    .call(() -> dispatched
                            ? session.persist(
                                    CaseStep.dispatched(fresh, CaseState.AWAITING_DISPATCH, fresh.getReportedAt()))
                            : Uni.createFrom().voidItem())
                    .call(() -> support.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : session.flush().chain(() -> supporting.ask(fresh, support, fresh.getReportedAt())))
                    .replaceWith(reported);
        }));
    }
}
