package io.lianhu.server.resident;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A citizen's ID number (公民身份号码, GB 11643): 18 characters whose last one checks the others. */
record IdNumber(String text) {

    private static final Pattern FORM = Pattern.compile("[1-9][0-9]{16}[0-9X]");

    /** Nobody alive is older. */
    private static final int FIRST_YEAR = 1900;

    private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    private static final String CHECKS = "10X98765432";

    /** The number, where the text is one of somebody born until today. */
    static Optional<IdNumber> of(String text, LocalDate today) {
        String number = text.strip().toUpperCase(Locale.ROOT);
        if (!FORM.matcher(number).matches() || check(number) != number.charAt(17)) {
            return Optional.empty();
        }
        try {
            LocalDate born = born(number);
            return born.getYear() < FIRST_YEAR || born.isAfter(today)
                    ? Optional.empty()
                    : Optional.of(new IdNumber(number));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static char check(String number) {
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += (number.charAt(i) - '0') * WEIGHTS[i];
        }
        return CHECKS.charAt(sum % 11);
    }

    private static LocalDate born(String number) {
        return LocalDate.of(
                Integer.parseInt(number, 6, 10, 10),
                Integer.parseInt(number, 10, 12, 10),
                Integer.parseInt(number, 12, 14, 10));
    }

    LocalDate born() {
        return born(text);
    }

    Sex sex() {
        return (text.charAt(16) - '0') % 2 == 0 ? Sex.FEMALE : Sex.MALE;
    }

    /** Only the ends: place, birth date and sex are known otherwise, so that four digits more would tell the whole. */
    static String mask(String number) {
        return number.charAt(0) + "*".repeat(number.length() - 2) + number.charAt(number.length() - 1);
    }

    /** Logs and messages must not tell it. */
    @Override
    public String toString() {
        return mask(text);
    }
}
