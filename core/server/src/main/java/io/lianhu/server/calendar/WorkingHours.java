package io.lianhu.server.calendar;

import io.lianhu.sdk.ApiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DayOfWeek;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The hours of a working week (作息时间).
 *
 * @param week the weekdays on which is worked, each with its shifts in order
 */
record WorkingHours(Map<DayOfWeek, List<Shift>> week) {

    private static final int MOST_SHIFTS = 6;

    /** So that whatever is due within so much working time is due within some years. */
    private static final int LEAST_MINUTES = 10 * 60;

    /** What a county works until it says otherwise: Monday to Friday, 08:30–12:00 and 14:00–17:30. */
    static final WorkingHours USUAL = usual();

    /**
     * Puts the shifts in order.
     *
     * @throws ApiException {@code INVALID_INPUT} where shifts overlap, or are too many, or too little is worked
     */
    WorkingHours {
        Map<DayOfWeek, List<Shift>> checked = new EnumMap<>(DayOfWeek.class);
        week.forEach((day, shifts) -> {
            if (!shifts.isEmpty()) {
                checked.put(day, inOrder(shifts));
            }
        });
        week = Collections.unmodifiableMap(checked);
        int minutes = checked.values().stream()
                .flatMap(List::stream)
                .mapToInt(Shift::minutes)
                .sum();
        if (minutes < LEAST_MINUTES) {
            throw ApiException.invalid("week");
        }
    }

    private static List<Shift> inOrder(List<Shift> shifts) {
        List<Shift> inOrder =
                shifts.stream().sorted(Comparator.comparing(Shift::start)).toList();
        boolean overlap = IntStream.range(1, inOrder.size())
                .anyMatch(i -> inOrder.get(i).start() < inOrder.get(i - 1).end());
        if (overlap || inOrder.size() > MOST_SHIFTS) {
            throw ApiException.invalid("shifts");
        }
        return inOrder;
    }

    private static WorkingHours usual() {
        List<Shift> day = List.of(Shift.of("08:30", "12:00"), Shift.of("14:00", "17:30"));
        Map<DayOfWeek, List<Shift>> week = new EnumMap<>(DayOfWeek.class);
        for (DayOfWeek weekday : DayOfWeek.values()) {
            if (weekday.compareTo(DayOfWeek.SATURDAY) < 0) {
                week.put(weekday, day);
            }
        }
        return new WorkingHours(week);
    }

    /** The shifts of a weekday of which nothing else is known; none where it is not worked on. */
    List<Shift> usually(DayOfWeek day) {
        return week.getOrDefault(day, List.of());
    }

    /** The shifts of a weekday that is worked on in any case: where it has none of its own, those of the week's first working day. */
    List<Shift> atLeast(DayOfWeek day) {
        List<Shift> own = usually(day);
        return own.isEmpty() ? week.values().iterator().next() : own;
    }

    /** As they are kept in the database. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        week.forEach((day, shifts) -> json.put(
                day.name(), new JsonArray(shifts.stream().map(Shift::toString).toList())));
        return json;
    }

    static WorkingHours fromJson(JsonObject json) {
        Map<DayOfWeek, List<Shift>> week = new EnumMap<>(DayOfWeek.class);
        for (String day : json.fieldNames()) {
            JsonArray shifts = json.getJsonArray(day);
            week.put(
                    DayOfWeek.valueOf(day),
                    IntStream.range(0, shifts.size())
                            .mapToObj(shift -> Shift.parse(shifts.getString(shift)))
                            .toList());
        }
        return new WorkingHours(week);
    }
}
