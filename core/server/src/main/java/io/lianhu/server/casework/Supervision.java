package io.lianhu.server.casework;

import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** Writes into the history of cases that they were overdue, and that who stands over them was told (督办). */
@Singleton
public class Supervision {

    private final Progress progress;

    Supervision(Progress progress) {
        this.progress = progress;
    }

    /** A case that the running transaction has locked, and what its history is to say. */
    public record Told(UUID caseId, String note) {}

    /** One row of history each, in this order; one statement. */
    public Uni<Void> record(List<Told> told, Instant now) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.case_step (id, case_id, action, from_state, to_state,"
                                + " actor_subject, actor_name, actor_role, note, occurred_at)"
                                + " select uuidv7(), c.id, $3, c.state, c.state, $4, $5, $6, t.note, $7"
                                + " from unnest($1::uuid[], $2::text[]) with ordinality t (case_id, note, place)"
                                + " join lianhu_core.case_record c on c.id = t.case_id order by t.place",
                        told.stream().map(Told::caseId).toArray(UUID[]::new),
                        told.stream().map(Told::note).toArray(String[]::new),
                        CaseAction.SUPERVISE.name(),
                        CaseStep.Stepper.PLATFORM.subject(),
                        CaseStep.Stepper.PLATFORM.name(),
                        CaseStep.Stepper.PLATFORM.role(),
                        now.atOffset(ZoneOffset.UTC))
                .invoke(() -> told.stream().map(Told::caseId).distinct().forEach(progress::tell))
                .replaceWithVoid();
    }
}
