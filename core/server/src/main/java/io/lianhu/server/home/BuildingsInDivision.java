package io.lianhu.server.home;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.division.DivisionUse;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Buildings stay where they are, and are counted to the grid that takes the place over. */
@Singleton
class BuildingsInDivision implements DivisionUse {

    @Override
    public String what() {
        return "buildings";
    }

    @Override
    public Uni<Long> count(DivisionCode division) {
        return Statements.CORE
                .run(
                        "select count(*) from lianhu_core.building where division_code >= $1 and division_code < $2",
                        division.value(),
                        division.end())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by) {
        return Statements.CORE
                .run(
                        "update lianhu_core.building set division_id = $3, division_code = $4, version = version + 1"
                                + " where division_code >= $1 and division_code < $2",
                        from.value(),
                        from.end(),
                        to.id(),
                        to.code().value())
                .replaceWithVoid();
    }
}
