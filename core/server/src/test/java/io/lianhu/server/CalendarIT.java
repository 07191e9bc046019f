package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a county's calendar says, and who changes it how. */
@DisplayName("A county works by the legal calendar, its own hours and its own decisions")
final class CalendarIT {
    private static final String DAYS =
            """
            query ($from: Date!, $to: Date!) {
              calendar(from: $from, to: $to) { date workday because note arranged shifts { from to } }
            }
            """;
    private static final String CALENDAR =
            "{ workCalendar { id version hours { holdsFrom week { weekday shifts { from to } } } } }";
    private static final String CHANGES =
            """
            query ($first: Int!, $after: String) {
              calendarChanges(first: $first, after: $after) {
                edges { node { id version action date workday reason changedByName week { weekday } } }
                pageInfo { hasNextPage endCursor }
              }
            }
            """;
    private final LocalDate today = LocalDate.now(ZoneId.of("Asia/Shanghai"));

    private static TestHost host;
    private static TwoCounties counties;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        counties = TwoCounties.of(host);
    }

    private static String document(String mutation) {
        String input = mutation.substring(0, 1).toUpperCase(Locale.ROOT) + mutation.substring(1) + "Input!";
        return "mutation ($input: " + input + ") { " + mutation + "(input: $input) { calendar { id version } } }";
    }

    private static int change(GraphqlClient actor, String mutation, Map<String, ?> input) {
        return actor.mutate(document(mutation), Casework.input(input))
                .at("/" + mutation + "/calendar/version")
                .asInt();
    }

    private static void refused(GraphqlClient actor, ErrorType type, String mutation, Map<String, ?> input) {
        actor.expectError(type, document(mutation), Casework.input(input));
    }

    private static JsonNode day(GraphqlClient reader, LocalDate date) {
        return days(reader, date, date).get(0);
    }

    private static JsonNode days(GraphqlClient reader, LocalDate from, LocalDate to) {
        return reader.query(DAYS, Map.of("from", from.toString(), "to", to.toString()))
                .at("/calendar");
    }

    private static Map<String, Object> decision(LocalDate date, boolean workday, int version) {
        return Map.of("date", date.toString(), "workday", workday, "reason", "抗旱值守", "version", version);
    }

    private static Map<String, Object> hours(LocalDate from, int version, String... days) {
        List<Map<String, ?>> week = new ArrayList<>();
        for (String day : days) {
            week.add(Map.of(
                    "weekday",
                    day,
                    "shifts",
                    List.of(Map.of("from", "09:00", "to", "12:00"), shift("13:00", "18:00"))));
        }
        return Map.of("holdsFrom", from.toString(), "week", week, "reason", "夏季作息", "version", version);
    }

    private static Map<String, String> shift(String from, String to) {
        return Map.of("from", from, "to", to);
    }

    @Test
    @DisplayName(
            "Without a change, a county works as the State Council and the usual hours have it, and says what is not known")
    void baseline() {
        GraphqlClient reader = counties.first().stranger();
        JsonNode festival = day(reader, LocalDate.of(2026, 2, 17));
        assertFalse(festival.get("workday").asBoolean());
        assertEquals("HOLIDAY", festival.get("because").asText());
        assertEquals("Spring Festival", festival.get("note").asText());
        assertEquals(
                "春节",
                day(reader.inLanguage("zh-CN"), LocalDate.of(2026, 2, 17))
                        .get("note")
                        .asText());

        JsonNode madeUp = day(reader, LocalDate.of(2026, 9, 20));
        assertTrue(madeUp.get("workday").asBoolean());
        assertEquals("MAKE_UP", madeUp.get("because").asText());
        assertEquals(
                "[{\"from\":\"08:30\",\"to\":\"12:00\"},{\"from\":\"14:00\",\"to\":\"17:30\"}]",
                madeUp.get("shifts").toString());
        assertTrue(madeUp.get("arranged").asBoolean());

        JsonNode unknown = day(reader, LocalDate.of(2031, 10, 1));
        assertFalse(unknown.get("arranged").asBoolean());
        assertTrue(unknown.get("workday").asBoolean());
        assertEquals("WEEK", unknown.get("because").asText());

        assertEquals(
                400,
                days(reader, LocalDate.of(2026, 1, 1), LocalDate.of(2027, 2, 4)).size());
        for (String to : List.of("2027-02-05", "2025-12-31")) {
            reader.expectError(ErrorType.INVALID_INPUT, DAYS, Map.of("from", "2026-01-01", "to", to));
        }
    }

    @Test
    @DisplayName(
            "Hours and days are set and cleared against the version that is known, each change in the history, in this county alone")
    void changes() throws SQLException {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        LocalDate monday = today.plusDays(200).with(DayOfWeek.MONDAY);
        LocalDate saturday = monday.plusDays(5);

        assertEquals(
                0, administrator.query(CALENDAR).at("/workCalendar/version").asInt());
        assertEquals(1, change(administrator, "workHoursSet", hours(monday, 0, "MONDAY", "TUESDAY", "FRIDAY")));
        assertEquals(2, change(administrator, "workDaySet", decision(saturday, true, 1)));
        refused(administrator, ErrorType.CONFLICT, "workDaySet", decision(saturday, false, 1));

        JsonNode own = day(administrator, saturday);
        assertEquals("COUNTY", own.get("because").asText());
        assertEquals("抗旱值守", own.get("note").asText());
        assertEquals("09:00", own.at("/shifts/0/from").asText());
        assertEquals("18:00", own.at("/shifts/1/to").asText());
        assertTrue(day(administrator, monday).get("workday").asBoolean());
        assertEquals(
                "FRIDAY",
                administrator
                        .query(CALENDAR)
                        .at("/workCalendar/hours/1/week/2/weekday")
                        .asText());
        assertEquals(
                "WEEK",
                day(counties.second().stranger(), saturday).get("because").asText());

        Map<String, Object> clear = Map.of("date", saturday.toString(), "reason", "雨来了", "version", 2);
        assertEquals(3, change(administrator, "workDayClear", clear));
        assertEquals("WEEK", day(administrator, saturday).get("because").asText());
        refused(
                administrator,
                ErrorType.NOT_FOUND,
                "workDayClear",
                Map.of("date", saturday.toString(), "reason", "雨来了", "version", 3));
        assertEquals(
                4,
                change(
                        administrator,
                        "workHoursClear",
                        Map.of("holdsFrom", monday.toString(), "reason", "照旧", "version", 3)));
        assertEquals(
                "08:30",
                day(administrator, monday.plusDays(1)).at("/shifts/0/from").asText());

        JsonNode first = administrator.query(CHANGES, Map.of("first", 3)).at("/calendarChanges");
        assertEquals(
                List.of("HOURS_CLEARED", "DAY_CLEARED", "DAY_SET"),
                IntStream.range(0, 3)
                        .mapToObj(i -> first.at("/edges/" + i + "/node/action").asText())
                        .toList());
        assertTrue(first.at("/pageInfo/hasNextPage").asBoolean());
        assertEquals(
                administrator.name(), first.at("/edges/0/node/changedByName").asText());
        JsonNode rest = administrator
                .query(
                        CHANGES,
                        Map.of(
                                "first",
                                3,
                                "after",
                                first.at("/pageInfo/endCursor").asText()))
                .at("/calendarChanges");
        assertEquals(3, rest.at("/edges/0/node/week").size());
        assertEquals(1, rest.at("/edges").size());
        assertEquals(
                0,
                counties.second()
                        .administrator()
                        .query(CHANGES, Map.of("first", 3))
                        .at("/calendarChanges/edges")
                        .size());
        assertTrue(counties.second()
                .administrator()
                .query(
                        "query ($id: ID!) { node(id: $id) { id } }",
                        Map.of("id", first.at("/edges/0/node/id").asText()))
                .at("/node")
                .isNull());
        assertEquals(4, events(county));
    }

    /** How many events tell of changes. */
    private static int events(County county) throws SQLException {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select count(distinct payload->>'version') from lianhu_core.event"
                                + " where type = 'io.lianhu.sdk.calendar.CalendarChanged' and tenant_id = '"
                                + county.code()
                                + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    @DisplayName("Only the county's administrator changes it, within bounds, and only what is a week and a day")
    void refusals() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        LocalDate soon = today.plusDays(10);
        refused(county.cadre(county.villageCode(1)), ErrorType.FORBIDDEN, "workDaySet", decision(soon, true, 0));
        refused(county.anonymous(), ErrorType.UNAUTHENTICATED, "workDaySet", decision(soon, true, 0));
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, CHANGES, Map.of("first", 1));

        for (LocalDate date : List.of(today.minusDays(400), today.plusDays(1_200))) {
            refused(administrator, ErrorType.INVALID_INPUT, "workDaySet", decision(date, true, 0));
        }
        Map<String, Object> day = decision(soon, true, 0);
        refused(administrator, ErrorType.INVALID_INPUT, "workDaySet", Casework.with(day, "reason", " "));
        refused(administrator, ErrorType.INVALID_INPUT, "workDaySet", Casework.with(day, "reason", "长".repeat(201)));
        refused(
                administrator,
                ErrorType.INVALID_INPUT,
                "workHoursSet",
                hours(today.minusDays(1), 0, "MONDAY", "TUESDAY"));
        refused(administrator, ErrorType.INVALID_INPUT, "workHoursSet", hours(soon, 0, "MONDAY"));
        refused(administrator, ErrorType.INVALID_INPUT, "workHoursSet", hours(soon, 0, "MONDAY", "MONDAY"));
        for (List<Map<String, String>> shifts : List.of(
                List.of(shift("08:00", "20:00"), shift("19:59", "21:00")),
                List.of(shift("20:00", "08:00")),
                List.of(shift("8:00", "20:00")),
                IntStream.range(10, 17)
                        .mapToObj(hour -> shift(hour + ":00", hour + ":59"))
                        .toList())) {
            refused(
                    administrator,
                    ErrorType.INVALID_INPUT,
                    "workHoursSet",
                    Casework.with(hours(soon, 0), "week", List.of(Map.of("weekday", "MONDAY", "shifts", shifts))));
        }
        assertEquals(
                0, administrator.query(CALENDAR).at("/workCalendar/version").asInt());
    }

    @Test
    @DisplayName("Of eight changes at once against one version, one is made")
    void race() throws Exception {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> changes = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        var answer = administrator.ask(
                                document("workDaySet"), Casework.input(decision(today.plusDays(i), i % 2 == 0, 0)));
                        assertTrue(
                                answer.errors().stream()
                                        .allMatch(error -> error.code().equals("CONFLICT")),
                                answer::toString);
                        return answer.errors().isEmpty();
                    })
                    .toList();
            int made = 0;
            for (Future<Boolean> change : threads.invokeAll(changes)) {
                made += change.get() ? 1 : 0;
            }
            assertEquals(1, made);
        } finally {
            threads.shutdownNow();
        }
        assertEquals(
                1, administrator.query(CALENDAR).at("/workCalendar/version").asInt());
    }

    @Test
    @DisplayName("Another replica, which has the calendar in memory, goes by the change too")
    void everyReplica() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        LocalDate date = today.plusDays(30);
        try (Replica second = host.secondReplica()) {
            GraphqlClient there = administrator.through(second);
            assertFalse(day(there, date).get("because").asText().equals("COUNTY"));
            change(administrator, "workDaySet", decision(date, true, 0));

            assertEquals("COUNTY", day(administrator, date).get("because").asText());
            Eventually.within(Duration.ofSeconds(10))
                    .untilHolds(
                            "the other replica knows",
                            () -> day(there, date).get("because").asText().equals("COUNTY"));
        }
    }
}
