package io.lianhu.server.division;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks divisions up. */
@Singleton
public class DivisionDirectory implements Divisions {

    private final CoreStore store;

    DivisionDirectory(CoreStore store) {
        this.store = store;
    }

    @Override
    public Uni<Map<UUID, Divisions.Division>> byIds(Set<UUID> ids) {
        return load(ids).map(found -> {
            Map<UUID, Divisions.Division> result = new HashMap<>();
            found.forEach((id, division) -> result.put(id, view(division)));
            return result;
        });
    }

    @Override
    public Uni<Map<DivisionCode, Divisions.Division>> byCodes(Set<DivisionCode> codes) {
        List<String> values = codes.stream().map(DivisionCode::value).toList();
        return store.session(session -> session.createSelectionQuery(
                                "from Division where code in :codes", io.lianhu.server.division.Division.class)
                        .setParameter("codes", values)
                        .getResultList())
                .map(rows -> rows.stream()
                        .map(DivisionDirectory::view)
                        .collect(Collectors.toMap(Divisions.Division::code, Function.identity())));
    }

    private static Divisions.Division view(io.lianhu.server.division.Division division) {
        return new Divisions.Division(division.getId(), new DivisionCode(division.getCode()), division.getName());
    }

    /** The rows themselves, by id. */
    Uni<Map<UUID, io.lianhu.server.division.Division>> load(Set<UUID> ids) {
        return store.session(session -> session.createSelectionQuery(
                                "from Division where id in :ids", io.lianhu.server.division.Division.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .collect(Collectors.toMap(io.lianhu.server.division.Division::getId, Function.identity())));
    }

    /** One division; fails with {@code NOT_FOUND}. */
    public Uni<Divisions.Division> require(UUID id) {
        return byIds(Set.of(id)).map(found -> {
            Divisions.Division division = found.get(id);
            if (division == null) {
                throw ApiException.notFound("Division");
            }
            return division;
        });
    }
}
