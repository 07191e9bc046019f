package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What residents are searched by; everything that is given has to be so.
 *
 * @param name a part of it
 * @param address a part of it, of two characters at least
 * @param ageFrom in full years, as {@code ageTo}, which is included
 */
record ResidentSearch(
        Optional<String> name,
        Optional<String> address,
        Optional<ResidenceKind> residence,
        Optional<Integer> ageFrom,
        Optional<Integer> ageTo,
        Optional<String> telephone,
        Optional<String> idNumber,
        Optional<String> divisionCode) {

    private static final int LONGEST = 60;
    private static final int OLDEST = 150;
    private static final int VILLAGE = 12;

    /**
     * One statement with its parameters, for what can only be said in SQL.
     *
     * @param text selects ids, the newest first
     */
    record Statement(String text, List<Object> parameters) {}

    /** Finds every resident. */
    static ResidentSearch all() {
        return new ResidentSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The search as a statement.
     *
     * @param scopes where the caller may look
     * @param telephones the digests of a telephone number
     * @param idNumbers the digest of an ID number
     * @throws ApiException {@code INVALID_INPUT}
     */
    Statement statement(
            List<DivisionCode> scopes,
            Optional<ResidentState> state,
            int limit,
            Optional<UUID> after,
            LocalDate today,
            Function<String, List<byte[]>> telephones,
            Function<String, byte[]> idNumbers) {
        Builder sql = new Builder();
        List<DivisionCode> where = within(scopes);
        List<String> grams = grams();
        String id = grams.isEmpty() ? "r.id" : "g0.resident_id";
        for (int i = 0; i < grams.size(); i++) {
            sql.and("g" + i + ".gram = " + sql.put(grams.get(i)));
            if (i > 0) {
                sql.and("g" + i + ".village = g0.village and g" + i + ".resident_id = g0.resident_id");
            }
        }
        if (!grams.isEmpty()) {
            sql.and("r.id = g0.resident_id");
            sql.and(ranges(sql, where, "g0.village", VILLAGE));
        }
        sql.and(ranges(sql, where, "r.division_code", Integer.MAX_VALUE));
        part(name, "name").ifPresent(part -> sql.contains("r.name", part));
        part(address, "address").ifPresent(part -> sql.contains("r.address", part));
        residence.ifPresent(kind -> sql.and("r.residence = " + sql.put(kind.name())));
        bornUntil(today).ifPresent(day -> sql.and("r.birth_date <= " + sql.put(day)));
        bornAfter(today).ifPresent(day -> sql.and("r.birth_date > " + sql.put(day)));
        telephone.ifPresent(number -> sql.and(telephones.apply(Confidential.telephone(number)).stream()
                .map(sql::put)
                .collect(Collectors.joining(", ", "r.telephone_digest in (", ")"))));
        idNumber.ifPresent(text -> sql.and("r.id_number_digest = "
                + sql.put(idNumbers.apply(IdNumber.of(text, today)
                        .orElseThrow(() -> new ApiException(ResidentError.RESIDENT_ID_NUMBER))
                        .text()))));
        sql.and(state.isPresent() ? "r.state = " + sql.put(state.get().name()) : "r.state <> 'MERGED'");
        after.ifPresent(last -> sql.and(id + " < " + sql.put(last)));
        StringBuilder from = new StringBuilder();
        for (int i = 0; i < grams.size(); i++) {
            from.append("lianhu_core.resident_gram g").append(i).append(", ");
        }
        return new Statement(
                "select r.id from " + from + "lianhu_core.resident r where " + String.join(" and ", sql.conditions)
                        + " order by " + id + " desc limit " + sql.put(limit),
                sql.parameters);
    }

    private List<DivisionCode> within(List<DivisionCode> scopes) {
        if (divisionCode.isEmpty()) {
            return scopes;
        }
        DivisionCode asked;
        try {
            asked = new DivisionCode(divisionCode.get());
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
        if (scopes.stream().anyMatch(scope -> scope.contains(asked))) {
            return List.of(asked);
        }
        return scopes.stream().filter(asked::contains).toList();
    }

    /** The condition that a code lies in one of the divisions; the code may be that of the village alone. */
    private static String ranges(Builder sql, List<DivisionCode> divisions, String column, int digits) {
        if (divisions.isEmpty()) {
            return "false";
        }
        List<String> ranges = new ArrayList<>();
        for (String code : divisions.stream()
                .map(division -> division.value()
                        .substring(0, Math.min(digits, division.value().length())))
                .distinct()
                .toList()) {
            ranges.add(
                    code.length() == digits
                            ? column + " = " + sql.put(code)
                            : column + " >= " + sql.put(code) + " and " + column + " < " + sql.put(code + ":"));
        }
        return "(" + String.join(" or ", ranges) + ")";
    }

    private List<String> grams() {
        List<String> grams = new ArrayList<>();
        part(name, "name").map(Grams::ofName).ifPresent(grams::addAll);
        part(address, "address").map(Grams::ofAddress).ifPresent(grams::addAll);
        return grams;
    }

    private static Optional<String> part(Optional<String> given, String field) {
        return given.map(text -> {
            String part = Grams.normalised(text);
            int length = part.codePointCount(0, part.length());
            if (length < (field.equals("address") ? 2 : 1) || length > LONGEST) {
                throw ApiException.invalid(field);
            }
            return part;
        });
    }

    /** Whoever is so old by now was born on that day at the latest. */
    private Optional<LocalDate> bornUntil(LocalDate today) {
        return ageFrom.map(age -> today.minusYears(sane(age, "ageFrom")));
    }

    private Optional<LocalDate> bornAfter(LocalDate today) {
        return ageTo.map(age -> today.minusYears(sane(age, "ageTo") + 1L));
    }

    private static int sane(int age, String field) {
        if (age < 0 || age > OLDEST) {
            throw ApiException.invalid(field);
        }
        return age;
    }

    private static final class Builder {
        private final List<String> conditions = new ArrayList<>();
        private final List<Object> parameters = new ArrayList<>();

        void and(String condition) {
            conditions.add(condition);
        }

        /** What the grams found is looked at once more: they say nothing of how they stand to each other. */
        void contains(String column, String part) {
            and("position(" + put(part) + " in " + Grams.normal(column) + ") > 0");
        }

        String put(Object value) {
            parameters.add(value);
            return "$" + parameters.size();
        }
    }
}
