package io.lianhu.sdk;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One page of a list, in the form of a Relay connection. */
public record Connection<T>(List<Edge<T>> edges, PageInfo pageInfo) {

    /** One row and where to go on after it. */
    public record Edge<T>(T node, String cursor) {}

    /** What lies beyond the page. Going back is not offered: a client keeps the pages that it has read. */
    public record PageInfo(
            boolean hasNextPage, boolean hasPreviousPage, @Nullable String startCursor, @Nullable String endCursor) {}

    /**
     * A page of the rows that a query with {@link PageRequest#limit} returned.
     *
     * @param id the row's id, by which the list is ordered
     */
    public static <T> Connection<T> of(List<T> rows, PageRequest page, Function<T, UUID> id) {
        List<Edge<T>> edges = rows.stream()
                .limit(page.first())
                .map(row -> new Edge<>(row, cursor(id.apply(row))))
                .toList();
        return new Connection<>(
                edges,
                new PageInfo(
                        rows.size() > page.first(),
                        page.after().isPresent(),
                        edges.isEmpty() ? null : edges.get(0).cursor(),
                        edges.isEmpty() ? null : edges.get(edges.size() - 1).cursor()));
    }

    /** The cursor's text for an id. */
    public static String cursor(UUID id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(id.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id behind a cursor's text.
     *
     * @throws ApiException {@code INVALID_INPUT}
     */
    public static UUID position(String cursor) {
        try {
            return UUID.fromString(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("after");
        }
    }
}
