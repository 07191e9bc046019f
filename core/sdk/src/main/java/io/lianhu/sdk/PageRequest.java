package io.lianhu.sdk;

import java.util.Optional;
import java.util.UUID;

/**
 * Which part of a list is asked for. Lists are ordered by id, newest first, unless their description says otherwise: ids are UUIDv7,
 * hence in order of making, so that a page is stable while others insert.
 *
 * @param first how many, 1–100
 * @param after the last id of the page before
 */
public record PageRequest(int first, Optional<UUID> after) {

    /** The most that one page holds. */
    public static final int MAX = 100;

    public PageRequest {
        if (first < 1 || first > MAX) {
            throw ApiException.invalid("first");
        }
    }

    /** How many rows to read: one more than the page holds, to learn whether there is a next one. */
    public int limit() {
        return first + 1;
    }
}
