package io.lianhu.server.resident;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.division.DivisionUse;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Households move with their members, and who waits to be approved moves along. */
@Singleton
class HomesInDivision implements DivisionUse {

    @Override
    public String what() {
        return "households";
    }

    @Override
    public Uni<Long> count(DivisionCode division) {
        return Statements.CORE
                .run(
                        "select (select count(*) from lianhu_core.household where division_code >= $1 and division_code < $2)"
                                + " + (select count(*) from lianhu_core.resident where household_id is null and state = 'PENDING'"
                                + " and division_code >= $1 and division_code < $2)",
                        division.value(),
                        division.end())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by) {
        return Statements.CORE
                .run(
                        "with moved as (update lianhu_core.household set division_id = $3, division_code = $4, version = version + 1"
                                + " where division_code >= $1 and division_code < $2)"
                                + " update lianhu_core.resident set division_id = $3, division_code = $4, version = version + 1"
                                + " where division_code >= $1 and division_code < $2",
                        from.value(),
                        from.end(),
                        to.id(),
                        to.code().value())
                .replaceWithVoid();
    }
}
