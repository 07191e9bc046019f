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
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Awards points for cases by the rules of the village in which the case lies, and takes them back when it is reopened. Each closing and
 * each rating is awarded at most once, whatever is delivered again and whatever rule applies by then.
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
        return award(
                RuleTrigger.CASE_CLOSED,
                new Cause(Cause.Kind.CASE_CLOSED, event.caseId(), event.round()),
                event.caseClass(),
                event.division(),
                event.reporter());
    }

    private Uni<Void> rated(CaseRated event) {
        return award(
                RuleTrigger.CASE_RATED,
                new Cause(Cause.Kind.CASE_RATED, event.caseId(), event.round()),
                event.caseClass(),
                event.division(),
                event.reporter());
    }

    private Uni<Void> award(
            RuleTrigger trigger, Cause cause, String caseClass, DivisionCode division, Resident reporter) {
        if (division.value().length() < 12) {
            return Uni.createFrom().voidItem(); // above the villages nobody has rules
        }
        DivisionCode village = division.village();
        return database.session(session -> CaseRound.lock(session, cause.caseId(), cause.round())
                .chain(round -> round.reopened()
                        ? Uni.createFrom().item(Optional.<Rule>empty())
                        : rule(session, village, trigger, caseClass))
                .chain(rule -> rule.isEmpty()
                        ? Uni.createFrom().item(0)
                        : ledger.award(session, award(rule.get(), village, cause, reporter)))
                .replaceWithVoid());
    }

    private Uni<Optional<Rule>> rule(
            Mutiny.Session session, DivisionCode village, RuleTrigger trigger, String caseClass) {
        return session.createSelectionQuery(
                        "from Rule r where r.village = :village and r.trigger = :trigger and r.active = true"
                                + " order by r.id desc",
                        Rule.class)
                .setParameter("village", village.value())
                .setParameter("trigger", trigger)
                .getResultList()
                .map(rules -> RuleChoice.choose(rules, caseClass, LocalDate.now(clock)));
    }

    private static Award award(Rule rule, DivisionCode village, Cause cause, Resident reporter) {
        RuleTerms terms = rule.terms();
        return new Award(
                DerivedId.of(cause.kind(), cause.caseId(), cause.round()),
                village,
                reporter,
                terms.account(),
                terms.points(),
                rule.getId(),
                terms.cap(),
                cause,
                terms.name(),
                null);
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
