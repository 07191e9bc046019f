package io.lianhu.server.emergency;

import io.lianhu.sdk.DivisionCode;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An emergency (应急状态) of a county or a town, from its declaration on.
 *
 * @param level of the response, 1 (the gravest) to 4; null where none was named
 */
public record Emergency(
        UUID id,
        UUID divisionId,
        DivisionCode code,
        @Nullable Integer level,
        String reason,
        String declaredByName,
        Instant declaredAt,
        @Nullable String endReason,
        @Nullable String endedByName,
        @Nullable Instant endedAt,
        @Nullable OpenCases openCases) {

    /** What becomes of the cases that the emergency's teams still have when it ends. */
    public enum OpenCases {
        KEEP,
        RETURN
    }

    static final String READ = "select id, division_id, division_code, level, reason, declared_by_name, declared_at,"
            + " end_reason, ended_by_name, ended_at, open_cases from lianhu_core.emergency";

    static Emergency of(Row row) {
        String left = row.getString("open_cases");
        OffsetDateTime ended = row.getOffsetDateTime("ended_at");
        return new Emergency(
                row.getUUID("id"),
                row.getUUID("division_id"),
                new DivisionCode(row.getString("division_code")),
                row.getInteger("level"),
                row.getString("reason"),
                row.getString("declared_by_name"),
                row.getOffsetDateTime("declared_at").toInstant(),
                row.getString("end_reason"),
                row.getString("ended_by_name"),
                ended == null ? null : ended.toInstant(),
                left == null ? null : OpenCases.valueOf(left));
    }
}
