package io.lianhu.server.calendar;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The legal calendar (法定节假日安排): statutory holidays and make-up workdays, a file for each year, the same for all counties. The State
 * Council arranges a year only at the end of the one before; of later years nothing is known but their weekends.
 */
final class LegalCalendar {

    /** The one that the platform comes with. */
    static final LegalCalendar BASELINE = new LegalCalendar();

    private static final int FIRST_YEAR = 2020;

    private static final Map<String, String> ENGLISH = Map.of(
            "元旦", "New Year's Day",
            "春节", "Spring Festival",
            "清明", "Tomb-sweeping Day",
            "劳动节", "Labour Day",
            "端午", "Dragon Boat Festival",
            "中秋", "Mid-Autumn Festival",
            "国庆节", "National Day");

    private final Map<LocalDate, Arranged> days = new HashMap<>();
    private final int lastYear;

    private record Year(int version, List<Entry> days) {}

    private record Entry(LocalDate date, Kind kind, String name) {}

    enum Kind {
        HOLIDAY,
        WORKDAY
    }

    /** What is arranged for a day; the name is the festival's, also for the workday that makes up for it. */
    record Arranged(Kind kind, String name) {
        boolean workday() {
            return kind == Kind.WORKDAY;
        }

        String name(Locale locale) {
            return locale.getLanguage().equals("en") ? ENGLISH.getOrDefault(name, name) : name;
        }
    }

    private LegalCalendar() {
        int year = FIRST_YEAR;
        for (Year arrangement = read(year); arrangement != null; arrangement = read(++year)) {
            for (Entry entry : arrangement.days()) {
                if (entry.date().getYear() != year
                        || days.put(entry.date(), new Arranged(entry.kind(), entry.name())) != null) {
                    throw new IllegalStateException(entry.date() + " is wrong in the legal calendar of " + year);
                }
            }
        }
        lastYear = year - 1;
    }

    private static @Nullable Year read(int year) {
        try (InputStream in = LegalCalendar.class.getResourceAsStream("/legal-calendar/" + year + ".yaml")) {
            return in == null
                    ? null
                    : JsonMapper.builder(new YAMLFactory())
                            .addModule(new JavaTimeModule())
                            .build()
                            .readValue(in, Year.class);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What is arranged for the day; null for a usual one. */
    @Nullable
    Arranged of(LocalDate date) {
        return days.get(date);
    }

    /** Whether the arrangement of the day's year is known. */
    boolean knows(LocalDate date) {
        return date.getYear() >= FIRST_YEAR && date.getYear() <= lastYear;
    }
}
