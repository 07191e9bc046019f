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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** The list of cases that a caller may see. */
@Singleton
class ListCases {

    /** What the caller may see for having reported it. Alone, each of these conditions is answered from an index. */
    private static final String REPORTED = "c.reportedBy.subject = :me";

    /** What the caller has, or had, as a grid worker; see {@link CasePermissions#isAssignee}. */
    private static final String ASSIGNED = "c.assignee.subject = :me and substring(c.divisionCode, 1, 12) in :villages";

    private static final String UNITS = "c.assignee.unit in :units";

    /** What a unit supports; asked for case by case, from the index of the parts. */
    private static final String PARTS = " join CasePart p on p.caseId = c.id and p.unitId in :units";

    private final CoreStore store;
    private final Clock clock = Clock.systemUTC();

    ListCases(CoreStore store) {
        this.store = store;
    }

    /** What is asked for, gathered. */
    private static final class Filter {
        private final List<Way> ways = new ArrayList<>();
        private final List<String> conditions = new ArrayList<>();
        private final Map<String, Object> parameters = new HashMap<>();
        private Scope scope = Scope.of(List.of(), "c.divisionCode");

        private void way(String join, String condition) {
            ways.add(new Way(join, condition));
        }

        private void add(String condition) {
            conditions.add(condition);
        }

        private void add(String condition, String name, Object value) {
            conditions.add(condition);
            parameters.put(name, value);
        }

        /**
         * One query for each way, since no index answers "either or": each reads as many rows as the page has, in the order of the page, and
         * what they have found is put together.
         */
        private String query() {
            String order = " order by c.id desc";
            if (ways.isEmpty()) {
                return "from Case c where 1 = 0" + order;
            }
            return ways.stream()
                    .map(way -> "(select distinct c.id as id from Case c" + way.join() + " where "
                            + Stream.concat(Stream.of(way.condition()), conditions.stream())
                                    .collect(Collectors.joining(" and "))
                            + order + " limit :most)")
                    .collect(Collectors.joining(" union ", "from Case k where k.id in (", ") order by k.id desc"));
        }
    }

    /** For which the caller may see cases. */
    private record Way(String join, String condition) {}

    Uni<Connection<Case>> list(Call call) {
        PageRequest page = call.page();
        Filter filter = visible(call);
        call.argument("state", CaseState.class).ifPresent(state -> filter.add("c.state = :state", "state", state));
        call.argument("divisionCode", String.class).ifPresent(code -> {
            DivisionCode division = division(code);
            filter.add("c.divisionCode >= :from", "from", division.value());
            filter.add("c.divisionCode < :to", "to", division.end());
        });
        call.argument("classCode", String.class)
                .ifPresent(code -> filter.add("c.classCode = :classCode", "classCode", code));
        call.argument("number", String.class).ifPresent(number -> filter.add("c.number = :number", "number", number));
        call.argument("source", CaseSource.class)
                .ifPresent(source -> filter.add("c.source = :source", "source", source));
        call.argument("unitId", GlobalId.class)
                .ifPresent(unit -> filter.add("c.assignee.unit = :unit", "unit", unit.of("OrgUnit")));
        call.argument("mergedInto", GlobalId.class)
                .ifPresent(main -> filter.add("c.mergedInto = :main", "main", main.of("Case")));
        Instant now = clock.instant();
        if (call.argument("overdue", Boolean.class).orElse(false)) {
            filter.add("c.time.dueAt < :now", "now", now);
        }
        if (call.argument("approaching", Boolean.class).orElse(false)) {
            filter.add("c.time.approachingAt <= :now and c.time.dueAt >= :now", "now", now);
        }
        page.after().ifPresent(after -> filter.add("c.id < :after", "after", after));
        return store.session(session -> {
                    Mutiny.SelectionQuery<Case> query = session.createSelectionQuery(filter.query(), Case.class);
                    if (!filter.ways.isEmpty()) {
                        filter.scope.bind(query);
                        filter.parameters.forEach(query::setParameter);
                        query.setParameter("most", page.limit()).setMaxResults(page.limit());
                    }
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Case::getId));
    }

    private static Filter visible(Call call) {
        Actor actor = call.actor();
        boolean reported = call.argument("reportedByMe", Boolean.class).orElse(false);
        boolean assigned = call.argument("assignedToMe", Boolean.class).orElse(false);
        Filter filter = new Filter();
        if (reported) {
            filter.parameters.put("me", actor.subject());
        }
        if (assigned) {
            assigned(filter, actor);
            if (reported) {
                filter.add(REPORTED);
            }
        } else if (reported) {
            filter.way("", REPORTED);
        } else {
            anyhow(filter, actor);
        }
        return filter;
    }

    private static void assigned(Filter filter, Actor actor) {
        if (gridWorkers(filter, actor)) {
            filter.parameters.put("me", actor.subject());
            filter.way("", ASSIGNED);
        }
        filter.scope = Scope.of(actor.scopes(CasePermissions.HANDLE_VILLAGE), "c.divisionCode");
        if (!filter.scope.divisions().isEmpty()) {
            filter.way("", "c.assignee.kind = VILLAGE and " + filter.scope.condition());
        }
        if (units(filter, actor)) {
            filter.way("", UNITS);
            filter.way(PARTS, "p.state = ASKED");
        }
    }

    private static void anyhow(Filter filter, Actor actor) {
        filter.parameters.put("me", actor.subject());
        filter.way("", REPORTED);
        if (gridWorkers(filter, actor)) {
            filter.way("", ASSIGNED);
        }
        if (units(filter, actor)) {
            filter.way("", UNITS);
            filter.way(PARTS, "p.state <> CANCELLED");
        }
        filter.scope = Scope.of(actor.scopes(CasePermissions.READ_ALL), "c.divisionCode");
        if (!filter.scope.divisions().isEmpty()) {
            filter.way("", filter.scope.condition());
        }
    }

    private static boolean gridWorkers(Filter filter, Actor actor) {
        Set<String> villages = CasePermissions.villages(actor);
        if (!villages.isEmpty()) {
            filter.parameters.put("villages", villages);
        }
        return !villages.isEmpty();
    }

    private static boolean units(Filter filter, Actor actor) {
        Set<UUID> units = actor.units();
        if (!units.isEmpty()) {
            filter.parameters.put("units", units);
        }
        return !units.isEmpty();
    }

    private static DivisionCode division(String code) {
        try {
            return new DivisionCode(code);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }
}
