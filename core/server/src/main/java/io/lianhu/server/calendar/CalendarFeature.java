package io.lianhu.server.calendar;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The county's work calendar, over GraphQL. */
@Singleton
class CalendarFeature implements CoreFeature {

    private static final int MOST_DAYS = 400;

    private final Calendars calendars;
    private final ChangeCalendar change;

    CalendarFeature(Calendars calendars, ChangeCalendar change) {
        this.calendars = calendars;
        this.change = change;
    }

    @Override
    public String schema() {
        return "calendar";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(ChangeCalendar.MANAGE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("WorkCalendar", this::load)
                .node("CalendarChange", this::loadChanges)
                .query("calendar", this::days)
                .query("workCalendar", this::calendar)
                .query("calendarChanges", this::changes)
                .mutation("workHoursSet", change::setHours)
                .mutation("workHoursClear", change::clearHours)
                .mutation("workDaySet", change::setDay)
                .mutation("workDayClear", change::clearDay);
    }

    private Uni<List<CalendarDay>> days(Call call) {
        LocalDate from = call.required("from", LocalDate.class);
        LocalDate to = call.required("to", LocalDate.class);
        long days = ChronoUnit.DAYS.between(from, to) + 1;
        if (days < 1 || days > MOST_DAYS) {
            throw ApiException.invalid("to");
        }
        return calendars.own().map(calendar -> from.datesUntil(to.plusDays(1))
                .map(date -> CalendarDay.of(calendar, date, call.locale()))
                .toList());
    }

    /** The calendar as the schema has it. */
    public record CalendarView(UUID id, int version, List<HoursView> hours) {}

    /** Hours as the schema has them. */
    public record HoursView(@Nullable LocalDate holdsFrom, List<CalendarDay.Weekday> week) {}

    private Uni<CalendarView> calendar(Call call) {
        return id().chain(CalendarFeature::view);
    }

    /** Read from the database, and not from memory: whoever changes it must know the version that it has. */
    private static Uni<CalendarView> view(UUID id) {
        return Calendars.read().map(read -> {
            Stream<HoursView> usual = Stream.of(new HoursView(null, CalendarDay.Weekday.of(WorkingHours.USUAL)));
            Stream<HoursView> own = read.value().hours().entrySet().stream()
                    .map(entry -> new HoursView(entry.getKey(), CalendarDay.Weekday.of(entry.getValue())));
            return new CalendarView(
                    id, (int) read.version(), Stream.concat(usual, own).toList());
        });
    }

    private static Uni<UUID> id() {
        return Statements.CORE
                .run(
                        "select id from lianhu_core.division where code = $1",
                        Operation.current().tenant())
                .map(rows -> rows.iterator().next().getUUID(0));
    }

    private Uni<Map<UUID, CalendarView>> load(Set<UUID> ids, Call call) {
        return id().chain(id -> ids.contains(id)
                ? view(id).map(calendar -> Map.of(id, calendar))
                : Uni.createFrom().item(Map.of()));
    }

    private Uni<Map<UUID, CalendarChange>> loadChanges(Set<UUID> ids, Call call) {
        if (!call.actor().may(ChangeCalendar.MANAGE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(CalendarChange.READ + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(CalendarFeature::list)
                .map(rows -> rows.stream().collect(Collectors.toMap(CalendarChange::id, row -> row)));
    }

    private static List<CalendarChange> list(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(CalendarChange::of)
                .toList();
    }

    private Uni<Connection<CalendarChange>> changes(Call call) {
        PageRequest page = call.page();
        List<Object> parameters = new ArrayList<>(List.of(page.limit()));
        page.after().ifPresent(parameters::add);
        return Statements.CORE
                .run(
                        CalendarChange.READ + (page.after().isPresent() ? " where id < $2" : "")
                                + " order by id desc limit $1",
                        parameters.toArray())
                .map(rows -> Connection.of(list(rows), page, CalendarChange::id));
    }
}
