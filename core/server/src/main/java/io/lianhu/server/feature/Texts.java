package io.lianhu.server.feature;

import io.lianhu.sdk.ApiException;
import java.util.Optional;

/** What people write: kept without the white space around it, its length counted in characters as people count them. */
public final class Texts {

    private Texts() {}

    /**
     * The text as it is to be kept.
     *
     * @param least in code points, as {@code most}
     * @throws ApiException {@code INVALID_INPUT} of the field where it is too short or too long
     */
    public static String check(String text, int least, int most, String field) {
        String stripped = text.strip();
        int length = stripped.codePointCount(0, stripped.length());
        if (length < least || length > most) {
            throw ApiException.invalid(field);
        }
        return stripped;
    }

    /** The same of a text that may be absent; one of white space alone is. */
    public static Optional<String> check(Optional<String> text, int most, String field) {
        return text.map(given -> check(given, 0, most, field)).filter(given -> !given.isEmpty());
    }
}
