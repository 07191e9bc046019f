package io.lianhu.server.division;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Statements;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Renames grids and groups, and ends them. What is above comes from the register. */
@Singleton
class DivisionChanges {

    static final String MANAGE = "divisions:manage";
    static final String MANAGE_GROUPS = "divisions:manage-groups";

    private final DivisionDirectory directory;
    private final List<DivisionUse> uses;

    DivisionChanges(DivisionDirectory directory, @All List<DivisionUse> uses) {
        this.directory = directory;
        this.uses = uses;
    }

    /** Refuses whoever may not change a division of that code: groups are the village's affair, grids the county's. */
    static void require(Actor actor, DivisionCode code) {
        actor.require(code.value().length() == 17 ? MANAGE_GROUPS : MANAGE, code);
    }

    /** The input of a new name. */
    record RenameInput(GlobalId divisionId, String name) {}

    Uni<UUID> rename(Call call) {
        RenameInput input = call.input(RenameInput.class);
        String name = Texts.check(input.name(), 1, DivisionFeature.MAX_NAME, "name");
        UUID id = input.divisionId().of("Division");
        return changeable(id, call.actor())
                .chain(code -> Statements.CORE.run(
                        "update lianhu_core.division set name = $2, register_name = $2, managed = true where id = $1",
                        id,
                        name))
                .replaceWith(id);
    }

    /** The division's code, if it stands, is of those that people make, and the actor may change it; locked then, with what is below. */
    private Uni<DivisionCode> changeable(UUID id, Actor actor) {
        return Statements.CORE
                .run(
                        "select d.id, d.code from lianhu_core.division above join lianhu_core.division d on d.tenant_id = above.tenant_id"
                                + " and d.code >= above.code and d.code < above.code || ':'"
                                + " where above.id = $1 and length(above.code) > 12 order by d.code for update of d",
                        id)
                .chain(rows -> directory.require(id).map(found -> {
                    require(actor, found.code());
                    if (rows.rowCount() == 0) {
                        throw new ApiException(DivisionError.DIVISION_REGISTERED);
                    }
                    return found.code();
                }));
    }

    /** The input of a division's end. */
    record EndInput(GlobalId divisionId, Optional<GlobalId> successorId) {}

    Uni<UUID> end(Call call) {
        EndInput input = call.input(EndInput.class);
        UUID id = input.divisionId().of("Division");
        return changeable(id, call.actor())
                .chain(code -> (input.successorId().isPresent()
                                ? succeed(code, input.successorId().get().of("Division"), call.actor())
                                : unused(code))
                        .chain(successor -> close(code, successor)))
                .replaceWith(id);
    }

    /** In the same village, so that whoever decides on a household's affairs there goes on to. */
    private Uni<Optional<UUID>> succeed(DivisionCode code, UUID successor, Actor by) {
        return directory
                .require(successor)
                .invoke(to -> {
                    int length = to.code().value().length();
                    boolean fit = length == code.value().length()
                            || (length == 15 && code.value().length() == 17);
                    if (!fit || code.contains(to.code()) || !code.village().contains(to.code())) {
                        throw new ApiException(DivisionError.DIVISION_SUCCESSOR);
                    }
                })
                .call(to -> moveAll(code, to, by))
                .map(to -> Optional.of(to.id()));
    }

    private Uni<Void> moveAll(DivisionCode code, Divisions.Division to, Actor by) {
        return Multi.createFrom()
                .iterable(uses)
                .onItem()
                .transformToUniAndConcatenate(use -> use.move(code, to, by))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Optional<UUID>> unused(DivisionCode code) {
        Map<String, Long> counts = new LinkedHashMap<>();
        return Multi.createFrom()
                .iterable(uses)
                .onItem()
                .transformToUniAndConcatenate(use -> use.count(code).invoke(count -> counts.put(use.what(), count)))
                .collect()
                .asList()
                .map(all -> {
                    if (all.stream().anyMatch(count -> count > 0)) {
                        throw new ApiException(DivisionError.DIVISION_IN_USE, counts);
                    }
                    return Optional.empty();
                });
    }

    private static Uni<Void> close(DivisionCode code, Optional<UUID> successor) {
        return Statements.CORE
                .run(
                        "with gone as (delete from lianhu_core.division_shape where division_id in"
                                + " (select id from lianhu_core.division where code >= $1 and code < $2))"
                                + " update lianhu_core.division set valid_until = current_date, successor_id = $3, managed = true"
                                + " where code >= $1 and code < $2 and valid_until is null",
                        code.value(),
                        code.end(),
                        successor.orElse(null))
                .replaceWithVoid();
    }
}
