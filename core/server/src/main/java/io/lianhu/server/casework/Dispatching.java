package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.duty.DutyRoster;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Posts;
import io.lianhu.server.signal.CountyCache;
import io.lianhu.server.signal.CountyCache.Versioned;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds to whom a case goes by itself: by the county's rules, else to the grid worker of the place. */
@Singleton
class Dispatching {

    private final Posts posts;
    private final Units units;
    private final DutyRoster roster;
    private final CountyCache<List<DispatchRule>> rules;

    Dispatching(CoreStore store, Posts posts, Units units, DutyRoster roster, Signals signals) {
        this.posts = posts;
        this.units = units;
        this.roster = roster;
        this.rules = new CountyCache<>(signals, "dispatch-rules", () -> read(store));
        rules.listen();
    }

    /** Each rule that was made, and each that was ended, is a change. */
    private static Uni<Versioned<List<DispatchRule>>> read(CoreStore store) {
        return store.session(session -> session.createSelectionQuery(
                                "select v.changes, r from (select count(o.id) + count(o.endedAt) as changes from DispatchRule o) v"
                                        + " left join DispatchRule r on r.endedAt is null",
                                Object[].class)
                        .getResultList())
                .map(rows -> new Versioned<>(
                        (long) rows.get(0)[0],
                        rows.stream()
                                .flatMap(row -> Stream.ofNullable((DispatchRule) row[1]))
                                .toList()));
    }

    /** To be waited for before a rule is made or ended. */
    Uni<Void> lock() {
        return rules.lock();
    }

    /** Says that the running transaction has made a rule, or ended one. */
    Uni<Void> changed() {
        return Statements.CORE
                .run("select count(*) + count(ended_at) from lianhu_core.dispatch_rule")
                .invoke(rows -> rules.changing(rows.iterator().next().getLong(0)))
                .replaceWithVoid();
    }

    /**
     * To whom a case goes.
     *
     * @param lead empty where nobody is known, or the unit of the rule is no more, so that somebody dispatches it
     * @param support who is to support who leads
     */
    record Destination(Optional<Assignee> lead, List<Support> support) {}

    Uni<Destination> destination(CaseClass caseClass, DivisionCode where, ClockBasis basis) {
        boolean emergency = basis.emergencySince(where) != null;
        return rules.own()
                .chain(all -> manned(DispatchRule.fitting(all, caseClass, where, emergency)))
                .chain(rule -> rule.filter(one -> one.getUnitId() != null)
                        .map(this::unit)
                        .orElseGet(() -> posts.gridWorker(where).map(worker -> worker.map(Assignee::gridWorker)))
                        .map(lead -> new Destination(
                                lead,
                                lead.isPresent()
                                        ? rule.map(DispatchRule::getSupport).orElse(List.of())
                                        : List.of())));
    }

    /** The first of the rules, but none for a team that has a roster and nobody on duty. */
    private Uni<Optional<DispatchRule>> manned(List<DispatchRule> fitting) {
        Set<UUID> teams = teams(fitting.stream());
        return teams.isEmpty()
                ? Uni.createFrom().item(fitting.stream().findFirst())
                : roster.manned(teams).map(manned -> fitting.stream()
                        .filter(rule -> !rule.isForTeam() || manned.contains(rule.getUnitId()))
                        .findFirst());
    }

    private static Set<UUID> teams(Stream<DispatchRule> rules) {
        return rules.filter(DispatchRule::isForTeam)
                .flatMap(rule -> Stream.ofNullable(rule.getUnitId()))
                .collect(Collectors.toSet());
    }

    private Uni<Optional<Assignee>> unit(DispatchRule rule) {
        UUID id = Objects.requireNonNull(rule.getUnitId());
        return units.byIds(Set.of(id)).map(found -> Optional.ofNullable(found.get(id))
                .filter(Units.Unit::active)
                .map(unit -> rule.isForTeam()
                        ? Assignee.team(unit.id(), unit.name())
                        : Assignee.unit(unit.id(), unit.name())));
    }

    /** The emergency teams of a place, and of places in it. */
    Uni<Set<UUID>> teams(DivisionCode place) {
        return rules.own().map(all -> teams(all.stream().filter(rule -> rule.touches(place))));
    }
}
