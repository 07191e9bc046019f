package io.lianhu.server.casework;

import io.lianhu.sdk.Events;
import io.lianhu.sdk.emergency.EmergencyEnded;
import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Has what emergency teams still have when an emergency ends dispatched as in usual times (应急撤收), where who ended it wants that. Some cases
 * in a transaction; a case whose place is in another emergency stays where it is.
 */
@Singleton
class StandDown {

    private static final int BATCH = 100;

    private final CoreStore store;
    private final EmergencyMode mode;
    private final ClockBases clocks;
    private final CaseClasses classes;
    private final Dispatching dispatching;
    private final Events events;
    private final Progress progress;
    private final Clock clock = Clock.systemUTC();

    StandDown(
            CoreStore store,
            EmergencyMode mode,
            ClockBases clocks,
            CaseClasses classes,
            Dispatching dispatching,
            Events events,
            Progress progress) {
        this.store = store;
        this.mode = mode;
        this.clocks = clocks;
        this.classes = classes;
        this.dispatching = dispatching;
        this.events = events;
        this.progress = progress;
    }

    Uni<Void> begin(EmergencyEnded ended) {
        return mode.returnsCases(ended.emergencyId())
                .chain(returns -> returns
                        ? events.publish(new CasesToReturn(ended.emergencyId(), ended.division(), null))
                        : Uni.createFrom().voidItem());
    }

    Uni<Void> standDown(CasesToReturn round) {
        return store.session(session -> batch(session, round).call(cases -> clocks.fresh()
                        .chain(basis -> classes.all().chain(byCode -> dispatch(session, cases, basis, byCode)))))
                .chain(cases -> cases.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : events.publish(new CasesToReturn(
                                round.emergencyId(),
                                round.division(),
                                cases.get(BATCH - 1).getId())));
    }

    private static Uni<List<Case>> batch(Mutiny.Session session, CasesToReturn round) {
        UUID after = round.after();
        Mutiny.SelectionQuery<Case> query = session.createSelectionQuery(
                        "from Case c where c.assignee.team = true and c.state = DISPATCHED"
                                + " and c.divisionCode >= :place and c.divisionCode < :end"
                                + (after == null ? "" : " and c.id > :after") + " order by c.id",
                        Case.class)
                .setParameter("place", round.division().value())
                .setParameter("end", round.division().end())
                .setMaxResults(BATCH)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE);
        if (after != null) {
            query.setParameter("after", after);
        }
        return query.getResultList();
    }

    /** One after the other: they share a connection. */
    private Uni<Void> dispatch(
            Mutiny.Session session, List<Case> cases, ClockBasis basis, Map<String, CaseClass> byCode) {
        return Multi.createFrom()
                .iterable(cases)
                .filter(one -> basis.emergencySince(one.division()) == null)
                .onItem()
                .transformToUniAndConcatenate(one -> dispatching
                        .destination(CaseClasses.of(byCode, one.getClassCode()), one.division(), basis)
                        .map(Dispatching.Destination::lead)
                        .chain(to -> {
                            Instant now = clock.instant();
                            String team = one.getAssigneeName();
                            one.standDown();
                            CaseStep back = new CaseStep(
                                    one,
                                    CaseAction.STAND_DOWN,
                                    CaseState.DISPATCHED,
                                    CaseState.AWAITING_DISPATCH,
                                    CaseStep.Stepper.PLATFORM,
                                    team,
                                    now);
                            progress.tell(one.getId());
                            return session.persist(back)
                                    .chain(() -> to.isEmpty()
                                            ? Uni.createFrom().voidItem()
                                            : give(session, one, to.get(), now));
                        }))
                .onItem()
                .ignoreAsUni();
    }

    private static Uni<Void> give(Mutiny.Session session, Case one, Assignee to, Instant now) {
        one.give(to);
        return session.persist(CaseStep.dispatched(one, CaseState.AWAITING_DISPATCH, now));
    }
}
