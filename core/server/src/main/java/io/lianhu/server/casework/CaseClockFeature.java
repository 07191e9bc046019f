package io.lianhu.server.casework;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.calendar.CalendarChanged;
import io.lianhu.sdk.emergency.EmergencyDeclared;
import io.lianhu.sdk.emergency.EmergencyEnded;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The clocks of cases, and what is asked for about them, over GraphQL. */
@Singleton
class CaseClockFeature implements CoreFeature {

    /** The latest of a case; more than are ever asked for. */
    private static final int REQUESTS = 20;

    private final CoreStore store;
    private final RequestTime requests;
    private final ReckonClocks reckoning;
    private final SwitchClocks switching;
    private final EmergencyTeams teams;
    private final StandDown standDown;
    private final Clock clock = Clock.systemUTC();

    CaseClockFeature(
            CoreStore store,
            RequestTime requests,
            ReckonClocks reckoning,
            SwitchClocks switching,
            EmergencyTeams teams,
            StandDown standDown) {
        this.store = store;
        this.requests = requests;
        this.reckoning = reckoning;
        this.switching = switching;
        this.teams = teams;
        this.standDown = standDown;
    }

    @Override
    public String schema() {
        return "caseclock";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(CaseRequest.class);
    }

    @Override
    public List<EventHandler<?>> eventHandlers() {
        return List.of(
                new EventHandler<>(
                        "reckon-case-clocks", CalendarChanged.class, delivery -> reckoning.begin(delivery.event())),
                new EventHandler<>("reckon-cases", CasesToReckon.class, delivery -> reckoning.reckon(delivery.event())),
                new EventHandler<>(
                        "tighten-case-clocks", EmergencyDeclared.class, delivery -> switching.begin(delivery.event())),
                new EventHandler<>(
                        "restore-case-clocks", EmergencyEnded.class, delivery -> switching.end(delivery.event())),
                new EventHandler<>("switch-cases", CasesToSwitch.class, delivery -> switching.follow(delivery.event())),
                new EventHandler<>(
                        "call-emergency-teams", EmergencyDeclared.class, delivery -> teams.declared(delivery.event())),
                new EventHandler<>(
                        "dismiss-emergency-teams", EmergencyEnded.class, delivery -> teams.ended(delivery.event())),
                new EventHandler<>(
                        "stand-down-teams", EmergencyEnded.class, delivery -> standDown.begin(delivery.event())),
                new EventHandler<>(
                        "return-cases", CasesToReturn.class, delivery -> standDown.standDown(delivery.event())));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.field("Case", "clocks", this::clocks)
                .field(
                        "Case",
                        "dueAt",
                        call -> of(call, (about, now) -> about.clocks().dueAt()))
                .field(
                        "Case",
                        "clockState",
                        call -> of(call, (about, now) -> about.clocks().state(now)))
                .field(
                        "Case",
                        "suspendedUntil",
                        call -> of(call, (about, now) -> about.clocks().suspendedUntil(now)))
                .batch("Case", "requests", this::requests)
                .node("CaseRequest", this::load)
                .mutation("caseRequestExtension", requests::extension)
                .mutation("caseRequestSuspension", requests::suspension)
                .mutation("caseGrant", requests::grant)
                .mutation("caseDeny", requests::deny)
                .mutation("caseResume", requests::resume);
    }

    private interface Reading<T> {
        Optional<T> read(Case about, Instant now);
    }

    private <T> Uni<Optional<T>> of(Call call, Reading<T> reading) {
        return Uni.createFrom().item(reading.read(call.source(), clock.instant()));
    }

    private Uni<List<StageClock>> clocks(Call call) {
        Case about = call.source();
        Instant now = clock.instant();
        return Uni.createFrom()
                .item(about.clocks().begun().entrySet().stream()
                        .map(one -> StageClock.of(one.getKey(), one.getValue(), now))
                        .toList());
    }

    private Uni<Map<UUID, CaseRequest>> load(Set<UUID> ids, Call call) {
        return store.session(session -> session.createSelectionQuery(
                                "select r, c from CaseRequest r join Case c on c.id = r.caseId where r.id in :ids",
                                Object[].class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> CasePermissions.isOfficial(call.actor(), (Case) row[1]))
                        .map(row -> (CaseRequest) row[0])
                        .collect(Collectors.toMap(CaseRequest::getId, Function.identity())));
    }

    /** For those who stand over the case or have it; others see none. */
    private Uni<Map<Case, List<CaseRequest>>> requests(List<Case> cases, Call call) {
        List<UUID> ids = cases.stream()
                .filter(about -> CasePermissions.isOfficial(call.actor(), about))
                .map(Case::getId)
                .toList();
        return store.session(session -> session.createSelectionQuery(
                                "select r from (select q.id as id, row_number() over (partition by q.caseId order by q.id desc) as place"
                                        + " from CaseRequest q where q.caseId in :cases) ranked join CaseRequest r on r.id = ranked.id"
                                        + " where ranked.place <= :most order by r.id desc",
                                CaseRequest.class)
                        .setParameter("cases", ids)
                        .setParameter("most", REQUESTS)
                        .getResultList())
                .map(rows -> {
                    Map<UUID, List<CaseRequest>> byCase =
                            rows.stream().collect(Collectors.groupingBy(CaseRequest::getCaseId));
                    Map<Case, List<CaseRequest>> result = new HashMap<>();
                    cases.forEach(about -> result.put(about, byCase.getOrDefault(about.getId(), List.of())));
                    return result;
                });
    }
}
