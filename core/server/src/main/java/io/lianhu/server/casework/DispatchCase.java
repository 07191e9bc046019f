package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.post.Posts;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Gives a case to whoever is to handle it (派遣). */
@Singleton
class DispatchCase {

    private final MoveCase move;
    private final Posts posts;
    private final Units units;
    private final ClockBases clocks;
    private final Dispatching dispatching;

    DispatchCase(MoveCase move, Posts posts, Units units, ClockBases clocks, Dispatching dispatching) {
        this.move = move;
        this.posts = posts;
        this.units = units;
        this.clocks = clocks;
        this.dispatching = dispatching;
    }

    /** The input of a dispatch, beside that of every step: a post or a unit. */
    record DispatchInput(Optional<GlobalId> postId, Optional<GlobalId> unitId) {}

    Uni<UUID> dispatch(Call call) {
        DispatchInput input = call.input(DispatchInput.class);
        if (input.postId().isPresent() == input.unitId().isPresent()) {
            throw ApiException.invalid("postId");
        }
        Optional<UUID> post = input.postId().map(id -> id.of("Post"));
        Optional<UUID> unit = input.unitId().map(id -> id.of("OrgUnit"));
        return move.take(call, CaseAction.DISPATCH, (about, words, now) -> (post.isPresent()
                        ? posts.gridWorker(post.get(), about.division().village())
                                .map(Assignee::gridWorker)
                        : unit(unit.orElseThrow(), about, call.actor()))
                .map(assignee -> {
                    about.give(assignee);
                    return new MoveCase.Taken(assignee.name(), null, null);
                }));
    }

    /** To a unit a centre gives a case, and only one of a place for which the unit is there. */
    private Uni<Assignee> unit(UUID id, Case about, Actor actor) {
        actor.require(CasePermissions.DISPATCH_UNIT, about.division());
        return units.require(id)
                .invoke(unit -> {
                    if (!unit.division().contains(about.division())) {
                        throw new ApiException(CaseError.CASE_UNIT_ELSEWHERE);
                    }
                })
                .chain(unit -> isTeam(id, about.division())
                        .map(team ->
                                team ? Assignee.team(unit.id(), unit.name()) : Assignee.unit(unit.id(), unit.name())));
    }

    /** Whether the place is in an emergency, which a switch back waits for, and a rule makes the unit a team in it. */
    private Uni<Boolean> isTeam(UUID unit, DivisionCode place) {
        return clocks.held()
                .chain(basis -> basis.emergencySince(place) == null
                        ? Uni.createFrom().item(false)
                        : dispatching.teams(place).map(teams -> teams.contains(unit)));
    }
}
