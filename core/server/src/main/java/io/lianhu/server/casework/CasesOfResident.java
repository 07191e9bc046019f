package io.lianhu.server.casework;

import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.ResidentUse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Cases follow who reported them; what the reporter was called, and where at home, stays as it was at the report. */
@Singleton
class CasesOfResident implements ResidentUse {

    /** With a login taken over, the kept record's own cases belong to that login too. */
    private static final String MOVE =
            "with moved as (update lianhu_core.case_record c set reporter_id = $2, reporter_subject = coalesce($4, c.reporter_subject),"
                    + " reporter_household_id = case when c.reporter_household_id = $5 and c.reporter_id = $3 then $6"
                    + " else c.reporter_household_id end, version = c.version + 1 where c.reporter_id = $3"
                    + " or c.reporter_id = $2 and c.reporter_subject <> $4 returning c.id, old.reporter_id, old.reporter_subject,"
                    + " old.reporter_household_id)"
                    + " insert into lianhu_core.resident_merge_reference (merge_id, kind, row_id, before) select $1, 'CASE', id,"
                    + " jsonb_build_object('id', reporter_id, 'subject', reporter_subject, 'household', reporter_household_id)"
                    + " from moved";

    private static final String MOVE_BACK =
            "update lianhu_core.case_record c set reporter_id = (m.before ->> 'id')::uuid, reporter_subject = m.before ->> 'subject',"
                    + " reporter_household_id = (m.before ->> 'household')::uuid, version = c.version + 1"
                    + " from lianhu_core.resident_merge_reference m where m.merge_id = $1 and m.kind = 'CASE'"
                    + " and c.tenant_id = m.tenant_id and c.id = m.row_id and c.reporter_id = $2";

    @Override
    public Uni<Void> move(Merge merge) {
        return Statements.CORE
                .run(
                        MOVE,
                        merge.id(),
                        merge.kept(),
                        merge.gone(),
                        merge.login(),
                        merge.goneHousehold(),
                        merge.household())
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> moveBack(Merge merge) {
        return Statements.CORE.run(MOVE_BACK, merge.id(), merge.kept()).replaceWithVoid();
    }
}
