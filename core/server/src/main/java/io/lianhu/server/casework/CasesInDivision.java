package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.division.DivisionUse;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Open cases move; those that are closed stay where they were. */
@Singleton
class CasesInDivision implements DivisionUse {

    @Override
    public String what() {
        return "cases";
    }

    @Override
    public Uni<Long> count(DivisionCode division) {
        return Statements.CORE
                .run(
                        "select count(*) from lianhu_core.case_record where state <> 'CLOSED' and division_code >= $1 and division_code < $2",
                        division.value(),
                        division.end())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by) {
        return Statements.CORE
                .run(
                        "update lianhu_core.case_record set division_id = $3, division_code = $4, version = version + 1"
                                + " where state <> 'CLOSED' and division_code >= $1 and division_code < $2",
                        from.value(),
                        from.end(),
                        to.id(),
                        to.code().value())
                .replaceWithVoid();
    }
}
