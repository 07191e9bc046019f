package io.lianhu.server.resident;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Residents;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Residents and households, for plugins and for the core's other features. */
@Singleton
class ResidentDirectory implements Residents {

    private final CoreStore store;
    private final Confidential confidential;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    ResidentDirectory(CoreStore store, Confidential confidential) {
        this.store = store;
        this.confidential = confidential;
    }

    /** Refuses a search that is wrong, before anybody works on it. */
    void requireSound(ResidentSearch search, List<DivisionCode> scopes) {
        search.statement(
                scopes,
                Optional.empty(),
                1,
                Optional.empty(),
                LocalDate.now(clock),
                confidential::telephoneDigests,
                confidential::idDigest);
    }

    /** A page of a search, the newest first. */
    Uni<List<ResidentRecord>> find(
            ResidentSearch search,
            List<DivisionCode> scopes,
            Optional<ResidentState> state,
            int limit,
            Optional<UUID> after) {
        ResidentSearch.Statement statement = search.statement(
                scopes,
                state,
                limit,
                after,
                LocalDate.now(clock),
                confidential::telephoneDigests,
                confidential::idDigest);
        return Statements.CORE
                .run(statement.text(), statement.parameters().toArray())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .collect(Collectors.toSet()))
                .chain(ids -> ids.isEmpty() ? Uni.createFrom().item(List.<ResidentRecord>of()) : load(ids))
                .map(rows -> rows.stream()
                        .sorted(Comparator.comparing(row -> row.getId().toString(), Comparator.reverseOrder()))
                        .toList());
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
