package io.lianhu.server.escalation;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.calendar.TimeLimit;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A case that may have to go up, as it is under its lock. */
record WatchedCase(
        UUID id,
        String number,
        int round,
        DivisionCode division,
        String classCode,
        Level lowest,
        int reached,
        List<OverdueStage> stages) {

    private static final List<String> STAGES = List.of("RESPOND", "REPLY", "RESOLVE");

    static final String SELECT = "select c.id, c.number, c.round, c.division_code, c.class_code, c.assignee_kind, "
            + columns("coalesce(c.%s_governing_amount, c.%1$s_emergency_amount, c.%1$s_amount) as %1$s_amount,"
                    + " coalesce(c.%1$s_governing_unit, c.%1$s_emergency_unit, c.%1$s_unit) as %1$s_unit, c.%1$s_whole_seconds,"
                    + " c.%1$s_approaching_at, c.%1$s_due_at, c.%1$s_met_at, e.%1$s_reached")
            + " from lianhu_core.case_watch w join lianhu_core.case_record c on c.tenant_id = w.tenant_id and c.id = w.case_id"
            + " cross join lateral (select " + columns("max(level) filter (where stage = upper('%s')) as %1$s_reached")
            + " from lianhu_core.case_escalation e where e.tenant_id = c.tenant_id and e.case_id = c.id and e.round = c.round) e"
            + " where w.case_id = any ($1) and w.escalate_at <= now() order by w.escalate_at, w.case_id";

    private static String columns(String template) {
        return String.join(
                ", ",
                STAGES.stream()
                        .map(stage -> String.format(template, stage.toLowerCase(Locale.ROOT)))
                        .toList());
    }

    static WatchedCase of(Row row) {
        List<OverdueStage> stages = new ArrayList<>();
        int highest = 0;
        for (String stage : STAGES) {
            String column = stage.toLowerCase(Locale.ROOT);
            Integer reached = row.getInteger(column + "_reached");
            highest = Math.max(highest, reached == null ? 0 : reached);
            OffsetDateTime due = row.getOffsetDateTime(column + "_due_at");
            if (due != null && row.getOffsetDateTime(column + "_met_at") == null) {
                stages.add(new OverdueStage(
                        stage,
                        row.getInteger(column + "_amount"),
                        TimeLimit.Unit.valueOf(row.getString(column + "_unit")),
                        row.getOffsetDateTime(column + "_approaching_at").toInstant(),
                        due.toInstant(),
                        row.getLong(column + "_whole_seconds"),
                        reached == null ? 0 : reached));
            }
        }
        return new WatchedCase(
                row.getUUID("id"),
                row.getString("number"),
                row.getInteger("round"),
                new DivisionCode(row.getString("division_code")),
                row.getString("class_code"),
                lowest(row.getString("assignee_kind")),
                highest,
                stages);
    }

    /** With the village's cadres, or with a unit, a case is already beyond what telling the village would do. */
    private static Level lowest(String assigneeKind) {
        return "VILLAGE".equals(assigneeKind) || "UNIT".equals(assigneeKind) ? Level.TOWN : Level.VILLAGE;
    }
}
