package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.calendar.TimeLimit;
import java.util.List;

/** How long a stage of a case may take (办理时限), as somebody wrote it: checked before it is a {@link TimeLimit}. */
public record Limit(int amount, TimeLimit.Unit unit) {

    private static final int MOST = 1000;

    /**
     * The limit as it is to be kept.
     *
     * @throws ApiException {@code INVALID_INPUT} of the field where it is out of bounds
     */
    public Limit checked(String field) {
        if (amount < 1 || amount > Math.min(MOST, unit.most())) {
            throw ApiException.invalid(field);
        }
        return this;
    }

    public TimeLimit time() {
        return new TimeLimit(amount, unit);
    }

    /** Reads what the baseline says, like {@code 4 WORKING_HOUR}. */
    static Limit parse(String text) {
        List<String> parts = List.of(text.split(" ", 2));
        return new Limit(Integer.parseInt(parts.get(0)), TimeLimit.Unit.valueOf(parts.get(1))).checked(text);
    }
}
