package io.lianhu.server.duty;

import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Who is on duty now (值班表). A unit has a roster as long as a shift of it is not over; a unit that has none is always on duty, with all its
 * officers.
 */
@Singleton
public class DutyRoster {

    /** More are not called at once. */
    private static final int MOST = 500;

    private static final String WITHOUT_ROSTER =
            "not exists (select 1 from lianhu_core.duty_shift d where d.tenant_id = u.tenant_id and d.unit_id = u.id"
                    + " and d.removed_at is null and d.until > now())";

    /** An officer's post that is held; who stands in acts by it. */
    private static final String OFFICER =
            "p.unit_id = u.id and p.tenant_id = u.tenant_id and not p.closed and p.since <= now() and (p.until is null or p.until > now())";

    private static final String ON_DUTY =
            "exists (select 1 from lianhu_core.duty_shift d where d.tenant_id = p.tenant_id and d.unit_id = p.unit_id"
                    + " and d.post_id = p.id and d.removed_at is null and d.since <= now() and d.until > now())";

    private static final String MANNED =
            "select u.id from lianhu_core.org_unit u where u.id = any ($1) and (" + WITHOUT_ROSTER
                    + " or exists (select 1 from lianhu_core.post p where " + OFFICER + " and " + ON_DUTY + "))";

    private static final String MEMBERS = "select distinct coalesce(s.subject, p.subject)"
            + " from lianhu_core.org_unit u join lianhu_core.post p on " + OFFICER
            + " left join lianhu_core.stand_in s on s.tenant_id = p.tenant_id and s.post_id = p.id and not s.closed"
            + " and s.since <= now() and s.until > now() where u.id = any ($1) and (" + WITHOUT_ROSTER + " or "
            + ON_DUTY
            + ") limit " + MOST;

    /** Those of the units that have somebody on duty now, or no roster. */
    public Uni<Set<UUID>> manned(Set<UUID> units) {
        return Statements.CORE.run(MANNED, (Object) units.toArray(UUID[]::new)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(row -> row.getUUID(0))
                .collect(Collectors.toSet()));
    }

    /** Who of the units is on duty now, by subject. */
    public Uni<List<String>> members(Set<UUID> units) {
        return Statements.CORE.run(MEMBERS, (Object) units.toArray(UUID[]::new)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(row -> row.getString(0))
                .toList());
    }
}
