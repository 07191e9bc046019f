package io.lianhu.server.audience;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** The county's tags, and who bears them. */
@Singleton
class Tags {

    static final String READ = "tags:read";
    static final String READ_CONFIDENTIAL = "tags:read-confidential";

    /** A county with more has no use for them; and each with a rule is computed for each resident that is looked at. */
    static final int MOST = 100;

    private final CoreStore store;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    Tags(CoreStore store) {
        this.store = store;
    }

    /** Those in use that the actor may see, of the ids. */
    Uni<Map<UUID, Tag>> inUse(Set<UUID> ids, Actor actor) {
        return load(ids, actor).map(found -> found.values().stream()
                .filter(tag -> !tag.retired())
                .collect(Collectors.toMap(Tag::getId, Function.identity())));
    }

    Uni<Map<UUID, Tag>> load(Set<UUID> ids, Actor actor) {
        return all(ids).map(tags -> tags.values().stream()
                .filter(tag -> visible(tag, actor))
                .collect(Collectors.toMap(Tag::getId, Function.identity())));
    }

    /** Those of the ids, whoever may see them and whether they are in use or not. */
    Uni<Map<UUID, Tag>> all(Set<UUID> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : store.session(session -> session.createSelectionQuery("from Tag where id in :ids", Tag.class)
                                .setParameter("ids", List.copyOf(ids))
                                .getResultList())
                        .map(rows -> rows.stream().collect(Collectors.toMap(Tag::getId, Function.identity())));
    }

    private static boolean visible(Tag tag, Actor actor) {
        return actor.may(READ) && (!tag.confidential() || actor.may(READ_CONFIDENTIAL));
    }

    /** Whether the actor may know of people at home there who bears the tag. */
    static boolean mayRead(Tag tag, DivisionCode home, Actor actor) {
        return actor.may(tag.confidential() ? READ_CONFIDENTIAL : READ, home);
    }

    Uni<List<Tag>> list(PageRequest page, boolean retired, Actor actor) {
        List<String> conditions = new ArrayList<>(List.of("1 = 1"));
        if (!retired) {
            conditions.add("retiredAt is null");
        }
        if (!actor.may(READ_CONFIDENTIAL)) {
            conditions.add("confidential = false");
        }
        page.after().ifPresent(after -> conditions.add("id < :after"));
        return store.session(session -> {
            Mutiny.SelectionQuery<Tag> query = session.createSelectionQuery(
                            "from Tag where " + String.join(" and ", conditions) + " order by id desc", Tag.class)
                    .setMaxResults(page.limit());
            page.after().ifPresent(after -> query.setParameter("after", after));
            return query.getResultList();
        });
    }

    /** A tag as it is to be. */
    record Wanted(String name, Optional<Criteria> rule, boolean confidential) {}

    Uni<UUID> add(Wanted wanted) {
        Tag fresh = new Tag(wanted.name(), wanted.rule(), wanted.confidential(), clock.instant());
        return requireFree(wanted.name(), Optional.empty())
                .chain(() -> store.session(session -> session.createSelectionQuery(
                                "select count(*) from Tag where retiredAt is null", Long.class)
                        .getSingleResult()
                        .chain(count -> {
                            if (count >= MOST) {
                                throw ApiException.invalid("name");
                            }
                            return session.persist(fresh);
                        })))
                .map(done -> fresh.getId());
    }

    Uni<UUID> change(UUID id, Optional<Integer> seen, Wanted wanted, Actor actor) {
        return requireFree(wanted.name(), Optional.of(id))
                .chain(() -> locked(id, actor, tag -> {
                    if (seen.filter(version -> version != tag.version()).isPresent()) {
                        throw ApiException.conflict("Tag");
                    }
                    if (tag.retired()) {
                        throw new ApiException(TagError.TAG_RETIRED);
                    }
                    if (tag.rule().isPresent() != wanted.rule().isPresent()) {
                        throw new ApiException(TagError.TAG_KIND);
                    }
                    tag.change(wanted.name(), wanted.rule(), wanted.confidential());
                }));
    }

    Uni<UUID> retire(UUID id, Actor actor) {
        return locked(id, actor, tag -> tag.retire(clock.instant()));
    }

    private interface Change {
        void apply(Tag tag);
    }

    private Uni<UUID> locked(UUID id, Actor actor, Change change) {
        return store.session(session -> session.find(Tag.class, id, LockModeType.PESSIMISTIC_WRITE)
                .invoke(tag -> {
                    if (tag == null || !visible(tag, actor)) {
                        throw ApiException.notFound("Tag");
                    }
                    change.apply(tag);
                })
                .replaceWith(id));
    }

    /** The index decides where two come at once; this says it in words. */
    private Uni<Void> requireFree(String name, Optional<UUID> own) {
        return store.session(session -> session.createSelectionQuery(
                                "from Tag where name = :name and retiredAt is null", Tag.class)
                        .setParameter("name", name)
                        .getResultList())
                .invoke(rows -> {
                    if (rows.stream()
                            .anyMatch(row -> own.filter(row.getId()::equals).isEmpty())) {
                        throw new ApiException(TagError.TAG_NAME_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /** Puts a tag on a resident, or takes it away; a second time changes nothing. */
    Uni<Void> assign(UUID tag, UUID resident, DivisionCode home, boolean present, Actor actor) {
        return inUseByHand(tag, home, actor)
                .chain(() -> present
                        ? Statements.CORE
                                .run(
                                        "insert into lianhu_core.resident_tag (tag_id, resident_id, tagged_by, tagged_at)"
                                                + " values ($1, $2, $3, now()) on conflict do nothing",
                                        tag,
                                        resident,
                                        actor.subject())
                                .replaceWithVoid()
                        : Statements.CORE
                                .run(
                                        "delete from lianhu_core.resident_tag where tag_id = $1 and resident_id = $2",
                                        tag,
                                        resident)
                                .replaceWithVoid());
    }

    private Uni<Void> inUseByHand(UUID id, DivisionCode home, Actor actor) {
        return load(Set.of(id), actor)
                .invoke(found -> {
                    Tag tag = found.get(id);
                    if (tag == null || !mayRead(tag, home, actor)) {
                        throw ApiException.notFound("Tag");
                    }
                    if (tag.retired()) {
                        throw new ApiException(TagError.TAG_RETIRED);
                    }
                    if (tag.rule().isPresent()) {
                        throw new ApiException(TagError.TAG_KIND);
                    }
                })
                .replaceWithVoid();
    }

    /** The tags in use of each of the residents that the actor may see; two statements for all of them. */
    Uni<Map<UUID, List<Tag>>> of(Set<UUID> residents, Actor actor) {
        return list(new PageRequest(MOST, Optional.empty()), false, actor).chain(tags -> {
            if (tags.isEmpty() || residents.isEmpty()) {
                return Uni.createFrom().item(Map.of());
            }
            Map<UUID, Tag> known = tags.stream().collect(Collectors.toMap(Tag::getId, Function.identity()));
            ResidentCondition condition = new ResidentCondition(known, LocalDate.now(clock));
            String ids = condition.put(residents.toArray(UUID[]::new));
            String hand = condition.put(known.keySet().toArray(UUID[]::new));
            List<String> parts = new ArrayList<>();
            parts.add("select resident_id, tag_id from lianhu_core.resident_tag where resident_id = any (" + ids
                    + ") and tag_id = any (" + hand + ")");
            tags.forEach(tag -> tag.rule()
                    .ifPresent(rule -> parts.add("select r.id, " + condition.put(tag.getId())
                            + "::uuid from lianhu_core.resident r where r.id = any (" + ids
                            + ") and r.state = 'APPROVED' and " + condition.of(rule))));
            return Statements.CORE
                    .run(String.join(" union all ", parts) + " order by 2", condition.parameters())
                    .map(rows -> {
                        Map<UUID, List<Tag>> result = new HashMap<>();
                        for (Row row : rows) {
                            Tag tag = known.get(row.getUUID(1));
                            if (tag != null) {
                                result.computeIfAbsent(row.getUUID(0), first -> new ArrayList<>())
                                        .add(tag);
                            }
                        }
                        return result;
                    });
        });
    }
}
