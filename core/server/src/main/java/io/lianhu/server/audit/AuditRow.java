package io.lianhu.server.audit;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit trail.
 *
 * @param at to the microsecond, as the database has it
 * @param seq where it stands in the chain; null until it is sealed
 */
public record AuditRow(
        UUID id,
        Instant at,
        String subject,
        String roles,
        String action,
        String objectType,
        List<UUID> objects,
        @Nullable String reason,
        String outcome,
        String requestId,
        String client,
        @Nullable Long seq) {

    /** What {@link #of} reads, of the tables {@code e} and {@code s}. */
    static final String COLUMNS =
            "e.id, e.at, e.subject, e.roles, e.action, e.object_type, e.objects, e.reason, e.outcome,"
                    + " e.request_id, e.client, s.seq";

    static AuditRow of(Row row) {
        return new AuditRow(
                row.getUUID("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("subject"),
                row.getString("roles"),
                row.getString("action"),
                row.getString("object_type"),
                List.of(row.getArrayOfUUIDs("objects")),
                row.getString("reason"),
                row.getString("outcome"),
                row.getString("request_id"),
                row.getString("client"),
                row.getLong("seq"));
    }
}
