package io.lianhu.server.audience;

import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.ResidentUse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Tags by hand become the kept record's; those that it has already stay as they were put on it. */
@Singleton
class TagsOfResident implements ResidentUse {

    private static final String MOVE =
            "with moved as (update lianhu_core.resident_tag t set resident_id = $2 where t.resident_id = $3 and not exists (select 1"
                    + " from lianhu_core.resident_tag o where o.tenant_id = t.tenant_id and o.tag_id = t.tag_id"
                    + " and o.resident_id = $2) returning t.tag_id, t.tagged_by, t.tagged_at)"
                    + " insert into lianhu_core.resident_merge_reference (merge_id, kind, row_id, before)"
                    + " select $1, 'TAG', tag_id, jsonb_build_object('by', tagged_by, 'at', tagged_at) from moved";

    /** As it was put on; also one that was taken off the kept record meanwhile. */
    private static final String MOVE_BACK =
            "with moved as (delete from lianhu_core.resident_tag t using lianhu_core.resident_merge_reference m"
                    + " where m.merge_id = $1 and m.kind = 'TAG' and t.tenant_id = m.tenant_id and t.tag_id = m.row_id"
                    + " and t.resident_id = $2 and t.tagged_by = m.before ->> 'by'"
                    + " and t.tagged_at = (m.before ->> 'at')::timestamptz)"
                    + " insert into lianhu_core.resident_tag (tag_id, resident_id, tagged_by, tagged_at)"
                    + " select row_id, $3, before ->> 'by', (before ->> 'at')::timestamptz"
                    + " from lianhu_core.resident_merge_reference where merge_id = $1 and kind = 'TAG'";

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
