package io.lianhu.server.audience;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One thing that is so of a resident, or not: exactly one of the components is there, an age range being one.
 *
 * @param ageFrom in full years
 * @param ageTo in full years, included
 * @param residence a name of GraphQL's {@code ResidenceKind}
 * @param sex a name of GraphQL's {@code Sex}
 */
public record Criterion(
        Optional<GlobalId> tagId,
        Optional<Integer> ageFrom,
        Optional<Integer> ageTo,
        Optional<String> residence,
        Optional<String> sex,
        Optional<Boolean> livesAlone) {

    private static final int OLDEST = 150;

    /**
     * Checks what was asked for.
     *
     * @throws ApiException {@code INVALID_INPUT}
     */
    Criterion checked(String field) {
        boolean age = ageFrom.isPresent() || ageTo.isPresent();
        long given = Stream.of(tagId.isPresent(), age, residence.isPresent(), sex.isPresent(), livesAlone.isPresent())
                .filter(one -> one)
                .count();
        int from = ageFrom.orElse(0);
        int to = ageTo.orElse(OLDEST);
        if (given != 1 || from < 0 || to > OLDEST || from > to) {
            throw ApiException.invalid(field);
        }
        return this;
    }
}
