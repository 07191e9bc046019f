package io.lianhu.server.calendar;

import io.lianhu.sdk.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of a day in which is worked (班次), like 08:30–12:00.
 *
 * @param start in minutes from midnight
 * @param end in minutes from midnight, at most 1,440: nobody works over midnight, but until it and from it on
 */
public record Shift(int start, int end) {

    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00");
    private static final int DAY = 24 * 60;

    public Shift {
        if (start < 0 || end > DAY || start >= end) {
            throw new IllegalArgumentException("No shift: " + start + " to " + end);
        }
    }

    /**
     * Reads times like {@code 08:30} and {@code 24:00}.
     *
     * @throws ApiException {@code INVALID_INPUT} of shifts
     */
    static Shift of(String from, String to) {
        int start = minutes(from);
        int end = minutes(to);
        if (start >= end) {
            throw ApiException.invalid("shifts");
        }
        return new Shift(start, end);
    }

    private static int minutes(String time) {
        Matcher matcher = TIME.matcher(time);
        if (!matcher.matches()) {
            throw ApiException.invalid("shifts");
        }
        return matcher.group(1) == null
                ? DAY
                : Integer.parseInt(matcher.group(1)) * 60 + Integer.parseInt(matcher.group(2));
    }

    /** Reads what {@link #toString} has written. */
    static Shift parse(String text) {
        List<String> ends = List.of(text.split("-", 2));
        return of(ends.get(0), ends.get(1));
    }

    int minutes() {
        return end - start;
    }

    public String from() {
        return time(start);
    }

    public String to() {
        return time(end);
    }

    private static String time(int minutes) {
        return String.format(Locale.ROOT, "%02d:%02d", minutes / 60, minutes % 60);
    }

    @Override
    public String toString() {
        return from() + "-" + to();
    }
}
