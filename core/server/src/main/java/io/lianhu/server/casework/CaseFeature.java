package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.SealedColumn;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.photo.Photo;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.resident.Telephones;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Cases, over GraphQL. */
@Singleton
class CaseFeature implements CoreFeature {

    private static final int HISTORY = 100;

    private final CoreStore store;
    private final ListCases list;
    private final ReportCase report;
    private final VerifyCase verify;
    private final DispatchCase dispatch;
    private final HandleCase handle;
    private final FollowCase follow;
    private final Telephones telephones;
    private final Photos photos;
    private final Signals signals;

    CaseFeature(
            CoreStore store,
            ListCases list,
            ReportCase report,
            VerifyCase verify,
            DispatchCase dispatch,
            HandleCase handle,
            FollowCase follow,
            Telephones telephones,
            Photos photos,
            Signals signals) {
        this.store = store;
        this.list = list;
        this.report = report;
        this.verify = verify;
        this.dispatch = dispatch;
        this.handle = handle;
        this.follow = follow;
        this.telephones = telephones;
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
    public List<SealedColumn> sealedColumns() {
        return List.of(new SealedColumn("case_record", "caller_telephone", "caller_telephone_digest"));
    }

    @Override
    public List<Permission> permissions() {
        return CasePermissions.ALL;
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Case", this::load)
                .query("cases", list::list)
                .batch("Case", "history", this::history)
                .batch("Case", "photos", this::photos)
                .node("Photo", this::photo)
                .field("Photo", "url", call -> Uni.createFrom().item(url(call.source())))
                .node("CaseStep", this::step)
                .field("Case", "callerName", call -> Uni.createFrom()
                        .item(caller(call).map(Caller::name)))
                .field("Case", "callerTelephone", this::callerTelephone)
                .field("Case", "referral", this::referral)
                .mutation("caseReport", report::report)
                .mutation("caseRecord", report::record)
                .mutation("caseAccept", verify::accept)
                .mutation("caseRefuse", verify::refuse)
                .mutation("caseRefer", verify::refer)
                .mutation("caseDispatch", dispatch::dispatch)
                .mutation("caseReturn", handle::giveBack)
                .mutation("caseTransfer", handle::transfer)
                .mutation("caseEscalate", handle::escalate)
                .mutation("caseReply", handle::reply)
                .mutation("caseHandle", handle::handle)
                .mutation("caseSendBack", verify::sendBack)
                .mutation("caseClose", verify::close)
                .mutation("caseUrge", follow::urge)
                .mutation("caseWithdraw", follow::withdraw)
                .mutation("caseRate", follow::rate)
                .mutation("caseReopen", follow::reopen);
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

    /** Who called is for those who stand over the case. */
    private static Optional<Caller> caller(Call call) {
        Case about = call.source();
        return about.caller().filter(caller -> call.actor().may(CasePermissions.READ_ALL, about.division()));
    }

    private Uni<Optional<String>> callerTelephone(Call call) {
        String tenant = Operation.current().tenant();
        return Uni.createFrom()
                .item(caller(call)
                        .flatMap(caller -> Optional.ofNullable(caller.sealedTelephone()))
                        .map(envelope -> telephones.masked(tenant, envelope)));
    }

    private Uni<Optional<Referral>> referral(Call call) {
        return Uni.createFrom().item(Optional.ofNullable(Referral.of(call.source(), call.locale())));
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
