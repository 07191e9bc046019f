package io.lianhu.server.unit;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Units, over GraphQL. */
@Singleton
class UnitFeature implements CoreFeature {

    private static final String MANAGE = "units:manage";
    private static final int MAX_NAME = 60;

    private final CoreStore store;
    private final Units units;
    private final DivisionDirectory divisions;
    private final Clock clock = Clock.systemUTC();

    UnitFeature(CoreStore store, Units units, DivisionDirectory divisions) {
        this.store = store;
        this.units = units;
        this.divisions = divisions;
    }

    @Override
    public String schema() {
        return "unit";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(OrgUnit.class);
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(MANAGE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("OrgUnit", (ids, call) -> units.load(ids))
                .query("units", this::list)
                .mutation("unitCreate", this::create)
                .mutation("unitRename", this::rename)
                .mutation("unitRetire", this::retire);
    }

    private Uni<Connection<OrgUnit>> list(Call call) {
        PageRequest page = call.page();
        Optional<DivisionCode> division =
                call.argument("divisionCode", String.class).map(UnitFeature::code);
        boolean retired = call.argument("includeRetired", Boolean.class).orElse(false);
        String hql = "from OrgUnit u where " + (retired ? "1 = 1" : "u.retiredAt is null")
                + (division.isPresent() ? " and u.divisionCode >= :from and u.divisionCode < :to" : "")
                + (page.after().isPresent() ? " and u.id > :after" : "") + " order by u.id";
        return store.session(session -> {
                    Mutiny.SelectionQuery<OrgUnit> query =
                            session.createSelectionQuery(hql, OrgUnit.class).setMaxResults(page.limit());
                    division.ifPresent(
                            code -> query.setParameter("from", code.value()).setParameter("to", code.end()));
                    page.after().ifPresent(after -> query.setParameter("after", after));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, OrgUnit::getId));
    }

    private static DivisionCode code(String given) {
        try {
            return new DivisionCode(given);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }

    /** The input of a unit's making. */
    record CreateInput(String name, UnitKind kind, GlobalId divisionId) {}

    private Uni<UUID> create(Call call) {
        CreateInput input = call.input(CreateInput.class);
        String name = Texts.check(input.name(), 1, MAX_NAME, "name");
        return divisions
                .require(input.divisionId().of("Division"))
                .invoke(where -> {
                    if (where.code().value().length() > 9) {
                        throw new ApiException(UnitError.UNIT_DIVISION);
                    }
                })
                .call(where -> free(name, null))
                .chain(where -> store.session(session -> {
                    OrgUnit unit = new OrgUnit(
                            name, input.kind(), where.id(), where.code().value(), clock.instant());
                    return session.persist(unit).map(done -> unit.getId());
                }));
    }

    /** Refuses a name that another active unit has. One naming at a time in a county, so that two at once do not both find it free. */
    private Uni<Void> free(String name, @Nullable UUID own) {
        return Statements.CORE
                .run(
                        "select pg_advisory_xact_lock(hashtextextended('unit/' || $1, 0))",
                        Operation.current().tenant())
                .chain(() -> Statements.CORE.run(
                        "select 1 from lianhu_core.org_unit where name = $1 and retired_at is null and id is distinct from $2",
                        name,
                        own))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(UnitError.UNIT_NAME_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /** The input of a new name. */
    record RenameInput(GlobalId unitId, String name) {}

    private Uni<UUID> rename(Call call) {
        RenameInput input = call.input(RenameInput.class);
        String name = Texts.check(input.name(), 1, MAX_NAME, "name");
        UUID id = input.unitId().of("OrgUnit");
        return free(name, id)
                .chain(() -> store.session(session -> locked(session, id).invoke(unit -> {
                    if (!unit.isActive()) {
                        throw new ApiException(UnitError.UNIT_RETIRED);
                    }
                    unit.rename(name);
                })))
                .replaceWith(id);
    }

    /** The input of a unit's end. */
    record RetireInput(GlobalId unitId) {}

    private Uni<UUID> retire(Call call) {
        UUID id = call.input(RetireInput.class).unitId().of("OrgUnit");
        return store.session(session ->
                        locked(session, id).call(unit -> unstaffed(id)).invoke(unit -> unit.retire(clock.instant())))
                .replaceWith(id);
    }

    /** Its officers would be left without anything to be officers of. Whoever is appointed meanwhile waits for the unit's lock. */
    private static Uni<Void> unstaffed(UUID id) {
        return Statements.CORE
                .run(
                        "select 1 from lianhu_core.post where unit_id = $1 and not closed and (until is null or until > now()) limit 1",
                        id)
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(UnitError.UNIT_STAFFED);
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<OrgUnit> locked(Mutiny.Session session, UUID id) {
        return session.find(OrgUnit.class, id, LockModeType.PESSIMISTIC_WRITE).map(unit -> {
            if (unit == null) {
                throw ApiException.notFound("OrgUnit");
            }
            return unit;
        });
    }
}
