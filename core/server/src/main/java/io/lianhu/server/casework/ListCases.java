package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The list of cases that a caller may see. */
@Singleton
class ListCases {

    /** What the caller may see for having reported it. Alone, each of these conditions is answered from an index. */
    private static final String REPORTED = "c.reportedBy.subject = :me";

    /** What the caller has, or had, as a grid worker; see {@link CasePermissions#isAssignee}. */
    private static final String ASSIGNED = "c.assignee.subject = :me and substring(c.divisionCode, 1, 12) in :villages";

    private static final String UNITS = "c.assignee.unit in :units";

    /** What a unit supports, from the index of the parts. */
    private static final String PARTS =
            "c.id in (select p.caseId from CasePart p where p.unitId in :units and p.state ";

    private final CoreStore store;
    private final Clock clock = Clock.systemUTC();

    ListCases(CoreStore store) {
        this.store = store;
    }

    Uni<Connection<Case>> list(Call call) {
        CaseQuery.Order order = call.argument("orderBy", CaseQuery.Order.class).orElse(CaseQuery.Order.NEWEST);
        PageRequest page = new PageRequest(call.argument("first", Integer.class).orElse(0), Optional.empty());
        Optional<CaseQuery.Position> after =
                call.argument("after", String.class).map(cursor -> CaseQuery.Position.parse(cursor, order));
        CaseQuery query = new CaseQuery(order);
        visible(query, call);
        filter(query, call);
        return store.session(session -> query.in(session, page, after).getResultList())
                .map(rows -> page(rows, page, order, after.isPresent()));
    }

    /** As {@link Connection#of} makes it, with the order's own cursors. */
    private static Connection<Case> page(List<Case> rows, PageRequest page, CaseQuery.Order order, boolean before) {
        List<Connection.Edge<Case>> edges = rows.stream()
                .limit(page.first())
                .map(row -> new Connection.Edge<>(
                        row, CaseQuery.Position.of(row, order).cursor(order)))
                .toList();
        return new Connection<>(
                edges,
                new Connection.PageInfo(
                        rows.size() > page.first(),
                        before,
                        edges.isEmpty() ? null : edges.get(0).cursor(),
                        edges.isEmpty() ? null : edges.get(edges.size() - 1).cursor()));
    }

    private void filter(CaseQuery query, Call call) {
        call.argument("state", CaseState.class).ifPresent(state -> query.add("c.state = :state", "state", state));
        call.argument("divisionCode", String.class).ifPresent(code -> {
            DivisionCode division = division(code);
            query.add("c.divisionCode >= :from", "from", division.value());
            query.add("c.divisionCode < :to", "to", division.end());
        });
        call.argument("classCode", String.class)
                .ifPresent(code -> query.add("c.classCode = :classCode", "classCode", code));
        call.argument("number", String.class).ifPresent(number -> query.add("c.number = :number", "number", number));
        call.argument("source", CaseSource.class)
                .ifPresent(source -> query.add("c.source = :source", "source", source));
        call.argument("unitId", GlobalId.class)
                .ifPresent(unit -> query.add("c.assignee.unit = :unit", "unit", unit.of("OrgUnit")));
        call.argument("postId", GlobalId.class)
                .ifPresent(post -> query.add(
                        "c.assignee.subject = (select p.subject from Post p where p.id = :post)",
                        "post",
                        post.of("Post")));
        call.argument("mergedInto", GlobalId.class)
                .ifPresent(main -> query.add("c.mergedInto = :main", "main", main.of("Case")));
        call.argument("reportedSince", Instant.class)
                .ifPresent(since -> query.add("c.reportedAt >= :since", "since", since));
        call.argument("reportedUntil", Instant.class)
                .ifPresent(until -> query.add("c.reportedAt < :until", "until", until));
        Instant now = clock.instant();
        if (call.argument("overdue", Boolean.class).orElse(false)) {
            query.add("c.time.dueAt < :now", "now", now);
        }
        if (call.argument("approaching", Boolean.class).orElse(false)) {
            query.add("c.time.approachingAt <= :now and c.time.dueAt >= :now", "now", now);
        }
    }

    private static void visible(CaseQuery query, Call call) {
        Actor actor = call.actor();
        boolean reported = call.argument("reportedByMe", Boolean.class).orElse(false);
        boolean assigned = call.argument("assignedToMe", Boolean.class).orElse(false);
        if (reported) {
            query.parameter("me", actor.subject());
        }
        if (assigned) {
            assigned(query, actor);
            if (reported) {
                query.add(REPORTED);
            }
        } else if (reported) {
            query.way(REPORTED);
        } else {
            anyhow(query, actor);
        }
    }

    private static void assigned(CaseQuery query, Actor actor) {
        gridWorkers(query, actor);
        Scope scope = Scope.of(actor.scopes(CasePermissions.HANDLE_VILLAGE), "c.divisionCode");
        if (!scope.divisions().isEmpty()) {
            query.way("c.assignee.kind = VILLAGE and ", scope);
        }
        units(query, actor, "= ASKED");
    }

    private static void anyhow(CaseQuery query, Actor actor) {
        query.parameter("me", actor.subject());
        query.way(REPORTED);
        gridWorkers(query, actor);
        units(query, actor, "<> CANCELLED");
        Scope scope = Scope.of(actor.scopes(CasePermissions.READ_ALL), "c.divisionCode");
        if (!scope.divisions().isEmpty()) {
            query.way("", scope);
        }
    }

    private static void gridWorkers(CaseQuery query, Actor actor) {
        Set<String> villages = CasePermissions.villages(actor);
        if (!villages.isEmpty()) {
            query.parameter("me", actor.subject());
            query.parameter("villages", villages);
            query.way(ASSIGNED);
        }
    }

    private static void units(CaseQuery query, Actor actor, String parts) {
        Set<UUID> units = actor.units();
        if (!units.isEmpty()) {
            query.parameter("units", units);
            query.way(UNITS);
            query.way(PARTS + parts + ")");
        }
    }

    private static DivisionCode division(String code) {
        try {
            return new DivisionCode(code);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }
}
