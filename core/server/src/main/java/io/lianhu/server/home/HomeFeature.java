package io.lianhu.server.home;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Scope;
import io.lianhu.server.resident.Acquaintance;
import io.lianhu.server.resident.Household;
import io.lianhu.server.transfer.Transfers;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Buildings and homes, over GraphQL. */
@Singleton
class HomeFeature implements CoreFeature {

    static final String READ = "homes:read";
    static final String MANAGE = "homes:manage";
    static final String IMPORT = "homes:import";
    private static final String EXPORT = "homes:export";

    private final CoreStore store;
    private final RecordHome record;
    private final Transfers transfers;

    HomeFeature(CoreStore store, RecordHome record, Transfers transfers) {
        this.store = store;
        this.record = record;
        this.transfers = transfers;
    }

    @Override
    public String schema() {
        return "home";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Building.class, Home.class);
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(READ, Role.GRID_WORKER, Role.VILLAGE_CADRE),
                Permission.of(MANAGE, Role.GRID_WORKER, Role.VILLAGE_CADRE),
                Permission.of(IMPORT, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR),
                Permission.of(
                        EXPORT, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Building", this::buildings)
                .node("Home", this::homes)
                .query("buildings", this::listBuildings)
                .query("homes", this::listHomes)
                .batch("Household", "home", this::ofHouseholds)
                .mutation("buildingSave", record::building)
                .mutation("homeSave", record::home)
                .mutation("homeExport", this::export);
    }

    private Uni<Map<UUID, Building>> buildings(Set<UUID> ids, Call call) {
        return store.session(session -> session.createSelectionQuery("from Building where id in :ids", Building.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> call.actor().may(READ, row.division()))
                        .collect(Collectors.toMap(Building::getId, Function.identity())));
    }

    private Uni<Map<UUID, Home>> homes(Set<UUID> ids, Call call) {
        Scope scope = Scope.of(call.actor().scopes(READ), "b.divisionCode");
        return store.session(session -> {
                    Mutiny.SelectionQuery<Home> query = session.createSelectionQuery(
                                    "select h from Home h join Building b on b.id = h.buildingId where h.id in :ids and "
                                            + scope.condition(),
                                    Home.class)
                            .setParameter("ids", List.copyOf(ids));
                    scope.bind(query);
                    return query.getResultList();
                })
                .map(rows -> rows.stream().collect(Collectors.toMap(Home::getId, Function.identity())));
    }

    private Uni<Connection<Building>> listBuildings(Call call) {
        PageRequest page = call.page();
        Scope scope = Scope.of(call.actor().scopes(READ), "b.divisionCode");
        return store.session(session -> {
                    Mutiny.SelectionQuery<Building> query = session.createSelectionQuery(
                                    "from Building b where " + scope.condition()
                                            + (page.after().isPresent() ? " and b.id < :after" : "")
                                            + " order by b.id desc",
                                    Building.class)
                            .setMaxResults(page.limit());
                    scope.bind(query);
                    page.after().ifPresent(after -> query.setParameter("after", after));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Building::getId));
    }

    private Uni<Connection<Home>> listHomes(Call call) {
        PageRequest page = call.page();
        UUID building = call.id("buildingId", "Building");
        return buildings(Set.of(building), call)
                .chain(visible -> visible.isEmpty()
                        ? Uni.createFrom().item(List.<Home>of())
                        : store.session(session -> {
                            Mutiny.SelectionQuery<Home> query = session.createSelectionQuery(
                                            "from Home h where h.buildingId = :building"
                                                    + (page.after().isPresent() ? " and h.id < :after" : "")
                                                    + " order by h.id desc",
                                            Home.class)
                                    .setParameter("building", building)
                                    .setMaxResults(page.limit());
                            page.after().ifPresent(after -> query.setParameter("after", after));
                            return query.getResultList();
                        }))
                .map(rows -> Connection.of(rows, page, Home::getId));
    }

    /** The input of an export. */
    record ExportInput(Optional<String> divisionCode) {}

    private Uni<UUID> export(Call call) {
        Optional<DivisionCode> where =
                call.input(ExportInput.class).divisionCode().map(HomeFeature::division);
        where.ifPresent(division -> call.actor().require(EXPORT, division));
        return transfers.export(
                ExportHomes.NAME,
                call.actor(),
                call.actor().scopes(EXPORT),
                ExportHomes.request(where, Acquaintance.visited(call.actor())));
    }

    private static DivisionCode division(String code) {
        try {
            return new DivisionCode(code);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }

    /** A home tells as much as an address. */
    private Uni<Map<Household, Home>> ofHouseholds(List<Household> households, Call call) {
        Map<UUID, Household> byId = households.stream()
                .filter(one ->
                        Acquaintance.mayVisit(call.actor(), one.getId(), new DivisionCode(one.getDivisionCode())))
                .collect(Collectors.toMap(Household::getId, Function.identity(), (first, second) -> first));
        return store.session(session -> session.createSelectionQuery("from Home where householdId in :ids", Home.class)
                        .setParameter("ids", List.copyOf(byId.keySet()))
                        .getResultList())
                .map(rows -> {
                    Map<UUID, Home> byHousehold =
                            rows.stream().collect(Collectors.toMap(Home::getHouseholdId, Function.identity()));
                    Map<Household, Home> result = new HashMap<>();
                    households.forEach(one -> {
                        Home home = byHousehold.get(one.getId());
                        if (home != null) {
                            result.put(one, home);
                        }
                    });
                    return result;
                });
    }
}
