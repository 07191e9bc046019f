package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Handover;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** A grid worker who leaves takes no case along: what is still to be handled waits to be dispatched anew. */
@Singleton
class HandOverCases implements Handover {

    private final Progress progress;

    HandOverCases(Progress progress) {
        this.progress = progress;
    }

    @Override
    public Uni<Void> handOver(String subject, DivisionCode village, Actor by) {
        CaseStep.Stepper stepper = stepper(by);
        return Statements.CORE
                .run(
                        "with released as (update lianhu_core.case_record"
                                + " set state = 'AWAITING_DISPATCH', assignee_kind = null, assignee_subject = null, assignee_name = null, version = version + 1"
                                + " where assignee_subject = $1 and state = 'DISPATCHED'"
                                + " and division_code >= $2 and division_code < $3 returning id, old.assignee_name)"
                                + " insert into lianhu_core.case_step (id, case_id, action, from_state, to_state,"
                                + " actor_subject, actor_name, actor_role, note, occurred_at)"
                                + " select uuidv7(), id, 'RELEASE', 'DISPATCHED', 'AWAITING_DISPATCH', $4, $5, $6, assignee_name, clock_timestamp()"
                                + " from released returning case_id",
                        subject,
                        village.value(),
                        village.end(),
                        stepper.subject(),
                        stepper.name(),
                        stepper.role())
                .invoke(rows -> rows.forEach(row -> progress.tell(row.getUUID(0))))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> pass(String subject, DivisionCode division, Posts.Holder to, Actor by) {
        CaseStep.Stepper stepper = stepper(by);
        return Statements.CORE
                .run(
                        "with passed as (update lianhu_core.case_record"
                                + " set assignee_subject = $7, assignee_name = $8, version = version + 1"
                                + " where assignee_subject = $1 and state = 'DISPATCHED'"
                                + " and division_code >= $2 and division_code < $3 returning id)"
                                + " insert into lianhu_core.case_step (id, case_id, action, from_state, to_state,"
                                + " actor_subject, actor_name, actor_role, note, occurred_at)"
                                + " select uuidv7(), id, 'DISPATCH', 'DISPATCHED', 'DISPATCHED', $4, $5, $6, $8, clock_timestamp()"
                                + " from passed returning case_id",
                        subject,
                        division.value(),
                        division.end(),
                        stepper.subject(),
                        stepper.name(),
                        stepper.role(),
                        to.subject(),
                        to.name())
                .invoke(rows -> rows.forEach(row -> progress.tell(row.getUUID(0))))
                .replaceWithVoid();
    }

    /** Nobody did it where a term ended by itself. */
    private static CaseStep.Stepper stepper(Actor by) {
        return by.subject().isEmpty() ? CaseStep.Stepper.PLATFORM : CaseStep.Stepper.of(by, "posts:stand-in");
    }
}
