package io.lianhu.server.home;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.ResidentError;
import io.lianhu.server.resident.ResidentUse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The home of a household in which nobody is left: the kept record's household lives there, if it has no home yet. */
@Singleton
class HomesOfResident implements ResidentUse {

    private static final String MOVE =
            "with moved as (update lianhu_core.home h set household_id = case when exists (select 1 from lianhu_core.home o"
                    + " where o.tenant_id = h.tenant_id and o.household_id = $3) then null else $3 end, version = h.version + 1"
                    + " where h.household_id = $2 returning h.id)"
                    + " insert into lianhu_core.resident_merge_reference (merge_id, kind, row_id, before)"
                    + " select $1, 'HOME', id, '{}' from moved";

    private static final String MOVE_BACK =
            "with back as (update lianhu_core.home h set household_id = $2, version = h.version + 1"
                    + " from lianhu_core.resident_merge_reference m where m.merge_id = $1 and m.kind = 'HOME'"
                    + " and h.tenant_id = m.tenant_id and h.id = m.row_id and (h.household_id is null or h.household_id = $3)"
                    + " and not exists (select 1 from lianhu_core.home o where o.tenant_id = h.tenant_id and o.household_id = $2)"
                    + " returning h.id) select (select count(*) from lianhu_core.resident_merge_reference where merge_id = $1"
                    + " and kind = 'HOME') = (select count(*) from back)";

    @Override
    public Uni<Void> move(Merge merge) {
        UUID emptied = merge.emptied();
        return emptied == null
                ? Uni.createFrom().voidItem()
                : Statements.CORE
                        .run(MOVE, merge.id(), emptied, merge.household())
                        .replaceWithVoid();
    }

    /** The merge's household is what the kept record's was before it was put back. */
    @Override
    public Uni<Void> moveBack(Merge merge) {
        UUID emptied = merge.emptied();
        return emptied == null
                ? Uni.createFrom().voidItem()
                : Statements.CORE
                        .run(MOVE_BACK, merge.id(), emptied, merge.household())
                        .invoke(rows -> {
                            if (!rows.iterator().next().getBoolean(0)) {
                                throw new ApiException(ResidentError.RESIDENT_MERGE_HOME_TAKEN);
                            }
                        })
                        .replaceWithVoid();
    }
}
