package io.lianhu.server.post;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Gives posts, and finds who holds them. */
@Singleton
public class Posts {

    /** That the post {@code p} is held at {@code :now}. */
    static final String HELD = "p.closed = false and p.since <= :now and (p.until is null or p.until > :now)";

    /** That {@code s} stands in at {@code :now}: a colleague, who has a post of the own. */
    static final String STANDS_IN = "s.closed = false and s.since <= :now and s.until > :now"
            + " and exists (select 1 from Post own where own.subject = s.subject and own.since <= :now"
            + " and (own.until is null or own.until > :now))";

    private static final Duration LONGEST = Duration.ofDays(3_660);

    private final CoreStore store;
    private final DivisionDirectory divisions;
    private final Units units;
    private final Clock clock = Clock.systemUTC();

    Posts(CoreStore store, DivisionDirectory divisions, Units units) {
        this.store = store;
        this.divisions = divisions;
        this.units = units;
    }

    /** Who acts by a post: its holder, or who stands in for that one. */
    public record Holder(UUID post, String subject, String name) {}

    /** What an appointment says: who, what, where, from when, until when, and an officer's unit. */
    public record Appointment(
            String subject,
            String holderName,
            Role role,
            UUID division,
            Optional<UUID> unit,
            Optional<Instant> since,
            Optional<Instant> until) {}

    /**
     * The grid worker of a grid, or of the grid in which a group lies; the one longest in the post, where there are several, or who
     * stands in for that one. The post does not end before the running transaction does, so that work given to its holder is there to
     * be handed over.
     */
    public Uni<Optional<Holder>> gridWorker(DivisionCode division) {
        if (division.value().length() < 15) {
            return Uni.createFrom().item(Optional.empty());
        }
        String grid = division.value().substring(0, 15);
        return store.session(session -> session.createSelectionQuery(
                                "from Post p where p.divisionCode = :grid and p.role = :role and " + HELD
                                        + " order by p.since, p.id",
                                Post.class)
                        .setParameter("grid", grid)
                        .setParameter("role", Role.GRID_WORKER)
                        .setParameter("now", clock.instant())
                        .setMaxResults(1)
                        .setLockMode(LockModeType.PESSIMISTIC_READ)
                        .getResultList())
                .chain(rows -> rows.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : acting(rows.get(0)).map(Optional::of));
    }

    /** Who acts by a grid worker's post, if it is held now in the village; else {@code NOT_FOUND}. It does not end meanwhile. */
    public Uni<Holder> gridWorker(UUID post, DivisionCode village) {
        return store.session(session -> session.find(Post.class, post, LockModeType.PESSIMISTIC_READ))
                .chain(found -> {
                    if (found == null
                            || found.isClosed()
                            || !found.isHeld(clock.instant())
                            || found.getRole() != Role.GRID_WORKER
                            || !village.contains(new DivisionCode(found.getDivisionCode()))) {
                        throw ApiException.notFound("Post");
                    }
                    return acting(found);
                });
    }

    /** The post is locked already, so that nobody stands in for it, or no longer does, before the running transaction ends. */
    private Uni<Holder> acting(Post post) {
        return store.session(session -> session.createSelectionQuery(
                                "from StandIn s where s.postId = :post and " + STANDS_IN, StandIn.class)
                        .setParameter("post", post.getId())
                        .setParameter("now", clock.instant())
                        .getResultList())
                .map(rows -> rows.stream()
                        .findFirst()
                        .map(one -> new Holder(post.getId(), one.getSubject(), one.getHolderName()))
                        .orElseGet(() -> holder(post)));
    }

    /**
     * Whether the person works in the division as a grid worker now, by an own post or standing in; an own post does not end meanwhile.
     */
    public Uni<Boolean> isGridWorker(String subject, DivisionCode division) {
        return store.session(session -> session.createSelectionQuery(
                        "from Post p where p.subject = :subject and p.role = :role and " + HELD
                                + " and p.divisionCode >= :from and p.divisionCode < :to order by p.id",
                        Post.class)
                .setParameter("subject", subject)
                .setParameter("role", Role.GRID_WORKER)
                .setParameter("now", clock.instant())
                .setParameter("from", division.value())
                .setParameter("to", division.end())
                .setMaxResults(1)
                .setLockMode(LockModeType.PESSIMISTIC_READ)
                .getResultList()
                .chain(own -> own.isEmpty()
                        ? standsIn(session, subject, division)
                        : Uni.createFrom().item(true)));
    }

    private Uni<Boolean> standsIn(Mutiny.Session session, String subject, DivisionCode division) {
        return session.createSelectionQuery(
                        "select count(*) from StandIn s join Post p on p.id = s.postId where s.subject = :subject and "
                                + STANDS_IN + " and p.role = :role and " + HELD
                                + " and p.divisionCode >= :from and p.divisionCode < :to",
                        Long.class)
                .setParameter("subject", subject)
                .setParameter("role", Role.GRID_WORKER)
                .setParameter("now", clock.instant())
                .setParameter("from", division.value())
                .setParameter("to", division.end())
                .getSingleResult()
                .map(count -> count > 0);
    }

    private static Holder holder(Post post) {
        return new Holder(post.getId(), post.getSubject(), post.getHolderName());
    }

    /** Who acts as an officer of a unit, longest in the post first; at most 100. */
    public Uni<List<Holder>> officers(UUID unit) {
        return store.session(session -> session.createSelectionQuery(
                                "select p, s from Post p left join StandIn s on s.postId = p.id and " + STANDS_IN
                                        + " where p.unitId = :unit and " + HELD + " order by p.since, p.id",
                                Object[].class)
                        .setParameter("unit", unit)
                        .setParameter("now", clock.instant())
                        .setMaxResults(100)
                        .getResultList())
                .map(rows -> rows.stream()
                        .map(row -> row[1] instanceof StandIn one
                                ? new Holder(((Post) row[0]).getId(), one.getSubject(), one.getHolderName())
                                : holder((Post) row[0]))
                        .toList());
    }

    /** The units for which the person acts as an officer now, by own posts or standing in. */
    public Uni<Set<UUID>> unitsOf(String subject) {
        return store.session(session -> session.createSelectionQuery(
                                "select distinct p.unitId from Post p where p.unitId is not null and " + HELD
                                        + " and (p.subject = :subject or exists (select 1 from StandIn s where s.postId = p.id"
                                        + " and s.subject = :subject and " + STANDS_IN + "))",
                                UUID.class)
                        .setParameter("subject", subject)
                        .setParameter("now", clock.instant())
                        .getResultList())
                .map(Set::copyOf);
    }

    /** Gives a post. Fails with {@code POST_DIVISION}, {@code POST_UNIT} or {@code POST_HELD}. */
    public Uni<UUID> appoint(Appointment to, String by) {
        Instant now = clock.instant();
        Instant since = to.since().orElse(now);
        if (since.isAfter(now.plus(LONGEST))) {
            throw ApiException.invalid("since");
        }
        to.until().ifPresent(until -> requireEnd(until, since.isAfter(now) ? since : now));
        return divisions
                .require(to.division())
                .invoke(where -> check(to.role(), where))
                .chain(where -> unit(to.role(), to.unit(), where)
                        .chain(() -> alone(to.subject()))
                        .chain(() -> store.session(session -> held(session, to).chain(held -> {
                            if (held) {
                                throw new ApiException(PostError.POST_HELD);
                            }
                            Post post = new Post(
                                    to.subject(),
                                    to.holderName(),
                                    to.role(),
                                    where,
                                    to.unit().orElse(null),
                                    by,
                                    since,
                                    to.until().orElse(null));
                            return session.persist(post).map(done -> post.getId());
                        }))));
    }

    /** One appointment of a person at a time, so that two at once do not both find the post free. */
    private static Uni<Void> alone(String subject) {
        return Statements.CORE
                .run(
                        "select pg_advisory_xact_lock(hashtextextended('post/' || $1 || '/' || $2, 0))",
                        Operation.current().tenant(),
                        subject)
                .replaceWithVoid();
    }

    /** Terms are of days to years. */
    static void requireEnd(Instant until, Instant after) {
        if (!until.isAfter(after) || until.isAfter(after.plus(LONGEST))) {
            throw ApiException.invalid("until");
        }
    }

    /** A post whose term is over, though nobody has closed it yet, does not stand in the way of the next term. */
    private Uni<Boolean> held(Mutiny.Session session, Appointment to) {
        Mutiny.SelectionQuery<Post> query = session.createSelectionQuery(
                        "from Post p where p.subject = :subject and p.role = :role and p.divisionId = :division"
                                + " and p.closed = false" + (to.unit().isPresent() ? " and p.unitId = :unit" : ""),
                        Post.class)
                .setParameter("subject", to.subject())
                .setParameter("role", to.role())
                .setParameter("division", to.division());
        to.unit().ifPresent(id -> query.setParameter("unit", id));
        Instant now = clock.instant();
        return query.setLockMode(LockModeType.PESSIMISTIC_WRITE).getResultList().chain(rows -> {
            rows.stream().filter(post -> post.isOver(now)).forEach(post -> post.close(now));
            return session.flush().replaceWith(rows.stream().anyMatch(post -> !post.isClosed()));
        });
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

    /** The posts that a person holds now. */
    Uni<List<Post>> heldBy(String subject) {
        return store.session(session -> session.createSelectionQuery(
                        "from Post p where p.subject = :subject and " + HELD + " order by p.id", Post.class)
                .setParameter("subject", subject)
                .setParameter("now", clock.instant())
                .setMaxResults(100)
                .getResultList());
    }
}
