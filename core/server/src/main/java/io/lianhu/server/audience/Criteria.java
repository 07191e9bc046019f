package io.lianhu.server.audience;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
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

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

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

    /** As a column keeps it. */
    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What {@link #text} wrote. */
    static Criteria of(String text) {
        try {
            return JSON.readValue(text, Criteria.class);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("Criteria cannot be read", damaged);
        }
    }
}
