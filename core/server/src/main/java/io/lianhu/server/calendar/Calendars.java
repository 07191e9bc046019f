package io.lianhu.server.calendar;

import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.CountyCache;
import io.lianhu.server.signal.CountyCache.Versioned;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The counties' calendars, held in memory; see {@link CountyCache}. */
@Singleton
public class Calendars {

    /** Dates on which a county may have decided. */
    static final int MOST_DECISIONS = 1_000;

    private static final String READ = "select coalesce((select version from lianhu_core.work_calendar), 0),"
            + " coalesce((select jsonb_agg(jsonb_build_object('from', holds_from, 'week', week))"
            + " from lianhu_core.work_hours), '[]'),"
            + " coalesce((select jsonb_agg(jsonb_build_object('on', on_date, 'workday', workday, 'reason', reason))"
            + " from lianhu_core.work_decision), '[]')";

    private final CountyCache<WorkCalendar> cache;

    Calendars(Signals signals) {
        this.cache = new CountyCache<>(signals, "calendars", Calendars::read);
    }

    /** Begins to listen to what other replicas change; to be called once, at the start. */
    public void start() {
        cache.listen();
    }

    /** The calendar of the running operation's county. */
    public Uni<WorkCalendar> own() {
        return cache.own();
    }

    /** The same as of a version that the running operation has seen, or of a later one. */
    public Uni<WorkCalendar> own(int version) {
        return cache.own(version);
    }

    /** The same from the database, for what follows a change that this replica need not have heard of yet. */
    public Uni<WorkCalendar> fresh() {
        return read().map(Versioned::value);
    }

    /** Says that the running transaction makes this the version of the county's calendar. */
    void changing(int version) {
        cache.changing(version);
    }

    /** The calendar as the running operation sees it in the database. */
    static Uni<Versioned<WorkCalendar>> read() {
        return Statements.CORE.run(READ).map(rows -> {
            Row row = rows.iterator().next();
            return new Versioned<>(
                    row.getInteger(0),
                    new WorkCalendar(hours(row.get(JsonArray.class, 1)), decisions(row.get(JsonArray.class, 2))));
        });
    }

    private static NavigableMap<LocalDate, WorkingHours> hours(JsonArray json) {
        NavigableMap<LocalDate, WorkingHours> hours = new TreeMap<>();
        for (int i = 0; i < json.size(); i++) {
            JsonObject one = json.getJsonObject(i);
            hours.put(LocalDate.parse(one.getString("from")), WorkingHours.fromJson(one.getJsonObject("week")));
        }
        return hours;
    }

    private static Map<LocalDate, WorkCalendar.Decision> decisions(JsonArray json) {
        Map<LocalDate, WorkCalendar.Decision> decisions = new HashMap<>();
        for (int i = 0; i < json.size(); i++) {
            JsonObject one = json.getJsonObject(i);
            decisions.put(
                    LocalDate.parse(one.getString("on")),
                    new WorkCalendar.Decision(one.getBoolean("workday"), one.getString("reason")));
        }
        return decisions;
    }
}
