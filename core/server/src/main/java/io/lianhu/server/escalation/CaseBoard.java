package io.lianhu.server.escalation;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.casework.Case;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The board of cases whose time is nearly over, or over (督办看板), soonest due first. */
@Singleton
class CaseBoard {

    private static final int VILLAGE = 12;
    private static final int TOWN = 9;

    private final CoreStore store;
    private final DivisionDirectory divisions;

    CaseBoard(CoreStore store, DivisionDirectory divisions) {
        this.store = store;
        this.divisions = divisions;
    }

    /** How a case on the board stands. */
    enum State {
        ON_TIME,
        APPROACHING,
        OVERDUE
    }

    /** Which stage is due. */
    enum Stage {
        RESPOND,
        REPLY,
        RESOLVE
    }

    /** Where the list goes on: after a case that was due then, wherever that case is now. */
    private record Position(Instant due, UUID id) {

        String cursor() {
            String text = ChronoUnit.MICROS.between(Instant.EPOCH, due) + "/" + id;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        static Position of(String cursor) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
                List<String> parts = List.of(text.split("/", 2));
                return new Position(
                        Instant.EPOCH.plus(Long.parseLong(parts.get(0)), ChronoUnit.MICROS),
                        UUID.fromString(parts.get(1)));
            } catch (RuntimeException malformed) {
                throw ApiException.invalid("after");
            }
        }
    }

    Uni<Connection<Case>> list(Call call) {
        PageRequest page = new PageRequest(call.required("first", Integer.class), Optional.empty());
        Optional<Position> after = call.argument("after", String.class).map(Position::of);
        Optional<State> state = call.argument("state", State.class);
        if (state.filter(asked -> asked == State.ON_TIME).isPresent()) {
            throw ApiException.invalid("state"); // those are not on the board
        }
        return scopes(call)
                .chain(scopes -> scopes.isEmpty()
                        ? Uni.createFrom().item(List.<Position>of())
                        : positions(call, scopes, state, after, page.limit()))
                .chain(positions ->
                        cases(positions).map(cases -> connection(positions, cases, page, after.isPresent())));
    }

    private Uni<List<DivisionCode>> scopes(Call call) {
        Optional<UUID> asked = call.argument("divisionId", GlobalId.class).map(id -> id.of("Division"));
        return asked.isEmpty()
                ? Uni.createFrom().item(call.actor().scopes(EscalationPermissions.READ))
                : divisions.require(asked.get()).map(division -> {
                    call.actor().require(EscalationPermissions.READ, division.code());
                    if (division.code().value().length() > VILLAGE) {
                        throw ApiException.invalid("divisionId"); // below villages nothing is kept apart
                    }
                    return List.of(division.code());
                });
    }

    /** For each division a range of one index; what else is asked for is looked at in the index's rows. */
    private static Uni<List<Position>> positions(
            Call call, List<DivisionCode> scopes, Optional<State> state, Optional<Position> after, int limit) {
        List<Object> parameters = new ArrayList<>();
        StringBuilder asked = new StringBuilder("state <> 'ON_TIME'");
        state.ifPresent(one -> asked.append(one == State.OVERDUE ? " and due_at < now()" : " and due_at >= now()"));
        call.argument("stage", Stage.class).ifPresent(stage -> add(asked, " and stage = $", parameters, stage.name()));
        call.argument("classCode", String.class).ifPresent(code -> add(asked, " and class_code = $", parameters, code));
        call.argument("level", Level.class)
                .ifPresent(level -> add(asked, " and level = $", parameters, level.number()));
        after.ifPresent(position -> {
            add(asked, " and (due_at, case_id) > ($", parameters, position.due().atOffset(ZoneOffset.UTC));
            add(asked, ", $", parameters, position.id());
            asked.append(')');
        });
        String sql = scopes.stream()
                .map(scope -> {
                    StringBuilder one = new StringBuilder("(select case_id, due_at from lianhu_core.case_watch where ")
                            .append(asked);
                    int digits = scope.value().length();
                    if (digits == TOWN) {
                        add(one, " and town_code = $", parameters, scope.value());
                    } else if (digits == VILLAGE) {
                        add(one, " and village_code = $", parameters, scope.value());
                    }
                    return one.append(" order by due_at, case_id limit ")
                            .append(limit)
                            .append(')')
                            .toString();
                })
                .collect(Collectors.joining(
                        " union all ",
                        "select case_id, due_at from (",
                        ") soonest order by due_at, case_id limit " + limit));
        return Statements.CORE.run(sql, parameters.toArray()).map(rows -> {
            List<Position> positions = new ArrayList<>();
            for (Row row : rows) {
                OffsetDateTime due = row.getOffsetDateTime("due_at");
                positions.add(new Position(due.toInstant(), row.getUUID("case_id")));
            }
            return positions;
        });
    }

    private static void add(StringBuilder condition, String text, List<Object> parameters, Object value) {
        parameters.add(value);
        condition.append(text).append(parameters.size());
    }

    private Uni<Map<UUID, Case>> cases(List<Position> positions) {
        return positions.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : store.session(session -> session.createSelectionQuery("from Case where id in :ids", Case.class)
                                .setParameter(
                                        "ids",
                                        positions.stream().map(Position::id).toList())
                                .getResultList())
                        .map(rows -> rows.stream().collect(Collectors.toMap(Case::getId, Function.identity())));
    }

    private static Connection<Case> connection(
            List<Position> positions, Map<UUID, Case> cases, PageRequest page, boolean later) {
        List<Connection.Edge<Case>> edges = positions.stream()
                .limit(page.first())
                .flatMap(position -> Stream.ofNullable(cases.get(position.id()))
                        .map(found -> new Connection.Edge<>(found, position.cursor())))
                .toList();
        return new Connection<>(
                edges,
                new Connection.PageInfo(
                        positions.size() > page.first(),
                        later,
                        edges.isEmpty() ? null : edges.get(0).cursor(),
                        edges.isEmpty() ? null : edges.get(edges.size() - 1).cursor()));
    }
}
