package io.lianhu.server.jointhandling;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.calendar.CalendarChanged;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseAction;
import io.lianhu.server.casework.CaseError;
import io.lianhu.server.casework.CasePermissions;
import io.lianhu.server.casework.CaseStep;
import io.lianhu.server.casework.Limit;
import io.lianhu.server.casework.MoveCase;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.unit.Units;
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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Joint handling of cases, over GraphQL. */
@Singleton
class JointHandlingFeature implements CoreFeature {

    private final CoreStore store;
    private final MoveCase move;
    private final Parts parts;
    private final Units units;
    private final ReckonParts reckoning;
    private final Clock clock = Clock.systemUTC();

    JointHandlingFeature(CoreStore store, MoveCase move, Parts parts, Units units, ReckonParts reckoning) {
        this.store = store;
        this.move = move;
        this.parts = parts;
        this.units = units;
        this.reckoning = reckoning;
    }

    @Override
    public String schema() {
        return "jointhandling";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(CasePart.class);
    }

    @Override
    public List<EventHandler<?>> eventHandlers() {
        return List.of(
                new EventHandler<>(
                        "reckon-part-clocks", CalendarChanged.class, delivery -> reckoning.begin(delivery.event())),
                new EventHandler<>(
                        "reckon-parts", PartsToReckon.class, delivery -> reckoning.reckon(delivery.event())));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.batch("Case", "parts", this::parts)
                .node("CasePart", this::load)
                .mutation("casePartAsk", this::ask)
                .mutation("casePartDone", this::done)
                .mutation("casePartReturn", this::giveBack)
                .mutation("casePartCancel", this::cancel);
    }

    private Uni<Map<Case, List<PartView>>> parts(List<Case> cases, Call call) {
        Instant now = clock.instant();
        return store.session(session -> session.createSelectionQuery(
                                "from CasePart where caseId in :cases order by id", CasePart.class)
                        .setParameter("cases", cases.stream().map(Case::getId).toList())
                        .getResultList())
                .map(rows -> {
                    Map<UUID, List<CasePart>> byCase = rows.stream().collect(Collectors.groupingBy(CasePart::caseId));
                    Map<Case, List<PartView>> result = new HashMap<>();
                    cases.forEach(about -> result.put(
                            about,
                            byCase.getOrDefault(about.getId(), List.of()).stream()
                                    .map(part -> PartView.of(part, about, call.actor(), now))
                                    .toList()));
                    return result;
                });
    }

    private Uni<Map<UUID, PartView>> load(Set<UUID> ids, Call call) {
        Instant now = clock.instant();
        return store.session(session -> session.createSelectionQuery(
                                "select p, c from CasePart p join Case c on c.id = p.caseId where p.id in :ids",
                                Object[].class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> CasePermissions.maySee(call.actor(), (Case) row[1]))
                        .map(row -> PartView.of((CasePart) row[0], (Case) row[1], call.actor(), now))
                        .collect(Collectors.toMap(PartView::id, Function.identity())));
    }

    /** The input of asking, beside that of every step. */
    record AskInput(GlobalId unitId, Optional<Limit> limit, Optional<GlobalId> replaces) {}

    /** Asks a unit that is there for the place of the case. */
    private Uni<UUID> ask(Call call) {
        AskInput input = call.input(AskInput.class);
        UUID id = input.unitId().of("OrgUnit");
        Optional<UUID> replaces = input.replaces().map(part -> part.of("CasePart"));
        input.limit().ifPresent(limit -> limit.checked("limit"));
        return move.take(call, CaseAction.ASK_PART, (about, words, now) -> {
            about.move(CaseAction.ASK_PART);
            String asked = String.valueOf(words);
            return units.require(id)
                    .invoke(unit -> {
                        if (!unit.division().contains(about.where())) {
                            throw new ApiException(CaseError.CASE_UNIT_ELSEWHERE);
                        }
                    })
                    .call(unit -> parts.ask(
                            about,
                            new Parts.Request(
                                    unit,
                                    asked,
                                    new CasePart.Asker(
                                            call.actor().subject(), name(call, CasePermissions.DISPATCH_UNIT)),
                                    input.limit().map(Limit::time),
                                    replaces),
                            now))
                    .chain(unit -> MoveCase.Taken.noted(Parts.note(unit.name(), asked)));
        });
    }

    private static String name(Call call, String permission) {
        return CaseStep.Stepper.of(call.actor(), permission).name();
    }

    private Uni<UUID> done(Call call) {
        return end(call, CaseAction.DO_PART, CasePart.PartState.DONE, CasePermissions.HANDLE, own(call));
    }

    /** It is not the unit's: another may be asked in its place. */
    private Uni<UUID> giveBack(Call call) {
        return end(call, CaseAction.RETURN_PART, CasePart.PartState.RETURNED, CasePermissions.HANDLE, own(call));
    }

    private Uni<UUID> cancel(Call call) {
        return end(
                call,
                CaseAction.CANCEL_PART,
                CasePart.PartState.CANCELLED,
                CasePermissions.DISPATCH_UNIT,
                part -> true);
    }

    private static Predicate<CasePart> own(Call call) {
        Set<UUID> units = call.actor().units();
        return part -> units.contains(part.unitId());
    }

    /** The input of a part's end, beside that of every step. */
    record EndInput(GlobalId partId) {}

    private Uni<UUID> end(
            Call call, CaseAction action, CasePart.PartState as, String permission, Predicate<CasePart> mine) {
        UUID part = call.input(EndInput.class).partId().of("CasePart");
        return move.take(call, action, (about, words, now) -> {
            about.move(action);
            return parts.end(about, part, mine, new Parts.Ending(as, words, name(call, permission)), now)
                    .chain(unit -> MoveCase.Taken.noted(Parts.note(unit, words)));
        });
    }
}
