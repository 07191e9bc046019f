package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
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

/** Posts and stand-ins, over GraphQL. */
@Singleton
class PostFeature implements CoreFeature {

    private static final String READ = "posts:read";
    private static final String APPOINT = "posts:appoint";
    private static final String STAND_IN = "posts:stand-in";

    private final CoreStore store;
    private final Posts posts;
    private final Terms terms;
    private final Organizations organizations;
    private final Clock clock = Clock.systemUTC();

    PostFeature(CoreStore store, Posts posts, Terms terms, Organizations organizations) {
        this.store = store;
        this.posts = posts;
        this.terms = terms;
        this.organizations = organizations;
    }

    @Override
    public String schema() {
        return "post";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Post.class, StandIn.class);
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(
                        READ,
                        Role.GRID_WORKER,
                        Role.VILLAGE_CADRE,
                        Role.TOWN_CENTRE,
                        Role.COUNTY_CENTRE,
                        Role.COUNTY_ADMINISTRATOR),
                Permission.of(APPOINT, Role.COUNTY_ADMINISTRATOR),
                Permission.of(STAND_IN, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Post", this::load)
                .node("StandIn", this::loadStandIns)
                .query("posts", this::list)
                .field("Viewer", "posts", call -> posts.heldBy(call.actor().subject()))
                .field("Viewer", "standIns", this::standingIn)
                .field("Post", "held", call -> Uni.createFrom()
                        .item(call.<Post>source().isHeld(clock.instant())))
                .batch("Post", "standIn", this::standIn)
                .mutation("postAppoint", this::appoint)
                .mutation("postRenew", this::renew)
                .mutation("postEnd", this::end)
                .mutation("postStandIn", this::arrange)
                .mutation("postStandInEnd", this::endStandIn);
    }

    private static boolean maySee(Actor actor, Post post) {
        return post.getSubject().equals(actor.subject()) || actor.may(READ, new DivisionCode(post.getDivisionCode()));
    }

    private Uni<Map<UUID, Post>> load(Set<UUID> ids, Call call) {
        return store.session(session -> session.createSelectionQuery("from Post where id in :ids", Post.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> maySee(call.actor(), row))
                        .collect(Collectors.toMap(Post::getId, Function.identity())));
    }

    private Uni<Map<UUID, StandIn>> loadStandIns(Set<UUID> ids, Call call) {
        Actor actor = call.actor();
        return store.session(session -> session.createSelectionQuery(
                                "select s, p from StandIn s join Post p on p.id = s.postId where s.id in :ids",
                                Object[].class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row ->
                                ((StandIn) row[0]).getSubject().equals(actor.subject()) || maySee(actor, (Post) row[1]))
                        .map(row -> (StandIn) row[0])
                        .collect(Collectors.toMap(StandIn::getId, Function.identity())));
    }

    private Uni<List<StandIn>> standingIn(Call call) {
        return store.session(session -> session.createSelectionQuery(
                        "from StandIn s where s.subject = :me and " + Posts.STANDS_IN + " order by s.id", StandIn.class)
                .setParameter("me", call.actor().subject())
                .setParameter("now", clock.instant())
                .setMaxResults(100)
                .getResultList());
    }

    private Uni<Map<Post, StandIn>> standIn(List<Post> sources, Call call) {
        return store.session(session -> session.createSelectionQuery(
                                "from StandIn s where s.postId in :posts and " + Posts.STANDS_IN, StandIn.class)
                        .setParameter("posts", sources.stream().map(Post::getId).toList())
                        .setParameter("now", clock.instant())
                        .getResultList())
                .map(rows -> {
                    Map<UUID, StandIn> byPost = rows.stream()
                            .collect(Collectors.toMap(StandIn::getPostId, Function.identity(), (one, other) -> one));
                    Map<Post, StandIn> result = new HashMap<>();
                    sources.stream()
                            .filter(post -> byPost.containsKey(post.getId()))
                            .forEach(post -> result.put(post, byPost.get(post.getId())));
                    return result;
                });
    }

    private Uni<Connection<Post>> list(Call call) {
        PageRequest page = call.page();
        Scope scope = Scope.of(call.actor().scopes(READ), "p.divisionCode");
        List<String> conditions = new ArrayList<>(List.of(scope.condition()));
        Map<String, Object> parameters = new HashMap<>();
        if (!call.argument("includeEnded", Boolean.class).orElse(false)) {
            conditions.add(Posts.HELD);
            parameters.put("now", clock.instant());
        }
        call.argument("divisionCode", String.class).map(PostFeature::code).ifPresent(division -> {
            if (call.argument("directly", Boolean.class).orElse(false)) {
                conditions.add("p.divisionCode = :at");
                parameters.put("at", division.value());
            } else {
                conditions.add("p.divisionCode >= :start and p.divisionCode < :end");
                parameters.put("start", division.value());
                parameters.put("end", division.end());
            }
        });
        call.argument("role", Role.class).ifPresent(role -> {
            conditions.add("p.role = :role");
            parameters.put("role", role);
        });
        call.argument("holderOf", GlobalId.class).map(id -> id.of("Post")).ifPresent(post -> {
            conditions.add("p.subject = (select known.subject from Post known where known.id = :known)");
            parameters.put("known", post);
        });
        page.after().ifPresent(after -> {
            conditions.add("p.id < :after");
            parameters.put("after", after);
        });
        String hql = "from Post p where " + String.join(" and ", conditions) + " order by p.id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<Post> query =
                            session.createSelectionQuery(hql, Post.class).setMaxResults(page.limit());
                    scope.bind(query);
                    parameters.forEach(query::setParameter);
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Post::getId));
    }

    private static DivisionCode code(String given) {
        try {
            return new DivisionCode(given);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
    }

    /** The input of an appointment. */
    record AppointInput(
            String subject,
            String holderName,
            Role role,
            GlobalId divisionId,
            Optional<GlobalId> unitId,
            Optional<Instant> since,
            Optional<Instant> until) {}

    private Uni<UUID> appoint(Call call) {
        AppointInput input = call.input(AppointInput.class);
        String holderName = Texts.check(input.holderName(), 1, 40, "holderName");
        String subject = Texts.check(input.subject(), 1, 60, "subject");
        return posts.appoint(
                        new Posts.Appointment(
                                subject,
                                holderName,
                                input.role(),
                                input.divisionId().of("Division"),
                                input.unitId().map(unit -> unit.of("OrgUnit")),
                                input.since(),
                                input.until()),
                        call.actor().subject())
                // last, so that a failure leaves no post; a member without a post is nobody here
                .call(() -> organizations.addMember(Operation.current().tenant(), subject));
    }

    /** The input of a renewal. */
    record RenewInput(GlobalId postId, Optional<Instant> until) {}

    private Uni<UUID> renew(Call call) {
        RenewInput input = call.input(RenewInput.class);
        return terms.renew(input.postId().of("Post"), input.until(), post -> requireAppoint(call.actor(), post));
    }

    private static void requireAppoint(Actor actor, Post post) {
        actor.require(APPOINT, new DivisionCode(post.getDivisionCode()));
    }

    /** The input of a post's end. */
    record EndInput(GlobalId postId) {}

    private Uni<UUID> end(Call call) {
        EndInput input = call.input(EndInput.class);
        return terms.end(input.postId().of("Post"), post -> requireAppoint(call.actor(), post), call.actor());
    }

    /** The input of a stand-in's beginning. */
    record StandInInput(
            GlobalId postId,
            GlobalId colleagueId,
            Optional<Instant> since,
            Instant until,
            Optional<Boolean> moveOpenWork) {}

    private Uni<UUID> arrange(Call call) {
        StandInInput input = call.input(StandInInput.class);
        Actor actor = call.actor();
        return terms.arrange(
                new Terms.Arrangement(
                        input.postId().of("Post"),
                        input.colleagueId().of("Post"),
                        input.since(),
                        input.until(),
                        input.moveOpenWork().orElse(false)),
                post -> requireArrange(actor, post),
                (post, colleague) -> requireAmong(actor, post, colleague),
                actor);
    }

    /** Who appoints chooses whom he likes; a cadre, a grid worker of the same village. */
    private static void requireAmong(Actor actor, Post post, Post colleague) {
        DivisionCode where = new DivisionCode(post.getDivisionCode());
        if (!actor.may(APPOINT, where)
                && (colleague.getRole() != Role.GRID_WORKER
                        || !where.village().contains(new DivisionCode(colleague.getDivisionCode())))) {
            throw new ApiException(PostError.POST_NO_COLLEAGUE);
        }
    }

    /** A cadre arranges it among the grid workers of the village, and hands on no power of a cadre's. */
    private static void requireArrange(Actor actor, Post post) {
        DivisionCode where = new DivisionCode(post.getDivisionCode());
        if (!maySee(actor, post)) {
            throw ApiException.notFound("Post");
        }
        actor.require(STAND_IN, where);
        if (post.getRole() != Role.GRID_WORKER) {
            actor.require(APPOINT, where);
        }
    }

    /** The input of a stand-in's end. */
    record StandInEndInput(GlobalId standInId) {}

    private Uni<UUID> endStandIn(Call call) {
        StandInEndInput input = call.input(StandInEndInput.class);
        Actor actor = call.actor();
        return terms.endStandIn(input.standInId().of("StandIn"), post -> requireArrange(actor, post), actor);
    }
}
