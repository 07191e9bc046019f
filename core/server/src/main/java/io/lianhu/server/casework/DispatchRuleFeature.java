package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The rules of dispatching, over GraphQL. */
@Singleton
class DispatchRuleFeature implements CoreFeature {

    private static final int MOST = 1000;
    private static final int MOST_SUPPORT = 5;

    private static final String END =
            "update lianhu_core.dispatch_rule set ended_at = now(), ended_by = $2 where id = $1 and ended_at is null";

    private static final String MAKE =
            "insert into lianhu_core.dispatch_rule (id, profile, class_code, division_code, target, unit_id, made_by, made_by_name, made_at,"
                    + " supporting_units, supporting_asked) values ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, $10)"
                    + " on conflict (tenant_id, profile, class_code, division_code) where ended_at is null do nothing";

    private final CoreStore store;
    private final Dispatching dispatching;
    private final CaseClasses classes;
    private final DivisionDirectory divisions;
    private final Units units;

    DispatchRuleFeature(
            CoreStore store, Dispatching dispatching, CaseClasses classes, DivisionDirectory divisions, Units units) {
        this.store = store;
        this.dispatching = dispatching;
        this.classes = classes;
        this.divisions = divisions;
        this.units = units;
    }

    @Override
    public String schema() {
        return "dispatchrule";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(DispatchRule.class);
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("DispatchRule", this::load)
                .query("dispatchRules", this::list)
                .mutation("dispatchRuleSave", this::save)
                .mutation("dispatchRuleEnd", this::end);
    }

    private Uni<Map<UUID, DispatchRule>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(CasePermissions.CONFIGURE)) {
            return Uni.createFrom().item(Map.of());
        }
        return store.session(session -> session.createSelectionQuery(
                                "from DispatchRule where id in :ids", DispatchRule.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream().collect(Collectors.toMap(DispatchRule::getId, Function.identity())));
    }

    private Uni<Connection<DispatchRule>> list(Call call) {
        PageRequest page = call.page();
        boolean ended = call.argument("includeEnded", Boolean.class).orElse(false);
        String hql = "from DispatchRule where " + (ended ? "1 = 1" : "endedAt is null")
                + (page.after().isPresent() ? " and id < :after" : "") + " order by id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<DispatchRule> query = session.createSelectionQuery(hql, DispatchRule.class)
                            .setMaxResults(page.limit());
                    page.after().ifPresent(value -> query.setParameter("after", value));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, DispatchRule::getId));
    }

    /** The input of a rule. */
    record SaveInput(
            Optional<DispatchRule.Profile> profile,
            Optional<String> classCode,
            GlobalId divisionId,
            Optional<GlobalId> unitId,
            Optional<List<SupportInput>> support,
            Optional<GlobalId> replaces) {}

    /** A unit that supports, and with what. */
    record SupportInput(GlobalId unitId, String asked) {}

    /** Makes a rule; the one that it replaces ends. Two for the same are a conflict. */
    private Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        requireAdministrator(call);
        String classCode = input.classCode().orElse(null);
        if (classCode != null && !classes.isKnownOrGroup(classCode)) {
            throw new ApiException(CaseError.CASE_CLASS_UNKNOWN, Map.of("code", classCode));
        }
        UUID id = Ids.next();
        Uni<Void> room =
                input.replaces().isPresent() ? end(input.replaces().get().of("DispatchRule"), call) : room();
        return dispatching
                .lock()
                .chain(() -> room)
                .chain(() -> divisions.require(input.divisionId().of("Division")))
                .chain(where -> unit(input.unitId(), where.code()).chain(unit -> support(
                                input.support().orElse(List.of()), unit, where.code())
                        .chain(support -> Statements.CORE.run(
                                MAKE,
                                id,
                                input.profile()
                                        .orElse(DispatchRule.Profile.NORMAL)
                                        .name(),
                                classCode,
                                where.code().value(),
                                (unit.isPresent() ? DispatchRule.Target.UNIT : DispatchRule.Target.GRID_WORKER).name(),
                                unit.orElse(null),
                                call.actor().subject(),
                                Person.current().name(),
                                support.stream().map(Support::unitId).toArray(UUID[]::new),
                                support.stream().map(Support::asked).toArray(String[]::new)))))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.conflict("DispatchRule");
                    }
                })
                .chain(dispatching::changed)
                .replaceWith(id);
    }

    private Uni<Optional<UUID>> unit(Optional<GlobalId> given, DivisionCode where) {
        if (given.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return units.require(given.get().of("OrgUnit")).map(unit -> {
            if (!unit.division().contains(where)) {
                throw new ApiException(CaseError.CASE_UNIT_ELSEWHERE);
            }
            return Optional.of(unit.id());
        });
    }

    /** Each unit once, and none that has the case itself. */
    private Uni<List<Support>> support(List<SupportInput> given, Optional<UUID> lead, DivisionCode where) {
        List<Support> support = given.stream()
                .map(one -> new Support(one.unitId().of("OrgUnit"), Texts.check(one.asked(), 2, 500, "asked")))
                .toList();
        if (support.size() > MOST_SUPPORT
                || Stream.concat(lead.stream(), support.stream().map(Support::unitId))
                                .distinct()
                                .count()
                        < support.size() + lead.stream().count()) {
            throw ApiException.invalid("support");
        }
        Uni<Void> there = Uni.createFrom().voidItem();
        for (SupportInput one : given) {
            there = there.chain(() -> unit(Optional.of(one.unitId()), where)).replaceWithVoid();
        }
        return there.replaceWith(support);
    }

    private static Uni<Void> room() {
        return Statements.CORE
                .run("select count(*) from lianhu_core.dispatch_rule where ended_at is null")
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) >= MOST) {
                        throw new ApiException(CaseError.DISPATCH_RULES_FULL, Map.of("most", MOST));
                    }
                })
                .replaceWithVoid();
    }

    /** The input of a rule's end. */
    record EndInput(GlobalId ruleId) {}

    private Uni<UUID> end(Call call) {
        UUID id = call.input(EndInput.class).ruleId().of("DispatchRule");
        requireAdministrator(call);
        return dispatching
                .lock()
                .chain(() -> end(id, call))
                .chain(dispatching::changed)
                .replaceWith(id);
    }

    private Uni<Void> end(UUID id, Call call) {
        return Statements.CORE
                .run(END, id, call.actor().subject())
                .call(rows -> rows.rowCount() == 1 ? Uni.createFrom().voidItem() : refused(id))
                .replaceWithVoid();
    }

    /** A rule that is there has been ended by somebody else. */
    private static Uni<Void> refused(@Nullable UUID id) {
        return Statements.CORE
                .run("select 1 from lianhu_core.dispatch_rule where id = $1", id)
                .map(rows -> {
                    throw rows.rowCount() == 0
                            ? ApiException.notFound("DispatchRule")
                            : ApiException.conflict("DispatchRule");
                });
    }

    private static void requireAdministrator(Call call) {
        call.actor()
                .require(
                        CasePermissions.CONFIGURE,
                        new DivisionCode(Operation.current().tenant()));
    }
}
