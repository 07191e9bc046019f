package io.lianhu.server.calendar;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One change of a county's calendar (日历变更记录); written with the change, and never changed. */
public record CalendarChange(
        UUID id,
        int version,
        Action action,
        LocalDate date,
        @Nullable Boolean workday,
        @Nullable List<CalendarDay.Weekday> week,
        String reason,
        String changedByName,
        Instant changedAt) {

    static final String READ = "select id, version, action, on_date, workday, week, reason, changed_by_name, changed_at"
            + " from lianhu_core.work_calendar_change";

    /** What was changed. */
    enum Action {
        HOURS_SET,
        HOURS_CLEARED,
        DAY_SET,
        DAY_CLEARED
    }

    static CalendarChange of(Row row) {
        JsonObject week = row.get(JsonObject.class, "week");
        return new CalendarChange(
                row.getUUID("id"),
                row.getInteger("version"),
                Action.valueOf(row.getString("action")),
                row.getLocalDate("on_date"),
                row.getBoolean("workday"),
                week == null ? null : CalendarDay.Weekday.of(WorkingHours.fromJson(week)),
                row.getString("reason"),
                row.getString("changed_by_name"),
                row.getOffsetDateTime("changed_at").toInstant());
    }
}
