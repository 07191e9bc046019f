package io.lianhu.server.division;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
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

    /** That neither the division {@code d} has ended nor what contains it, whose grids the register does not know. */
    static final String STANDS =
            "not exists (select 1 from Division above where above.validUntil is not null and above.code"
                    + " in (d.code, substring(d.code, 1, 15), substring(d.code, 1, 12), substring(d.code, 1, 9)))";

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

    /** The ids of the divisions that stand, by code; those that are unknown, or ended, are left out. */
    public Uni<Map<String, UUID>> standing(Set<String> codes) {
        return codes.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : store.session(session -> session.createSelectionQuery(
                                        "select d.code, d.id from Division d where d.code in :codes and " + STANDS,
                                        Object[].class)
                                .setParameter("codes", List.copyOf(codes))
                                .getResultList())
                        .map(rows ->
                                rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> (UUID) row[1])));
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

    /**
     * A division in which something new is to be; it does not end before the running write transaction, where there is one. Fails with
     * {@code NOT_FOUND}, or {@code DIVISION_ENDED}.
     */
    public Uni<Divisions.Division> require(UUID id) {
        return require("id", id);
    }

    /** The same by code. */
    public Uni<Divisions.Division> require(DivisionCode code) {
        return require("code", code.value());
    }

    /** A statement of its own: what is read together with a lock is as it was before the lock was waited for. */
    private static Uni<Void> held(String property, Object value) {
        return Operation.current().writes()
                ? Statements.CORE
                        .run("select 1 from lianhu_core.division where " + property + " = $1 for key share", value)
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    private Uni<Divisions.Division> require(String property, Object value) {
        return held(property, value)
                .chain(() -> store.session(session -> session.createSelectionQuery(
                                "select d, " + STANDS + " from Division d where d." + property + " = :value",
                                Object[].class)
                        .setParameter("value", value)
                        .getSingleResultOrNull()))
                .map(found -> {
                    if (found == null) {
                        throw ApiException.notFound("Division");
                    }
                    if (!(boolean) found[1]) {
                        throw new ApiException(DivisionError.DIVISION_ENDED);
                    }
                    return view((io.lianhu.server.division.Division) found[0]);
                });
    }
}
