package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.feature.Texts;
import org.jspecify.annotations.Nullable;

/** What is to be said with a step. */
enum Words {
    NONE(0, ""),
    /** A note, or nothing. */
    MAY_NOTE(0, "note"),
    /** A note. */
    NOTE(2, "note"),
    /** A reason. */
    REASON(2, "reason"),
    /** A comment, or nothing. */
    MAY_COMMENT(0, "comment");

    private static final int MOST = 500;

    private final int least;
    private final String field;

    Words(int least, String field) {
        this.least = least;
        this.field = field;
    }

    /**
     * The words as they are to be kept.
     *
     * @throws ApiException {@code INVALID_INPUT} where they are missing or too long
     */
    @Nullable
    String of(Step step) {
        String given =
                switch (this) {
                    case NONE -> null;
                    case MAY_NOTE, NOTE -> step.note().orElse(null);
                    case REASON -> step.reason().orElse(null);
                    case MAY_COMMENT -> step.comment().orElse(null);
                };
        if (given == null && least == 0) {
            return null;
        }
        if (given == null) {
            throw ApiException.invalid(field);
        }
        String kept = Texts.check(given, least, MOST, field);
        return kept.isEmpty() ? null : kept;
    }
}
