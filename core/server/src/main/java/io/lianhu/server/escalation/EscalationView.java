package io.lianhu.server.escalation;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.calendar.TimeLimit;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One escalation (督办) of a case, as the schema has it. */
public record EscalationView(
        UUID id,
        UUID caseId,
        DivisionCode place,
        String stage,
        Level level,
        Level fromLevel,
        int round,
        TimeLimit limit,
        Instant dueAt,
        long overdueSeconds,
        Instant escalatedAt,
        List<Receiver> receivers) {

    /** Who was told, and what that one answered. */
    public record Receiver(
            String subject, String holderName, @Nullable Instant acknowledgedAt, @Nullable String note) {}

    static final String SELECT =
            "select e.*, c.division_code, coalesce((select jsonb_agg(jsonb_build_object('subject', r.subject,"
                    + " 'name', r.holder_name, 'at', a.replied_at, 'note', a.note) order by r.holder_name, r.subject)"
                    + " from lianhu_core.escalation_receiver r left join lianhu_core.escalation_reply a on a.tenant_id = r.tenant_id"
                    + " and a.escalation_id = r.escalation_id and a.subject = r.subject"
                    + " where r.tenant_id = e.tenant_id and r.escalation_id = e.id), '[]') as receivers"
                    + " from lianhu_core.case_escalation e join lianhu_core.case_record c on c.tenant_id = e.tenant_id and c.id = e.case_id";

    static EscalationView of(Row row) {
        JsonArray receivers = row.get(JsonArray.class, "receivers");
        return new EscalationView(
                row.getUUID("id"),
                row.getUUID("case_id"),
                new DivisionCode(row.getString("division_code")),
                row.getString("stage"),
                Level.of(row.getInteger("level")),
                Level.of(row.getInteger("from_level")),
                row.getInteger("round"),
                new TimeLimit(row.getInteger("limit_amount"), TimeLimit.Unit.valueOf(row.getString("limit_unit"))),
                row.getOffsetDateTime("due_at").toInstant(),
                row.getLong("overdue_seconds"),
                row.getOffsetDateTime("escalated_at").toInstant(),
                IntStream.range(0, receivers.size())
                        .mapToObj(receivers::getJsonObject)
                        .map(EscalationView::receiver)
                        .toList());
    }

    private static Receiver receiver(JsonObject json) {
        String at = json.getString("at");
        return new Receiver(
                json.getString("subject"),
                json.getString("name"),
                at == null ? null : OffsetDateTime.parse(at).toInstant(),
                json.getString("note"));
    }

    String reason(Locale locale) {
        return EscalationWords.reason(
                new OverdueStage(stage, limit.amount(), limit.unit(), dueAt, dueAt, null, 0),
                Duration.ofSeconds(overdueSeconds),
                fromLevel,
                level,
                locale);
    }
}
