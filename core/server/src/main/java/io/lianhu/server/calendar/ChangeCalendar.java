package io.lianhu.server.calendar;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.calendar.CalendarChanged;
import io.lianhu.server.calendar.CalendarChange.Action;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Changes the running county's calendar; each change is made against a known version, leaves a row in the history and is told of. */
@Singleton
class ChangeCalendar {

    static final String MANAGE = "calendar:manage";

    /** Hours that may be known, from so many days on. */
    private static final int MOST_HOURS = 100;

    private static final int MOST_SHIFTS = 50;

    private static final int DAYS_BACK = 366;
    private static final int DAYS_AHEAD = 3 * 366;

    private final Calendars calendars;
    private final Events events;
    private final Clock clock = Clock.systemUTC();

    ChangeCalendar(Calendars calendars, Events events) {
        this.calendars = calendars;
        this.events = events;
    }

    /** A shift as it is given. */
    record ShiftInput(String from, String to) {}

    /** A weekday as it is given. */
    record WeekdayInput(DayOfWeek weekday, List<ShiftInput> shifts) {}

    /** The input of both mutations of hours; the week is absent where they are cleared. */
    record HoursInput(LocalDate holdsFrom, @Nullable List<WeekdayInput> week, String reason, int version) {}

    /** The input of both mutations of a day; whether it is worked on is absent where that is cleared. */
    record DayInput(LocalDate date, @Nullable Boolean workday, String reason, int version) {}

    private record Change(
            Action action,
            LocalDate from,
            @Nullable LocalDate until,
            @Nullable Boolean workday,
            @Nullable JsonObject week,
            String reason,
            int version) {}

    Uni<UUID> setHours(Call call) {
        HoursInput input = call.input(HoursInput.class);
        requireAhead(input.holdsFrom());
        JsonObject week = week(input.week() == null ? List.of() : input.week()).toJson();
        return change(
                call.actor(),
                new Change(
                        Action.HOURS_SET,
                        input.holdsFrom(),
                        null,
                        null,
                        week,
                        Texts.check(input.reason(), 1, 200, "reason"),
                        input.version()),
                () -> Statements.CORE
                        .run(
                                "insert into lianhu_core.work_hours (holds_from, week) values ($1, $2)"
                                        + " on conflict (tenant_id, holds_from) do update set week = excluded.week",
                                input.holdsFrom(),
                                week)
                        .chain(() -> requireRoom("work_hours", MOST_HOURS)));
    }

    /** What was worked is past: hours are changed from today on. */
    private void requireAhead(LocalDate day) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), WorkCalendar.CHINA);
        if (day.isBefore(today) || day.isAfter(today.plusDays(DAYS_AHEAD))) {
            throw ApiException.invalid("holdsFrom");
        }
    }

    private static WorkingHours week(List<WeekdayInput> given) {
        Map<DayOfWeek, List<Shift>> week = new EnumMap<>(DayOfWeek.class);
        for (WeekdayInput day : given) {
            if (day.shifts().size() > MOST_SHIFTS) {
                throw ApiException.invalid("shifts");
            }
            List<Shift> shifts = day.shifts().stream()
                    .map(shift -> Shift.of(shift.from(), shift.to()))
                    .toList();
            if (week.put(day.weekday(), shifts) != null) {
                throw ApiException.invalid("week");
            }
        }
        return new WorkingHours(week);
    }

    Uni<UUID> clearHours(Call call) {
        HoursInput input = call.input(HoursInput.class);
        requireAhead(input.holdsFrom());
        return change(
                call.actor(),
                new Change(
                        Action.HOURS_CLEARED,
                        input.holdsFrom(),
                        null,
                        null,
                        null,
                        Texts.check(input.reason(), 1, 200, "reason"),
                        input.version()),
                () -> Statements.CORE
                        .run("delete from lianhu_core.work_hours where holds_from = $1", input.holdsFrom())
                        .invoke(rows -> requireOne(rows, "WorkHours"))
                        .replaceWithVoid());
    }

    Uni<UUID> setDay(Call call) {
        DayInput input = call.input(DayInput.class);
        requireNear(input.date());
        boolean workday = input.workday() != null && input.workday();
        String reason = Texts.check(input.reason(), 1, 200, "reason");
        return change(
                call.actor(),
                new Change(Action.DAY_SET, input.date(), input.date(), workday, null, reason, input.version()),
                () -> Statements.CORE
                        .run(
                                "insert into lianhu_core.work_decision (on_date, workday, reason) values ($1, $2, $3)"
                                        + " on conflict (tenant_id, on_date) do update"
                                        + " set workday = excluded.workday, reason = excluded.reason",
                                input.date(),
                                workday,
                                reason)
                        .chain(() -> requireRoom("work_decision", Calendars.MOST_DECISIONS)));
    }

    private void requireNear(LocalDate day) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), WorkCalendar.CHINA);
        if (day.isBefore(today.minusDays(DAYS_BACK)) || day.isAfter(today.plusDays(DAYS_AHEAD))) {
            throw ApiException.invalid("date");
        }
    }

    Uni<UUID> clearDay(Call call) {
        DayInput input = call.input(DayInput.class);
        return change(
                call.actor(),
                new Change(
                        Action.DAY_CLEARED,
                        input.date(),
                        input.date(),
                        null,
                        null,
                        Texts.check(input.reason(), 1, 200, "reason"),
                        input.version()),
                () -> Statements.CORE
                        .run("delete from lianhu_core.work_decision where on_date = $1", input.date())
                        .invoke(rows -> requireOne(rows, "CalendarDay"))
                        .replaceWithVoid());
    }

    private static void requireOne(RowSet<Row> rows, String type) {
        if (rows.rowCount() != 1) {
            throw ApiException.notFound(type);
        }
    }

    private static Uni<Void> requireRoom(String table, int most) {
        return Statements.CORE
                .run("select count(*) from lianhu_core." + table)
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) > most) {
                        throw new ApiException(CalendarError.CALENDAR_FULL, Map.of("most", most));
                    }
                })
                .replaceWithVoid();
    }

    /** Waits for who reckons clocks, so that changes come one after the other, and none of them beside a case that is just coming in. */
    private Uni<UUID> change(Actor actor, Change change, Supplier<Uni<Void>> work) {
        String county = Operation.current().tenant();
        actor.require(MANAGE, new DivisionCode(county));
        return Statements.CORE
                .run("select lianhu_core.lock_clocks($1)", county)
                .chain(() -> Statements.CORE.run(
                        "insert into lianhu_core.work_calendar (id, version)"
                                + " select id, 0 from lianhu_core.division where code = $1 on conflict do nothing",
                        county))
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.work_calendar set version = version + 1 where version = $1 returning id",
                        change.version()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.conflict("WorkCalendar");
                    }
                    return rows.iterator().next().getUUID(0);
                })
                .call(work::get)
                .call(calendar -> record(actor, change))
                .call(calendar -> events.publish(
                        new CalendarChanged(calendar, change.version() + 1, change.from(), change.until())))
                .invoke(calendar -> calendars.changing(change.version() + 1));
    }

    private Uni<RowSet<Row>> record(Actor actor, Change change) {
        return Statements.CORE.run(
                "insert into lianhu_core.work_calendar_change (id, version, action, on_date, workday, week, reason,"
                        + " changed_by, changed_by_name, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                Ids.next(),
                change.version() + 1,
                change.action().name(),
                change.from(),
                change.workday(),
                change.week(),
                change.reason(),
                actor.subject(),
                Person.current().name(),
                clock.instant().atOffset(ZoneOffset.UTC));
    }
}
