package io.lianhu.server.home;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.resident.Household;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Who holds a post at a place records its buildings and homes. */
@Singleton
class RecordHome {

    private static final int VILLAGE = 12;
    private static final int HIGHEST = 200;

    private final CoreStore store;
    private final DivisionDirectory divisions;
    private final Clock clock = Clock.systemUTC();

    RecordHome(CoreStore store, DivisionDirectory divisions) {
        this.store = store;
        this.divisions = divisions;
    }

    /** The input of a building; without an id, a new one. */
    record BuildingInput(
            Optional<GlobalId> buildingId,
            GlobalId divisionId,
            String name,
            String address,
            Optional<Integer> floors) {}

    Uni<UUID> building(Call call) {
        BuildingInput input = call.input(BuildingInput.class);
        String name = Texts.check(input.name(), 1, 60, "name");
        String address = Texts.check(input.address(), 1, 120, "address");
        if (input.floors().filter(floors -> floors < 1 || floors > HIGHEST).isPresent()) {
            throw ApiException.invalid("floors");
        }
        return divisions
                .require(input.divisionId().of("Division"))
                .invoke(where -> {
                    if (where.code().value().length() < VILLAGE) {
                        throw ApiException.invalid("divisionId");
                    }
                    call.actor().require(HomeFeature.MANAGE, where.code());
                })
                .chain(where -> store.session(
                        session -> known(session, input.buildingId(), call).chain(known -> {
                            Building building = known.orElseGet(() -> new Building(clock.instant()));
                            building.describe(
                                    where, name, address, input.floors().orElse(null));
                            return (known.isPresent() ? Uni.createFrom().voidItem() : session.persist(building))
                                    .map(done -> building.getId());
                        })));
    }

    private static Uni<Optional<Building>> known(Mutiny.Session session, Optional<GlobalId> id, Call call) {
        return id.isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : session.find(Building.class, id.get().of("Building")).map(building -> {
                    if (building == null || !call.actor().may(HomeFeature.READ, building.division())) {
                        throw ApiException.notFound("Building");
                    }
                    call.actor().require(HomeFeature.MANAGE, building.division());
                    return Optional.of(building);
                });
    }

    /** The input of a home; without an id, a new one. */
    record HomeInput(
            Optional<GlobalId> homeId,
            GlobalId buildingId,
            Optional<String> unit,
            String room,
            HomeUsage usage,
            Optional<GlobalId> householdId) {}

    Uni<UUID> home(Call call) {
        HomeInput input = call.input(HomeInput.class);
        String unit = Texts.check(input.unit(), 20, "unit").orElse("");
        String room = Texts.check(input.room(), 1, 20, "room");
        return store.session(session -> known(session, Optional.of(input.buildingId()), call)
                .map(Optional::orElseThrow)
                .chain(building -> housed(session, input, building)
                        .chain(household -> requireFree(session, input, building, unit, room)
                                .chain(() -> find(session, input, building))
                                .chain(known -> {
                                    Home home = known.orElseGet(() -> new Home(building.getId()));
                                    home.describe(unit, room, input.usage(), household.orElse(null));
                                    return (known.isPresent() ? Uni.createFrom().voidItem() : session.persist(home))
                                            .map(done -> home.getId());
                                }))));
    }

    private static Uni<Optional<Home>> find(Mutiny.Session session, HomeInput input, Building building) {
        return input.homeId().isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : session.find(Home.class, input.homeId().get().of("Home")).map(home -> {
                    if (home == null || !home.getBuildingId().equals(building.getId())) {
                        throw ApiException.notFound("Home");
                    }
                    return Optional.of(home);
                });
    }

    /** The household that is said to live there; of the same village, and in no other home. */
    private static Uni<Optional<UUID>> housed(Mutiny.Session session, HomeInput input, Building building) {
        if (input.householdId().isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        UUID id = input.householdId().get().of("Household");
        return session.find(Household.class, id)
                .invoke(household -> {
                    if (household == null
                            || !building.division().village().contains(new DivisionCode(household.getDivisionCode()))) {
                        throw ApiException.notFound("Household");
                    }
                })
                .chain(() -> session.createSelectionQuery("from Home where householdId = :household", Home.class)
                        .setParameter("household", id)
                        .getSingleResultOrNull())
                .map(home -> {
                    if (home != null
                            && input.homeId()
                                    .filter(own -> own.uuid().equals(home.getId()))
                                    .isEmpty()) {
                        throw new ApiException(HomeError.HOME_HOUSEHOLD_HOUSED);
                    }
                    return Optional.of(id);
                });
    }

    private static Uni<Void> requireFree(
            Mutiny.Session session, HomeInput input, Building building, String unit, String room) {
        return session.createSelectionQuery(
                        "from Home where buildingId = :building and unit = :unit and room = :room", Home.class)
                .setParameter("building", building.getId())
                .setParameter("unit", unit)
                .setParameter("room", room)
                .getSingleResultOrNull()
                .invoke(home -> {
                    if (home != null
                            && input.homeId()
                                    .filter(own -> own.uuid().equals(home.getId()))
                                    .isEmpty()) {
                        throw new ApiException(HomeError.HOME_RECORDED);
                    }
                })
                .replaceWithVoid();
    }
}
