package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.Scope;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * A list of cases as it is asked of the database: one query for each way in which the caller may see cases, since no index answers "either
 * or". Each reads as many rows as the page has, in the order of the page, and what they have found is put together.
 */
final class CaseQuery {

    /** How a list is ordered. */
    enum Order {
        /** The latest report first. */
        NEWEST,
        /** What is over first comes first; what has no clock running comes last. */
        DUE
    }

    /**
     * Behind which case the page begins.
     *
     * @param due when that one was over; null where no clock of it ran, or the order is another
     */
    record Position(UUID id, @Nullable Instant due) {

        static Position of(Case last, Order order) {
            return new Position(
                    last.getId(), order == Order.DUE ? last.clocks().dueAt().orElse(null) : null);
        }

        /** As a cursor: the id alone, as everywhere, or the moment before it. */
        String cursor(Order order) {
            return order == Order.NEWEST
                    ? Connection.cursor(id)
                    : Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(((due == null ? "" : due) + "|" + id).getBytes(StandardCharsets.UTF_8));
        }

        static Position parse(String cursor, Order order) {
            if (order == Order.NEWEST) {
                return new Position(Connection.position(cursor), null);
            }
            try {
                String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
                int bar = text.indexOf('|');
                String due = text.substring(0, Math.max(bar, 0));
                return new Position(
                        UUID.fromString(text.substring(bar + 1)), due.isEmpty() ? null : Instant.parse(due));
            } catch (IllegalArgumentException | DateTimeException malformed) {
                throw ApiException.invalid("after");
            }
        }
    }

    private final Order order;
    private final List<String> ways = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> parameters = new HashMap<>();
    private Scope scope = Scope.of(List.of(), "c.divisionCode");

    CaseQuery(Order order) {
        this.order = order;
    }

    /** One of the ways in which the caller may see a case. */
    void way(String condition) {
        ways.add(condition);
    }

    /** The way of a post over divisions. */
    void way(String condition, Scope over) {
        scope = over;
        ways.add(condition + over.condition());
    }

    /** A condition on all. */
    void add(String condition) {
        conditions.add(condition);
    }

    void add(String condition, String name, Object value) {
        conditions.add(condition);
        parameters.put(name, value);
    }

    void parameter(String name, Object value) {
        parameters.put(name, value);
    }

    /** The statement, and its parameters beside the scope's. */
    Mutiny.SelectionQuery<Case> in(Mutiny.Session session, PageRequest page, Optional<Position> after) {
        Map<String, Object> all = new HashMap<>(parameters);
        after.ifPresent(position -> all.put("after", position.id()));
        after.map(Position::due).ifPresent(due -> all.put("due", due));
        List<String> parts =
                ways.stream().flatMap(way -> parts(way, after.orElse(null))).collect(Collectors.toList());
        if (parts.isEmpty()) {
            return session.createSelectionQuery("from Case where 1 = 0", Case.class);
        }
        all.put("most", page.limit());
        Mutiny.SelectionQuery<Case> query = session.createSelectionQuery(
                        parts.stream()
                                .collect(Collectors.joining(
                                        " union ",
                                        "from Case k where k.id in (",
                                        order == Order.NEWEST
                                                ? ") order by k.id desc"
                                                : ") order by k.time.dueAt nulls last, k.id")),
                        Case.class)
                .setMaxResults(page.limit());
        scope.bind(query);
        all.forEach(query::setParameter);
        return query;
    }

    /** With clocks: those of which one runs, from their index, and the others, which come after all of them. */
    private Stream<String> parts(String way, @Nullable Position after) {
        if (order == Order.NEWEST) {
            return Stream.of(part(way, after == null ? "" : " and c.id < :after", "c.id desc"));
        }
        if (after != null && after.due() == null) {
            return Stream.of(part(way, " and c.time.dueAt is null and c.id > :after", "c.id"));
        }
        String running = after == null
                ? " and c.time.dueAt is not null"
                : " and c.time.dueAt >= :due and (c.time.dueAt > :due or c.id > :after)";
        return Stream.of(part(way, running, "c.time.dueAt, c.id"), part(way, " and c.time.dueAt is null", "c.id"));
    }

    private String part(String way, String from, String by) {
        return "(select c.id as id from Case c where "
                + Stream.concat(Stream.of(way), conditions.stream()).collect(Collectors.joining(" and ")) + from
                + " order by " + by + " limit :most)";
    }
}
