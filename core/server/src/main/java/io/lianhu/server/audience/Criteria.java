package io.lianhu.server.audience;

import io.lianhu.sdk.ApiException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Of whom all, and any if there are some, and none of the criteria are so.
 *
 * @param all each of these is so
 * @param any at least one is, if there are some
 * @param none none is
 */
public record Criteria(List<Criterion> all, List<Criterion> any, List<Criterion> none) {

    private static final int MOST = 20;

    /** Of everybody. */
    static final Criteria NONE = new Criteria(List.of(), List.of(), List.of());

    public Criteria {
        all = List.copyOf(all);
        any = List.copyOf(any);
        none = List.copyOf(none);
    }

    /**
     * What was asked for.
     *
     * @throws ApiException {@code INVALID_INPUT} where a criterion makes no sense, or they are too many
     */
    static Criteria checked(
            Optional<List<Criterion>> all, Optional<List<Criterion>> any, Optional<List<Criterion>> none) {
        Criteria given = new Criteria(all.orElse(List.of()), any.orElse(List.of()), none.orElse(List.of()));
        if (given.stream().count() > MOST) {
            throw ApiException.invalid("all");
        }
        given.all.forEach(one -> one.checked("all"));
        given.any.forEach(one -> one.checked("any"));
        given.none.forEach(one -> one.checked("none"));
        return given;
    }

    private Stream<Criterion> stream() {
        return Stream.of(all, any, none).flatMap(List::stream);
    }

    /** The tags that are asked for. */
    Set<UUID> tags() {
        Set<UUID> tags = new HashSet<>();
        stream().forEach(one -> one.tagId().map(id -> id.of("Tag")).ifPresent(tags::add));
        return tags;
    }
}
