package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Posts, over GraphQL. */
@Singleton
class PostFeature implements CoreFeature {

    private static final String READ = "posts:read";
    private static final String APPOINT = "posts:appoint";

    private final CoreStore store;
    private final Posts posts;
    private final Organizations organizations;
    private final Handover handover;

    PostFeature(CoreStore store, Posts posts, Organizations organizations, Handover handover) {
        this.store = store;
        this.posts = posts;
        this.organizations = organizations;
        this.handover = handover;
    }

    @Override
    public String schema() {
        return "post";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Post.class);
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
                Permission.of(APPOINT, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Post", this::load)
                .query("posts", this::list)
                .field("Viewer", "posts", call -> posts.heldBy(call.actor().subject()))
                .mutation("postAppoint", this::appoint)
                .mutation("postEnd", this::end);
    }

    private Uni<Map<UUID, Post>> load(Set<UUID> ids, Call call) {
        Actor actor = call.actor();
        return store.session(session -> session.createSelectionQuery("from Post where id in :ids", Post.class)
                        .setParameter("ids", List.copyOf(ids))
                        .getResultList())
                .map(rows -> rows.stream()
                        .filter(row -> row.getSubject().equals(actor.subject())
                                || actor.may(READ, new DivisionCode(row.getDivisionCode())))
                        .collect(Collectors.toMap(Post::getId, Function.identity())));
    }

    private Uni<Connection<Post>> list(Call call) {
        PageRequest page = call.page();
        Scope scope = Scope.of(call.actor().scopes(READ), "p.divisionCode");
        String hql = "from Post p where p.until is null and " + scope.condition()
                + (page.after().isPresent() ? " and p.id < :after" : "") + " order by p.id desc";
        return store.session(session -> {
                    Mutiny.SelectionQuery<Post> query =
                            session.createSelectionQuery(hql, Post.class).setMaxResults(page.limit());
                    scope.bind(query);
                    page.after().ifPresent(value -> query.setParameter("after", value));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Post::getId));
    }

    /** The input of an appointment. */
    record AppointInput(String subject, String holderName, Role role, GlobalId divisionId, Optional<GlobalId> unitId) {}

    private Uni<UUID> appoint(Call call) {
        AppointInput input = call.input(AppointInput.class);
        String holderName = Texts.check(input.holderName(), 1, 40, "holderName");
        String subject = Texts.check(input.subject(), 1, 60, "subject");
        return posts.appoint(
                        subject,
                        holderName,
                        input.role(),
                        input.divisionId().of("Division"),
                        input.unitId().map(unit -> unit.of("OrgUnit")),
                        call.actor().subject())
                // last, so that a failure leaves no post; a member without a post is nobody here
                .call(() -> organizations.addMember(Operation.current().tenant(), subject));
    }

    /** The input of a post's end. */
    record EndInput(GlobalId postId) {}

    private Uni<UUID> end(Call call) {
        EndInput input = call.input(EndInput.class);
        Actor actor = call.actor();
        return posts.end(
                        input.postId().of("Post"),
                        post -> actor.require(APPOINT, new DivisionCode(post.getDivisionCode())))
                .call(post -> handOver(post, actor))
                .map(Post::getId);
    }

    /** A grid worker who has another post in the village goes on with what there is to do there. */
    private Uni<Void> handOver(Post ended, Actor by) {
        if (ended.getRole() != Role.GRID_WORKER) {
            return Uni.createFrom().voidItem();
        }
        DivisionCode village = new DivisionCode(ended.getDivisionCode()).village();
        return posts.isGridWorker(ended.getSubject(), village)
                .chain(still ->
                        still ? Uni.createFrom().voidItem() : handover.handOver(ended.getSubject(), village, by));
    }
}
