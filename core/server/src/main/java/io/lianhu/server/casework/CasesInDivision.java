package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.division.DivisionUse;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** Open cases move; those that are closed stay where they were. A successor is in the same village, and so in the same mode (平急). */
@Singleton
class CasesInDivision implements DivisionUse {

    private static final String OPEN =
            CaseState.OPEN.stream().map(CaseState::name).collect(Collectors.joining("', '", "state in ('", "')"));

    /** What is merged into a case that is open may go on by itself again. */
    private static final String MOVING = "(" + OPEN + " or state = 'MERGED' and closed_at is null)";

    private final Progress progress;

    CasesInDivision(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String what() {
        return "cases";
    }

    @Override
    public Uni<Long> count(DivisionCode division) {
        return Statements.CORE
                .run(
                        "select count(*) from lianhu_core.case_record where " + OPEN
                                + " and division_code >= $1 and division_code < $2",
                        division.value(),
                        division.end())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by) {
        CaseStep.Stepper stepper = CaseStep.Stepper.of(by, "divisions:manage-groups");
        return Statements.CORE
                .run(
                        "with moved as (update lianhu_core.case_record set division_id = $3, division_code = $4, version = version + 1"
                                + " where " + MOVING
                                + " and division_code >= $1 and division_code < $2 returning id, state)"
                                + " insert into lianhu_core.case_step (id, case_id, action, from_state, to_state,"
                                + " actor_subject, actor_name, actor_role, note, occurred_at)"
                                + " select uuidv7(), id, 'MOVE', state, state, $5, $6, $7, $8, clock_timestamp()"
                                + " from moved returning case_id",
                        from.value(),
                        from.end(),
                        to.id(),
                        to.code().value(),
                        stepper.subject(),
                        stepper.name(),
                        stepper.role(),
                        to.name())
                .invoke(rows -> rows.forEach(row -> progress.tell(row.getUUID(0))))
                .replaceWithVoid();
    }
}
