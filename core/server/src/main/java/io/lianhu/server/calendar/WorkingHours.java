package io.lianhu.server.calendar;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;

/**
 * The hours of a working day (作息时间), such as 08:30–12:00 and 14:00–17:30.
 *
 * @param spans in order, apart from each other, at least one
 */
public record WorkingHours(List<Span> spans) {

    /** What a county works until it says otherwise. */
    public static final WorkingHours USUAL = new WorkingHours(List.of(
            new Span(LocalTime.of(8, 30), LocalTime.of(12, 0)), new Span(LocalTime.of(14, 0), LocalTime.of(17, 30))));

    /**
     * Hours without a break.
     *
     * @param from inclusive
     * @param to exclusive, later than {@code from}
     */
    public record Span(LocalTime from, LocalTime to) {
        public Span {
            if (!from.isBefore(to)) {
                throw new IllegalArgumentException(from + " is not before " + to);
            }
        }

        Duration length() {
            return Duration.between(from, to);
        }
    }

    public WorkingHours {
        spans = List.copyOf(spans);
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("A working day without hours");
        }
        for (int i = 1; i < spans.size(); i++) {
            if (!spans.get(i - 1).to().isBefore(spans.get(i).from())) {
                throw new IllegalArgumentException(
                        spans.get(i) + " does not come after " + spans.get(i - 1) + " and a break");
            }
        }
    }

    /** When work ends. */
    LocalTime end() {
        return spans.get(spans.size() - 1).to();
    }

    /** How long is worked. */
    Duration length() {
        return spans.stream().map(Span::length).reduce(Duration.ZERO, Duration::plus);
    }
}
