package io.lianhu.server.duty;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A shift (班次) of an officer of a unit. */
public record DutyShift(
        UUID id, UUID unitId, String holderName, Instant since, Instant until, @Nullable Instant removedAt) {

    static final String READ = "select d.id, d.unit_id, p.holder_name, d.since, d.until, d.removed_at"
            + " from lianhu_core.duty_shift d join lianhu_core.post p on p.tenant_id = d.tenant_id and p.id = d.post_id";

    static DutyShift of(Row row) {
        OffsetDateTime removed = row.getOffsetDateTime("removed_at");
        return new DutyShift(
                row.getUUID("id"),
                row.getUUID("unit_id"),
                row.getString("holder_name"),
                row.getOffsetDateTime("since").toInstant(),
                row.getOffsetDateTime("until").toInstant(),
                removed == null ? null : removed.toInstant());
    }
}
