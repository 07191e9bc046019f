package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.emergency.EmergencyDeclared;
import io.lianhu.sdk.emergency.EmergencyEnded;
import io.lianhu.server.persistence.CoreStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a place is switched into emergency mode or back (平急转换), its open cases follow: some hundreds in a transaction, and then the event that
 * those after them are to. The cases are locked before it is read in which mode they are, so that of two rounds at once, for a declaration
 * and for its end, the one that comes second to a case goes by the end. A case that cannot be reckoned stays as it is, is told of in the log and
 * counted as {@code lianhu.case.clock.failed}: it keeps no other waiting.
 */
@Singleton
class SwitchClocks {

    private static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(SwitchClocks.class);

    private final CoreStore store;
    private final ClockBases clocks;
    private final CaseClasses classes;
    private final Events events;
    private final Progress progress;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    SwitchClocks(
            CoreStore store,
            ClockBases clocks,
            CaseClasses classes,
            Events events,
            Progress progress,
            MeterRegistry meters) {
        this.store = store;
        this.clocks = clocks;
        this.classes = classes;
        this.events = events;
        this.progress = progress;
        this.meters = meters;
    }

    Uni<Void> begin(EmergencyDeclared declared) {
        return begin(declared.emergencyId(), declared.division(), declared.reason());
    }

    Uni<Void> end(EmergencyEnded ended) {
        return begin(ended.emergencyId(), ended.division(), ended.reason());
    }

    private Uni<Void> begin(UUID cause, DivisionCode division, String reason) {
        return events.publish(new CasesToSwitch(cause, division, reason, null));
    }

    Uni<Void> follow(CasesToSwitch round) {
        return store.session(session -> batch(session, round)
                        .call(cases -> clocks.fresh().chain(basis -> classes.all()
                                .chain(byCode -> session.persistAll(steps(session, cases, basis, byCode, round.reason())
                                        .toArray())))))
                .chain(cases -> cases.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : events.publish(new CasesToSwitch(
                                round.cause(),
                                round.division(),
                                round.reason(),
                                cases.get(BATCH - 1).getId())));
    }

    private static Uni<List<Case>> batch(Mutiny.Session session, CasesToSwitch round) {
        UUID after = round.after();
        Mutiny.SelectionQuery<Case> query = session.createSelectionQuery(
                        "from Case c where c.time.dueAt is not null and c.divisionCode >= :place and c.divisionCode < :end"
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

    /** What the history says of those whose time is another. */
    private List<CaseStep> steps(
            Mutiny.Session session, List<Case> cases, ClockBasis basis, Map<String, CaseClass> byCode, String reason) {
        Instant now = clock.instant();
        List<CaseStep> steps = new ArrayList<>();
        for (Case one : cases) {
            Duration later = follow(session, one, basis, byCode);
            if (!later.isZero()) {
                steps.add(new CaseStep(
                        one,
                        later.isNegative() ? CaseAction.TIGHTEN : CaseAction.RESTORE,
                        one.getState(),
                        one.getState(),
                        CaseStep.Stepper.PLATFORM,
                        reason,
                        now));
                progress.tell(one.getId());
            }
        }
        return steps;
    }

    private Duration follow(Mutiny.Session session, Case one, ClockBasis basis, Map<String, CaseClass> byCode) {
        try {
            return basis.follow(one, CaseClasses.of(byCode, one.getClassCode()));
        } catch (RuntimeException failure) {
            session.detach(one); // one of its clocks may have followed already
            meters.counter("lianhu.case.clock.failed").increment();
            LOG.error("The clocks of case {} do not follow the mode of its place", one.getNumber(), failure);
            return Duration.ZERO;
        }
    }
}
