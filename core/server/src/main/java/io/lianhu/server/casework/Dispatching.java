package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.post.Posts;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Finds to whom a case goes by itself: by the county's rules, else to the grid worker of the place. */
@Singleton
class Dispatching {

    private final Posts posts;
    private final Units units;
    private final CountyCache<List<DispatchRule>> rules;

    Dispatching(CoreStore store, Posts posts, Units units, Signals signals) {
        this.posts = posts;
        this.units = units;
        this.rules = new CountyCache<>(
                "dispatch-rules",
                signals,
                () -> store.session(session -> session.createSelectionQuery(
                                "from DispatchRule where endedAt is null", DispatchRule.class)
                        .getResultList()));
    }

    /** Says that the running transaction changes a rule. */
    void changing() {
        rules.changing();
    }

    /** Empty where nobody is known, or the unit of the rule is no more, so that somebody dispatches it. */
    Uni<Optional<Assignee>> assignee(CaseClass caseClass, DivisionCode where, ClockBasis basis) {
        boolean emergency = basis.emergencySince(where) != null;
        return rules.get()
                .map(all -> DispatchRule.choose(all, caseClass, where, emergency))
                .chain(rule -> rule.map(DispatchRule::getUnitId).map(this::unit).orElseGet(() -> posts.gridWorker(where)
                        .map(worker -> worker.map(Assignee::gridWorker))));
    }

    private Uni<Optional<Assignee>> unit(UUID id) {
        return units.byIds(Set.of(id)).map(found -> Optional.ofNullable(found.get(id))
                .filter(Units.Unit::active)
                .map(unit -> Assignee.unit(unit.id(), unit.name())));
    }
}
