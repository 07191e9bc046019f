package io.lianhu.server.resident;

import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Residents;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Residents and households, for plugins and for the core's other features. */
@Singleton
class ResidentDirectory implements Residents {

    private final CoreStore store;

    ResidentDirectory(CoreStore store) {
        this.store = store;
    }

    @Override
    public Uni<Map<UUID, Resident>> byIds(Set<UUID> ids) {
        return load(ids).map(rows -> rows.stream()
                .filter(row -> row.getState() == ResidentState.APPROVED)
                .collect(Collectors.toMap(ResidentRecord::getId, ResidentRecord::view)));
    }

    Uni<List<ResidentRecord>> load(Set<UUID> ids) {
        return store.session(
                session -> session.createSelectionQuery("from ResidentRecord where id in :ids", ResidentRecord.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList());
    }

    @Override
    public Uni<Map<UUID, String>> householdNames(Set<UUID> households) {
        return households(households)
                .map(rows -> rows.stream().collect(Collectors.toMap(Household::getId, Household::getHeadName)));
    }

    Uni<List<Household>> households(Set<UUID> ids) {
        return store.session(session -> session.createSelectionQuery("from Household where id in :ids", Household.class)
                .setParameter("ids", List.copyOf(ids))
                .getResultList());
    }
}
