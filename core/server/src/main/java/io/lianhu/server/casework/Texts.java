package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;

/** What people write, as far as it may be long. */
final class Texts {

    private Texts() {}

    /** Refuses a text that is too short or too long, white space around it aside. */
    static void check(String text, int least, int most, String field) {
        int length = text.strip().length();
        if (length < least || length > most) {
            throw ApiException.invalid(field);
        }
    }
}
