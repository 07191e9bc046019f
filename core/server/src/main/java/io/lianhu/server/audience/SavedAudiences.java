package io.lianhu.server.audience;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Audiences that were given a name, for whoever may use them where they are. */
@Singleton
public class SavedAudiences {

    /** In a county; each is read with all others, so that who may not use one does not see it. */
    static final int MOST = 200;

    private static final String SELECT =
            "select id, name, divisions, criteria, version, removed_at is not null from lianhu_core.saved_audience";

    /** An audience with a name (已存受众). */
    public record Saved(UUID id, String name, List<String> divisions, Criteria rule, int version, boolean removed) {

        private static Saved of(Row row) {
            return new Saved(
                    row.getUUID(0),
                    row.getString(1),
                    List.of(row.getArrayOfStrings(2)),
                    Criteria.of(row.getString(3)),
                    row.getInteger(4),
                    row.getBoolean(5));
        }

        private List<DivisionCode> where() {
            return divisions.stream().map(DivisionCode::new).toList();
        }

        boolean mayBeUsedBy(Actor actor, String permission) {
            return where().stream().allMatch(code -> actor.may(permission, code));
        }
    }

    private final Audiences audiences;

    SavedAudiences(Audiences audiences) {
        this.audiences = audiences;
    }

    /**
     * The target that a saved audience means to who uses it now.
     *
     * @throws ApiException {@code NOT_FOUND} where the actor may not use it
     */
    public Uni<Audiences.Target> target(UUID id, String permission, Actor actor) {
        return find(id, permission, actor)
                .chain(saved -> audiences.target(saved.where(), saved.rule().text(), permission, actor));
    }

    private static Uni<Saved> find(UUID id, String permission, Actor actor) {
        return one(" where removed_at is null and id = $1", id, permission, actor);
    }

    /** The same, held until the running change ends. */
    private static Uni<Saved> hold(UUID id, Actor actor) {
        return one(" where removed_at is null and id = $1 for no key update", id, Audiences.USE, actor);
    }

    private static Uni<Saved> one(String condition, UUID id, String permission, Actor actor) {
        return Statements.CORE.run(SELECT + condition, id).map(rows -> all(rows)
                .filter(saved -> saved.mayBeUsedBy(actor, permission))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("SavedAudience")));
    }

    private static Stream<Saved> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(Saved::of);
    }

    Uni<Map<UUID, Saved>> load(Set<UUID> ids, Actor actor) {
        return Statements.CORE
                .run(SELECT + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> all(rows)
                        .filter(saved -> saved.mayBeUsedBy(actor, Audiences.USE))
                        .collect(Collectors.toMap(Saved::id, Function.identity())));
    }

    Uni<List<Saved>> list(PageRequest page, Actor actor) {
        return Statements.CORE
                .run(
                        SELECT
                                + " where removed_at is null and ($1::uuid is null or id < $1) order by id desc limit $2",
                        page.after().orElse(null),
                        MOST)
                .map(rows -> all(rows)
                        .filter(saved -> saved.mayBeUsedBy(actor, Audiences.USE))
                        .limit(page.limit())
                        .toList());
    }

    Uni<UUID> add(String name, Audiences.Target target, Actor actor) {
        UUID id = Ids.next();
        // one at a time in a county, so that two together are not too many
        return Statements.CORE
                .run(
                        "select pg_advisory_xact_lock(hashtext('audience ' || $1))",
                        Operation.current().tenant())
                .chain(locked -> requireFree(name, id))
                .chain(() -> Statements.CORE.run(
                        "insert into lianhu_core.saved_audience (id, name, divisions, criteria, saved_by)"
                                + " select $1, $2, $3, $4, $5 where (select count(*) from lianhu_core.saved_audience"
                                + " where removed_at is null) < " + MOST,
                        id,
                        name,
                        codes(target),
                        target.parsed().text(),
                        actor.subject()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(TagError.AUDIENCE_TOO_MANY, Map.of("most", MOST));
                    }
                    return id;
                });
    }

    Uni<UUID> change(UUID id, Optional<Integer> seen, String name, Audiences.Target target, Actor actor) {
        return hold(id, actor)
                .invoke(saved -> {
                    if (seen.filter(version -> version != saved.version()).isPresent()) {
                        throw ApiException.conflict("SavedAudience");
                    }
                })
                .chain(() -> requireFree(name, id))
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.saved_audience set name = $2, divisions = $3, criteria = $4, saved_by = $5,"
                                + " saved_at = now(), version = version + 1 where id = $1",
                        id,
                        name,
                        codes(target),
                        target.parsed().text(),
                        actor.subject()))
                .replaceWith(id);
    }

    Uni<UUID> remove(UUID id, Actor actor) {
        return hold(id, actor)
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.saved_audience set removed_at = now(), version = version + 1 where id = $1",
                        id))
                .replaceWith(id);
    }

    private static String[] codes(Audiences.Target target) {
        return target.where().stream().map(DivisionCode::value).toArray(String[]::new);
    }

    private static Uni<Void> requireFree(String name, UUID own) {
        return Statements.CORE
                .run(
                        "select 1 from lianhu_core.saved_audience where name = $1 and removed_at is null and id <> $2",
                        name,
                        own)
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(TagError.AUDIENCE_NAME_TAKEN);
                    }
                })
                .replaceWithVoid();
    }
}
