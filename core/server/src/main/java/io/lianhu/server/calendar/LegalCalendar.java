package io.lianhu.server.calendar;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The holidays (法定节假日) and make-up workdays (调休上班) that the State Council announces year by year: the same for every county.
 * Otherwise Saturdays and Sundays are off.
 */
final class LegalCalendar {

    private static final String RESOURCE = "/legal-calendar.csv";

    /**
     * What the announcement says of one day.
     *
     * @param off false for a make-up workday
     * @param name of the holiday, in Chinese, that it belongs to
     */
    record Arrangement(boolean off, String name) {}

    private static final LegalCalendar ANNOUNCED = read();

    private final Map<LocalDate, Arrangement> arrangements;
    private final int firstYear;
    private final int lastYear;

    private LegalCalendar(Map<LocalDate, Arrangement> arrangements) {
        this.arrangements = Map.copyOf(arrangements);
        this.firstYear = arrangements.keySet().stream()
                .mapToInt(LocalDate::getYear)
                .min()
                .orElseThrow();
        this.lastYear = arrangements.keySet().stream()
                .mapToInt(LocalDate::getYear)
                .max()
                .orElseThrow();
    }

    /** As far as it was announced when this version was made. */
    static LegalCalendar announced() {
        return ANNOUNCED;
    }

    private static LegalCalendar read() {
        Map<LocalDate, Arrangement> arrangements = new HashMap<>();
        try (InputStream in = LegalCalendar.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("Missing " + RESOURCE);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] cells = line.split(",", 3);
                    arrangements.put(LocalDate.parse(cells[0]), new Arrangement(cells[1].equals("holiday"), cells[2]));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new LegalCalendar(arrangements);
    }

    /** What was announced for the day; empty for a usual one. */
    Optional<Arrangement> on(LocalDate day) {
        return Optional.ofNullable(arrangements.get(day));
    }

    /** Whether the year's arrangement was announced; until then only its weekends are off. */
    boolean covers(int year) {
        return year >= firstYear && year <= lastYear;
    }

    boolean isWorkday(LocalDate day) {
        Arrangement arrangement = arrangements.get(day);
        return arrangement != null
                ? !arrangement.off()
                : day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
    }
}
