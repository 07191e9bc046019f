package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Role;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Renews posts and closes them, has colleagues stand in, and sees to what is open then. Whatever changes who acts by a post locks its
 * row first.
 */
@Singleton
class Terms {

    /** Who acts when a term ends by itself. */
    static final Actor NOBODY = new Actor("", Optional.empty(), List.of(), permission -> Set.of());

    private static final Duration LONGEST_STAND_IN = Duration.ofDays(366);

    private final CoreStore store;
    private final Posts posts;
    private final Handover handover;
    private final Clock clock = Clock.systemUTC();

    Terms(CoreStore store, Posts posts, Handover handover) {
        this.store = store;
        this.posts = posts;
        this.handover = handover;
    }

    /** Gives a post that is not over another end, or none. */
    Uni<UUID> renew(UUID id, Optional<Instant> until, Consumer<Post> check) {
        return store.session(session -> locked(session, id).invoke(check).invoke(post -> {
                    Instant now = clock.instant();
                    requireNotOver(post, now);
                    until.ifPresent(end -> Posts.requireEnd(end, post.getSince().isAfter(now) ? post.getSince() : now));
                    post.renew(until.orElse(null));
                }))
                .replaceWith(id);
    }

    private static void requireNotOver(Post post, Instant now) {
        if (post.isClosed() || post.isOver(now)) {
            throw new ApiException(PostError.POST_OVER);
        }
    }

    /** Ends a post, and its stand-ins with it; does nothing where that was done already. */
    Uni<UUID> end(UUID id, Consumer<Post> check, Actor by) {
        return store.session(session -> locked(session, id).invoke(check).chain(post -> {
                    if (post.isClosed()) {
                        return Uni.createFrom().item(Optional.<Post>empty());
                    }
                    post.close(clock.instant());
                    return session.createSelectionQuery(
                                    "from StandIn s where s.postId = :post and s.closed = false", StandIn.class)
                            .setParameter("post", id)
                            .getResultList()
                            .invoke(all -> all.forEach(one -> one.close(clock.instant())))
                            .call(session::flush)
                            .call(all -> each(all, one -> settle(one, post, by)))
                            .replaceWith(Optional.of(post));
                }))
                .call(ended -> ended.isPresent() ? leave(ended.get().getSubject(), ended.get(), by) : nothing())
                .replaceWith(id);
    }

    private static Uni<Void> nothing() {
        return Uni.createFrom().voidItem();
    }

    private static <T> Uni<Void> each(List<T> all, java.util.function.Function<T, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(work::apply)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** A grid worker who has another post in the village goes on with what there is to do there. */
    private Uni<Void> leave(String subject, Post post, Actor by) {
        if (post.getRole() != Role.GRID_WORKER) {
            return nothing();
        }
        DivisionCode village = new DivisionCode(post.getDivisionCode()).village();
        return posts.isGridWorker(subject, village)
                .chain(still -> still ? nothing() : handover.handOver(subject, village, by));
    }

    /** What a stand-in has open for a post goes back to its holder, unless the stand-in works there anyway. */
    private Uni<Void> settle(StandIn over, Post post, Actor by) {
        if (post.getRole() != Role.GRID_WORKER) {
            return nothing();
        }
        DivisionCode grid = new DivisionCode(post.getDivisionCode());
        return posts.isGridWorker(over.getSubject(), grid)
                .chain(still -> still || !post.isHeld(clock.instant())
                        ? nothing()
                        : handover.pass(
                                over.getSubject(),
                                grid,
                                new Posts.Holder(post.getId(), post.getSubject(), post.getHolderName()),
                                by))
                .chain(() -> leave(over.getSubject(), post, by));
    }

    /** Who stands in for which post, as it is to be. */
    record Arrangement(UUID post, UUID colleague, Optional<Instant> since, Instant until, boolean moveOpenWork) {}

    /**
     * Has a colleague stand in, whom the caller may refuse. Fails with {@code POST_OVER}, {@code POST_NO_COLLEAGUE}, or {@code POST_STOOD_IN} where somebody does in
     * a part of that time.
     */
    Uni<UUID> arrange(Arrangement given, Consumer<Post> check, BiConsumer<Post, Post> among, Actor by) {
        Instant now = clock.instant();
        Instant since = given.since().filter(start -> start.isAfter(now)).orElse(now);
        if (!given.until().isAfter(since) || given.until().isAfter(since.plus(LONGEST_STAND_IN))) {
            throw ApiException.invalid("until");
        }
        if (given.moveOpenWork() && since.isAfter(now)) {
            throw ApiException.invalid("moveOpenWork");
        }
        return store.session(session -> locked(session, given.post())
                .invoke(check)
                .invoke(post -> requireNotOver(post, now))
                .chain(post -> session.find(Post.class, given.colleague())
                        .invoke(colleague -> {
                            if (colleague == null) {
                                throw ApiException.notFound("Post");
                            }
                            if (colleague.isClosed()
                                    || !colleague.isHeld(now)
                                    || colleague.getSubject().equals(post.getSubject())) {
                                throw new ApiException(PostError.POST_NO_COLLEAGUE);
                            }
                            among.accept(post, colleague);
                        })
                        .call(() -> free(session, given, since))
                        .map(colleague -> new StandIn(given.post(), colleague, since, given.until(), by.subject()))
                        .call(session::persist)
                        .call(session::flush)
                        .call(fresh -> given.moveOpenWork() && post.getRole() == Role.GRID_WORKER
                                ? handover.pass(
                                        post.getSubject(),
                                        new DivisionCode(post.getDivisionCode()),
                                        new Posts.Holder(post.getId(), fresh.getSubject(), fresh.getHolderName()),
                                        by)
                                : nothing())
                        .map(StandIn::getId)));
    }

    private static Uni<Void> free(Mutiny.Session session, Arrangement given, Instant since) {
        return session.createSelectionQuery(
                        "select count(*) from StandIn s where s.postId = :post and s.closed = false"
                                + " and s.since < :until and s.until > :since",
                        Long.class)
                .setParameter("post", given.post())
                .setParameter("since", since)
                .setParameter("until", given.until())
                .getSingleResult()
                .invoke(count -> {
                    if (count > 0) {
                        throw new ApiException(PostError.POST_STOOD_IN);
                    }
                })
                .replaceWithVoid();
    }

    /** Ends a stand-in; does nothing where that was done already. */
    Uni<UUID> endStandIn(UUID id, Consumer<Post> check, Actor by) {
        return store.session(
                session -> session.createSelectionQuery("select s.postId from StandIn s where s.id = :id", UUID.class)
                        .setParameter("id", id)
                        .getSingleResultOrNull()
                        .invoke(post -> {
                            if (post == null) {
                                throw ApiException.notFound("StandIn");
                            }
                        })
                        .chain(post -> locked(session, post))
                        .invoke(check)
                        .chain(post -> session.find(StandIn.class, id).chain(one -> {
                            if (one.isClosed()) {
                                return nothing();
                            }
                            one.close(clock.instant());
                            return session.flush().chain(() -> settle(one, post, by));
                        }))
                        .replaceWith(id));
    }

    private static Uni<Post> locked(Mutiny.Session session, UUID id) {
        return session.find(Post.class, id, LockModeType.PESSIMISTIC_WRITE).map(post -> {
            if (post == null) {
                throw ApiException.notFound("Post");
            }
            return post;
        });
    }
}
