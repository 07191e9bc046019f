package io.lianhu.server.notice;

import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.ResidentUse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** What was read and confirmed counts for the kept record, unless that has its own receipt. */
@Singleton
class ReceiptsOfResident implements ResidentUse {

    private static final String MOVE =
            "with moved as (update lianhu_core.notice_receipt t set resident_id = $2 where t.notice_id in (select notice_id"
                    + " from lianhu_core.notice_receipt where resident_id = $3 except select notice_id"
                    + " from lianhu_core.notice_receipt where resident_id = $2) and t.resident_id = $3 returning t.notice_id)"
                    + " insert into lianhu_core.resident_merge_reference (merge_id, kind, row_id, before)"
                    + " select $1, 'RECEIPT', notice_id, '{}' from moved";

    private static final String MOVE_BACK =
            "update lianhu_core.notice_receipt t set resident_id = $3 from lianhu_core.resident_merge_reference m"
                    + " where m.merge_id = $1 and m.kind = 'RECEIPT' and t.tenant_id = m.tenant_id"
                    + " and t.notice_id = m.row_id and t.resident_id = $2";

    @Override
    public Uni<Void> move(Merge merge) {
        return Statements.CORE.run(MOVE, merge.id(), merge.kept(), merge.gone()).replaceWithVoid();
    }

    @Override
    public Uni<Void> moveBack(Merge merge) {
        return Statements.CORE
                .run(MOVE_BACK, merge.id(), merge.kept(), merge.gone())
                .replaceWithVoid();
    }
}
