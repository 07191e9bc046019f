package io.lianhu.server.post;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;

/** Gives posts, ends them, and finds who holds them. */
@Singleton
public class Posts {

    private final CoreStore store;
    private final DivisionDirectory divisions;
    private final Units units;
    private final Clock clock = Clock.systemUTC();

    Posts(CoreStore store, DivisionDirectory divisions, Units units) {
        this.store = store;
        this.divisions = divisions;
        this.units = units;
    }

    /** Who holds a post. */
    public record Holder(UUID post, String subject, String name) {}

    /**
     * The grid worker of a grid, or of the grid in which a group lies; the one longest in the post, where there are several. The post
     * does not end before the running transaction does, so that work given to its holder is there to be handed over.
     */
    public Uni<Optional<Holder>> gridWorker(DivisionCode division) {
        if (division.value().length() < 15) {
            return Uni.createFrom().item(Optional.empty());
        }
        String grid = division.value().substring(0, 15);
        return store.session(session -> session.createSelectionQuery(
                                "from Post where divisionCode = :grid and role = :role and until is null order by since, id",
                                Post.class)
                        .setParameter("grid", grid)
                        .setParameter("role", Role.GRID_WORKER)
                        .setMaxResults(1)
                        .setLockMode(LockModeType.PESSIMISTIC_READ)
                        .getResultList())
                .map(rows -> rows.stream().map(Posts::holder).findFirst());
    }

    /** The holder of a grid worker's post, if it is held now in the village; else {@code NOT_FOUND}. It does not end meanwhile. */
    public Uni<Holder> gridWorker(UUID post, DivisionCode village) {
        return store.session(session -> session.find(Post.class, post, LockModeType.PESSIMISTIC_READ))
                .map(found -> {
                    if (found == null
                            || found.getUntil() != null
                            || found.getRole() != Role.GRID_WORKER
                            || !village.contains(new DivisionCode(found.getDivisionCode()))) {
                        throw ApiException.notFound("Post");
                    }
                    return holder(found);
                });
    }

    /** Whether the person holds a grid worker's post in the village now; if so, it does not end meanwhile. */
    public Uni<Boolean> isGridWorker(String subject, DivisionCode village) {
        return store.session(session -> session.createSelectionQuery(
                                "from Post where subject = :subject and role = :role and until is null"
                                        + " and divisionCode >= :from and divisionCode < :to order by id",
                                Post.class)
                        .setParameter("subject", subject)
                        .setParameter("role", Role.GRID_WORKER)
                        .setParameter("from", village.value())
                        .setParameter("to", village.end())
                        .setMaxResults(1)
                        .setLockMode(LockModeType.PESSIMISTIC_READ)
                        .getResultList())
                .map(rows -> !rows.isEmpty());
    }

    private static Holder holder(Post post) {
        return new Holder(post.getId(), post.getSubject(), post.getHolderName());
    }

    /** The officers of a unit, longest in the post first; at most 100. */
    public Uni<List<Holder>> officers(UUID unit) {
        return store.session(session -> session.createSelectionQuery(
                                "from Post where unitId = :unit and until is null order by since, id", Post.class)
                        .setParameter("unit", unit)
                        .setMaxResults(100)
                        .getResultList())
                .map(rows -> rows.stream().map(Posts::holder).toList());
    }

    /**
     * Gives a post.
     *
     * <p>Fails with {@code POST_DIVISION}, {@code POST_UNIT} or {@code POST_HELD}.
     *
     * @param unit the unit of which the person is to be an officer; empty for other roles
     */
    public Uni<UUID> appoint(String subject, String name, Role role, UUID division, Optional<UUID> unit, String by) {
        return divisions.require(division).invoke(where -> check(role, where)).chain(where -> unit(role, unit, where)
                .chain(() -> store.session(
                        session -> held(session, subject, role, division, unit).chain(held -> {
                            if (held) {
                                throw new ApiException(PostError.POST_HELD);
                            }
                            Post post = new Post(subject, name, role, where, unit.orElse(null), by, clock.instant());
                            return session.persist(post).map(done -> post.getId());
                        }))));
    }

    private static Uni<Boolean> held(
            Mutiny.Session session, String subject, Role role, UUID division, Optional<UUID> unit) {
        Mutiny.SelectionQuery<Long> query = session.createSelectionQuery(
                        "select count(*) from Post where subject = :subject and role = :role and divisionId = :division"
                                + " and until is null" + (unit.isPresent() ? " and unitId = :unit" : ""),
                        Long.class)
                .setParameter("subject", subject)
                .setParameter("role", role)
                .setParameter("division", division);
        unit.ifPresent(id -> query.setParameter("unit", id));
        return query.getSingleResult().map(count -> count > 0);
    }

    private static void check(Role role, Divisions.Division where) {
        Set<Integer> digits =
                switch (role) {
                    case GRID_WORKER -> Set.of(15);
                    case VILLAGE_CADRE -> Set.of(12);
                    case TOWN_CENTRE -> Set.of(9);
                    case COUNTY_CENTRE, COUNTY_ADMINISTRATOR -> Set.of(6);
                    case UNIT_OFFICER -> Set.of(6, 9);
                    case RESIDENT, OPERATOR -> Set.of();
                };
        if (!digits.contains(where.code().value().length())) {
            throw new ApiException(PostError.POST_DIVISION, Map.of("role", role));
        }
    }

    /** An officer is one of a unit, and where the unit sits; whoever is no officer is of none. */
    private Uni<Void> unit(Role role, Optional<UUID> unit, Divisions.Division where) {
        if (unit.isPresent() != (role == Role.UNIT_OFFICER)) {
            return Uni.createFrom().failure(new ApiException(PostError.POST_UNIT));
        }
        return unit.isEmpty()
                ? Uni.createFrom().voidItem()
                : units.require(unit.get())
                        .invoke(found -> {
                            if (!found.divisionId().equals(where.id())) {
                                throw new ApiException(PostError.POST_UNIT);
                            }
                        })
                        .replaceWithVoid();
    }

    /** Ends a post; does nothing where it ended already. */
    Uni<Post> end(UUID id, Consumer<Post> check) {
        return store.session(session -> session.find(Post.class, id, LockModeType.PESSIMISTIC_WRITE)
                .invoke(post -> {
                    if (post == null) {
                        throw ApiException.notFound("Post");
                    }
                    check.accept(post);
                    post.end(clock.instant());
                }));
    }

    /** The posts that a person holds now. */
    Uni<List<Post>> heldBy(String subject) {
        return store.session(session -> session.createSelectionQuery(
                        "from Post where subject = :subject and until is null order by id", Post.class)
                .setParameter("subject", subject)
                .setMaxResults(100)
                .getResultList());
    }
}
