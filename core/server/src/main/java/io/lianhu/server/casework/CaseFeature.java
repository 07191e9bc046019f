package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Scope;
import io.lianhu.server.photo.Photo;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Cases, over GraphQL. */
@Singleton
class CaseFeature implements CoreFeature {

    private static final int HISTORY = 100;

    /** What the caller may see for having reported it. Alone, each of these conditions is answered from an index. */
    private static final String REPORTED = "c.reporterSubject = :me";

    /** What the caller may see for having it to handle, as {@link CasePermissions#isAssignee} has it. */
    private static final String ASSIGNED = "c.assigneeSubject = :me and substring(c.divisionCode, 1, 12) in :villages";

    private final CoreStore store;
    private final ReportCase report;
    private final MoveCase move;
    private final Photos photos;
    private final Signals signals;

    CaseFeature(CoreStore store, ReportCase report, MoveCase move, Photos photos, Signals signals) {
        this.store = store;
        this.report = report;
        this.move = move;
        this.photos = photos;
        this.signals = signals;
    }

    @Override
    public String schema() {
        return "casework";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Case.class, CaseStep.class, Photo.class);
    }

    @Override
    public List<Permission> permissions() {
        return CasePermissions.ALL;
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Case", this::load)
                .query("cases", this::list)
                .batch("Case", "history", this::history)
                .batch("Case", "photos", this::photos)
                .node("Photo", this::photo)
                .field("Photo", "url", call -> Uni.createFrom().item(url(call.source())))
                .node("CaseStep", this::step)
                .mutation("caseReport", report::perform)
                .mutation("caseDispatch", move::dispatch)
                .mutation("caseHandle", move::handle)
                .mutation("caseSendBack", move::sendBack)
                .mutation("caseClose", move::close)
                .mutation("caseRate", move::rate)
                .mutation("caseReopen", move::reopen);
    }

    @Override
    public Map<String, Subscription> subscriptions() {
        return Map.of("caseProgress", this::progress);
    }

    static String topic(String tenant, UUID id) {
        return tenant + ":case:" + id;
    }

    private Uni<Multi<UUID>> progress(Call call) {
        UUID id = call.id("id", "Case");
        String topic = topic(Operation.current().tenant(), id);
        return load(Set.of(id), call).map(found -> {
            if (found.isEmpty()) {
                throw ApiException.notFound("Case");
            }
            // Listening begins before the present state is read, so that no change falls in between.
            return Multi.createBy()
                    .merging()
                    .streams(
                            signals.stream(topic).map(UUID::fromString),
                            Multi.createFrom().item(id));
        });
    }

    private Uni<Map<UUID, Case>> load(Set<UUID> ids, Call call) {
        Actor actor = call.actor();
        return store.session(session -> session.createSelectionQuery("from Case where id in :ids", Case.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> CasePermissions.maySee(actor, row))
                        .collect(Collectors.toMap(Case::getId, Function.identity())));
    }

    private Uni<Connection<Case>> list(Call call) {
        PageRequest page = call.page();
        Actor actor = call.actor();
        List<String> conditions = new ArrayList<>();
        Map<String, Object> parameters = new HashMap<>();
        boolean reported = call.argument("reportedByMe", Boolean.class).orElse(false);
        boolean assigned = call.argument("assignedToMe", Boolean.class).orElse(false);
        boolean any = !reported && !assigned;
        Set<String> villages = any || assigned ? CasePermissions.villages(actor) : Set.of();
        List<DivisionCode> over = any ? actor.scopes(CasePermissions.READ_ALL) : List.of();
        Scope scope = Scope.of(over, "c.divisionCode");
        if (reported) {
            conditions.add(REPORTED);
        }
        if (assigned) {
            conditions.add(ASSIGNED);
        }
        if (any) {
            conditions.add("(" + REPORTED + (villages.isEmpty() ? "" : " or " + ASSIGNED)
                    + (over.isEmpty() ? "" : " or " + scope.condition()) + ")");
        }
        parameters.put("me", actor.subject());
        if (assigned || !villages.isEmpty()) {
            parameters.put("villages", villages);
        }
        call.argument("state", CaseState.class).ifPresent(state -> {
            conditions.add("c.state = :state");
            parameters.put("state", state);
        });
        call.argument("divisionCode", String.class).ifPresent(code -> {
            DivisionCode division = division(code);
            conditions.add("c.divisionCode >= :from and c.divisionCode < :to");
            parameters.put("from", division.value());
            parameters.put("to", division.end());
        });
        call.argument("classCode", String.class).ifPresent(code -> {
            conditions.add("c.classCode = :classCode");
            parameters.put("classCode", code);
        });
        page.after().ifPresent(after -> {
            conditions.add("c.id < :after");
            parameters.put("after", after);
        });
        String hql = "from Case c where " + String.join(" and ", conditions) + " order by c.id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<Case> query =
                            session.createSelectionQuery(hql, Case.class).setMaxResults(page.limit());
                    scope.bind(query);
                    parameters.forEach(query::setParameter);
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Case::getId));
    }

    private static DivisionCode division(String code) {
        try {
            return new DivisionCode(code);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }

    private Uni<Map<Case, List<HistoryEntry>>> history(List<Case> cases, Call call) {
        return store.session(session -> session.createSelectionQuery(
                                "select s from (select s.id as id, row_number() over (partition by s.caseId order by s.id desc) as place"
                                        + " from CaseStep s where s.caseId in :ids) ranked join CaseStep s on s.id = ranked.id"
                                        + " where ranked.place <= :most order by s.id",
                                CaseStep.class)
                        .setParameter("ids", cases.stream().map(Case::getId).toList())
                        .setParameter("most", HISTORY)
                        .getResultList())
                .map(rows -> {
                    Map<UUID, List<CaseStep>> byCase = rows.stream().collect(Collectors.groupingBy(CaseStep::caseId));
                    Map<Case, List<HistoryEntry>> result = new HashMap<>();
                    cases.forEach(one -> result.put(
                            one,
                            byCase.getOrDefault(one.getId(), List.of()).stream()
                                    .map(step -> HistoryEntry.of(step, one, call.actor(), call.locale()))
                                    .toList()));
                    return result;
                });
    }

    private Uni<Map<Case, List<Photo>>> photos(List<Case> cases, Call call) {
        return photos.ofCases(cases.stream().map(Case::getId).toList(), HISTORY).map(rows -> {
            Map<UUID, List<Photo>> byCase = rows.stream().collect(Collectors.groupingBy(Photo::getCaseId));
            Map<Case, List<Photo>> result = new HashMap<>();
            cases.forEach(one -> result.put(one, byCase.getOrDefault(one.getId(), List.of())));
            return result;
        });
    }

    private static String url(Photo photo) {
        return "/photos/" + new GlobalId("Photo", photo.getId()).encode();
    }

    private Uni<Map<UUID, Photo>> photo(Set<UUID> ids, Call call) {
        return photos.load(List.copyOf(ids)).chain(rows -> {
            Set<UUID> about =
                    rows.stream().map(Photo::getCaseId).filter(Objects::nonNull).collect(Collectors.toSet());
            return load(about, call).map(visible -> rows.stream()
                    .filter(row -> row.getCaseId() != null && visible.containsKey(row.getCaseId()))
                    .collect(Collectors.toMap(Photo::getId, Function.identity())));
        });
    }

    private Uni<Map<UUID, HistoryEntry>> step(Set<UUID> ids, Call call) {
        return store.session(session -> session.createSelectionQuery("from CaseStep where id in :ids", CaseStep.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .chain(rows -> load(rows.stream().map(CaseStep::caseId).collect(Collectors.toSet()), call)
                        .map(visible -> rows.stream()
                                .flatMap(row -> Stream.ofNullable(visible.get(row.caseId()))
                                        .map(about -> HistoryEntry.of(row, about, call.actor(), call.locale())))
                                .collect(Collectors.toMap(HistoryEntry::id, Function.identity()))));
    }
}
