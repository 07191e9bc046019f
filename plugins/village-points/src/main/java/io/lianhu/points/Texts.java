package io.lianhu.points;

import io.lianhu.sdk.ApiException;

/** Texts that people type. */
public final class Texts {

    private Texts() {}

    /**
     * The text without surrounding space.
     *
     * @throws ApiException {@code INVALID_INPUT} for the field, if nothing is left or more than {@code most} characters are
     */
    public static String bounded(String field, String text, int most) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw ApiException.invalid(field);
        }
        return atMost(field, stripped, most);
    }

    /**
     * The text as it is.
     *
     * @throws ApiException {@code INVALID_INPUT} for the field, if it has more than {@code most} characters
     */
    public static String atMost(String field, String text, int most) {
        if (text.codePointCount(0, text.length()) > most) {
            throw ApiException.invalid(field);
        }
        return text;
    }
}
