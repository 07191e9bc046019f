package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** What is known of a person besides name and home (人口信息); whatever is empty is unknown. */
record Particulars(
        Optional<ResidenceKind> residence,
        Optional<Sex> sex,
        Optional<LocalDate> birthDate,
        Optional<IdNumber> idNumber,
        Optional<Relation> relation) {

    private static final int FIRST_YEAR = 1900;

    /**
     * What was said, with sex and birth date from the ID number where there is one.
     *
     * @throws ApiException {@code RESIDENT_ID_NUMBER}, {@code RESIDENT_CONTRADICTION}, {@code INVALID_INPUT}
     */
    static Particulars of(
            Optional<ResidenceKind> residence,
            Optional<Sex> sex,
            Optional<LocalDate> birthDate,
            Optional<String> idNumber,
            Optional<Relation> relation,
            LocalDate today) {
        birthDate
                .filter(day -> day.isAfter(today) || day.getYear() < FIRST_YEAR)
                .ifPresent(day -> {
                    throw ApiException.invalid("birthDate");
                });
        Optional<IdNumber> number = idNumber.map(
                text -> IdNumber.of(text, today).orElseThrow(() -> new ApiException(ResidentError.RESIDENT_ID_NUMBER)));
        return new Particulars(
                residence,
                agreed(sex, number.map(IdNumber::sex), "sex"),
                agreed(birthDate, number.map(IdNumber::born), "birthDate"),
                number,
                relation);
    }

    /** The fields of an input that say it. */
    record Said(
            Optional<ResidenceKind> residence,
            Optional<Sex> sex,
            Optional<LocalDate> birthDate,
            Optional<String> idNumber,
            Optional<Relation> relation) {

        Particulars checked(LocalDate today) {
            return of(residence, sex, birthDate, idNumber, relation, today);
        }
    }

    private static <T> Optional<T> agreed(Optional<T> said, Optional<T> proved, String field) {
        if (said.isPresent() && proved.isPresent() && !said.equals(proved)) {
            throw new ApiException(ResidentError.RESIDENT_CONTRADICTION, Map.of("field", field));
        }
        return proved.isPresent() ? proved : said;
    }
}
