package io.lianhu.sdk;

import java.util.UUID;

/**
 * Something that has happened (领域事件): a record in the past tense whose components are plain values (String, UUID, numbers,
 * {@code Instant}, {@code LocalDate}, enums, {@link DivisionCode}), stored as JSON. Components may be added, never removed or renamed.
 */
public interface Event {

    /** What it happened to; events of one aggregate reach each handler in the order of their transactions. */
    UUID aggregate();
}
