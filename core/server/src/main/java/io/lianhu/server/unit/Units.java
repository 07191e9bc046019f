package io.lianhu.server.unit;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks units up. Who their officers are, {@code post.Posts} knows. */
@Singleton
public class Units {

    private final CoreStore store;

    Units(CoreStore store) {
        this.store = store;
    }

    /**
     * One unit.
     *
     * @param divisionId where it sits
     * @param active whether new work may be given to it
     */
    public record Unit(UUID id, String name, UUID divisionId, DivisionCode division, boolean active) {}

    /** Units by id, retired ones too; absent ones are left out. */
    public Uni<Map<UUID, Unit>> byIds(Set<UUID> ids) {
        return load(ids).map(found -> found.values().stream()
                .map(Units::view)
                .collect(Collectors.toMap(Unit::id, Function.identity())));
    }

    /**
     * A unit to which something new is given; it is not retired before the running transaction ends. Fails with {@code NOT_FOUND} or
     * {@code UNIT_RETIRED}.
     */
    public Uni<Unit> require(UUID id) {
        return store.session(session -> session.find(OrgUnit.class, id, LockModeType.PESSIMISTIC_READ))
                .map(found -> {
                    if (found == null) {
                        throw ApiException.notFound("OrgUnit");
                    }
                    if (!found.isActive()) {
                        throw new ApiException(UnitError.UNIT_RETIRED);
                    }
                    return view(found);
                });
    }

    /** The rows themselves, by id. */
    Uni<Map<UUID, OrgUnit>> load(Set<UUID> ids) {
        return store.session(session -> session.createSelectionQuery("from OrgUnit where id in :ids", OrgUnit.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream().collect(Collectors.toMap(OrgUnit::getId, Function.identity())));
    }

    private static Unit view(OrgUnit unit) {
        return new Unit(
                unit.getId(),
                unit.getName(),
                unit.getDivisionId(),
                new DivisionCode(unit.getDivisionCode()),
                unit.isActive());
    }
}
