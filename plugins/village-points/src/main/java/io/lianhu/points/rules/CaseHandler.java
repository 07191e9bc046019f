package io.lianhu.points.rules;

import io.lianhu.points.ledger.Award;
import io.lianhu.points.ledger.Cause;
import io.lianhu.points.ledger.DerivedId;
import io.lianhu.points.ledger.Ledger;
import io.lianhu.points.ledger.Transfer;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.casework.CaseClosed;
import io.lianhu.sdk.casework.CaseRated;
import io.lianhu.sdk.casework.CaseReopened;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Awards points for cases by the rules of the village in which the case lies, as they were when it was closed or rated, and takes them
 * back when it is reopened. Each closing and each rating is awarded at most once, whatever is delivered again.
 */
public final class CaseHandler {

    private final Database database;
    private final Clock clock;
    private final Ledger ledger;

    public CaseHandler(PluginContext context, Ledger ledger) {
        this.database = context.database();
        this.clock = context.clock();
        this.ledger = ledger;
    }

    /** One for each kind of event. */
    public List<EventHandler<?>> handlers() {
        return List.of(
                new EventHandler<>("award-case-closed", CaseClosed.class, delivery -> closed(delivery.event())),
                new EventHandler<>("award-case-rated", CaseRated.class, delivery -> rated(delivery.event())),
                new EventHandler<>(
                        "reverse-case-reopened", CaseReopened.class, delivery -> reopened(delivery.event())));
    }

    private Uni<Void> closed(CaseClosed event) {
        Resident reporter = event.reporter();
        if (reporter == null) {
            return Uni.createFrom().voidItem(); // found on patrol, or told by telephone: nobody's merit
        }
        return award(
                RuleTrigger.CASE_CLOSED,
                new Cause(Cause.Kind.CASE_CLOSED, event.caseId(), event.round()),
                event.caseClass(),
                event.division(),
                reporter,
                event.closedAt());
    }

    private Uni<Void> rated(CaseRated event) {
        return award(
                RuleTrigger.CASE_RATED,
                new Cause(Cause.Kind.CASE_RATED, event.caseId(), event.round()),
                event.caseClass(),
                event.division(),
                event.reporter(),
                event.ratedAt());
    }

    private Uni<Void> award(
            RuleTrigger trigger,
            Cause cause,
            String caseClass,
            DivisionCode division,
            Resident reporter,
            Instant happened) {
        if (division.value().length() < 12) {
            return Uni.createFrom().voidItem(); // above the villages nobody has rules
        }
        DivisionCode village = division.village();
        LocalDate day = LocalDate.ofInstant(happened, clock.getZone());
        return database.session(session -> CaseRound.lock(session, cause.caseId(), cause.round())
                .chain(round -> round.reopened()
                        ? Uni.createFrom().item(List.<StatedTerms>of())
                        : stated(session, village, trigger, happened))
                .map(stated -> RuleChoice.choose(stated, caseClass, day))
                .chain(chosen -> chosen.isEmpty()
                        ? Uni.createFrom().item(0)
                        : ledger.award(session, award(chosen.get(), village, cause, reporter, happened)))
                .replaceWithVoid());
    }

    /** What the village's rules for the trigger said when it happened, which need not be what they say now. */
    private static Uni<List<StatedTerms>> stated(
            Mutiny.Session session, DivisionCode village, RuleTrigger trigger, Instant happened) {
        return session.createSelectionQuery(
                        "from Rule r where r.village = :village and r.trigger = :trigger and r.active = true"
                                + " and r.changedAt <= :happened",
                        Rule.class)
                .setParameter("village", village.value())
                .setParameter("trigger", trigger)
                .setParameter("happened", happened)
                .getResultList()
                .chain(rules -> session.createSelectionQuery(
                                "from PastTerms p where p.village = :village and p.trigger = :trigger"
                                        + " and p.heldFrom <= :happened and p.heldUntil > :happened",
                                PastTerms.class)
                        .setParameter("village", village.value())
                        .setParameter("trigger", trigger)
                        .setParameter("happened", happened)
                        .getResultList()
                        .map(past -> Stream.<StatedTerms>concat(rules.stream(), past.stream())
                                .toList()));
    }

    private static Award award(
            StatedTerms chosen, DivisionCode village, Cause cause, Resident reporter, Instant happened) {
        RuleTerms terms = chosen.terms();
        return new Award(
                DerivedId.of(cause.kind(), cause.caseId(), cause.round()),
                village,
                reporter,
                terms.account(),
                terms.points(),
                chosen.ruleId(),
                terms.cap(),
                cause,
                terms.name(),
                null,
                happened);
    }

    private Uni<Void> reopened(CaseReopened event) {
        return database.session(session -> CaseRound.lock(session, event.caseId(), event.round())
                .invoke(CaseRound::reopen)
                .chain(() -> session.createSelectionQuery(
                                "from Transfer t where t.caseId = :case and t.caseRound = :round and t.kind = AWARD",
                                Transfer.class)
                        .setParameter("case", event.caseId())
                        .setParameter("round", event.round())
                        .getResultList())
                .chain(awards -> ledger.reverse(session, awards, null, null))
                .replaceWithVoid());
    }
}
