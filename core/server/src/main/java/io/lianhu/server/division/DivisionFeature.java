package io.lianhu.server.division;

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
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantManifest;
import io.lianhu.server.tenant.TenantRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The county and its divisions, over GraphQL. */
@Singleton
class DivisionFeature implements CoreFeature {

    static final int MAX_NAME = 60;

    private final CoreStore store;
    private final DivisionDirectory directory;
    private final TenantRegistry tenants;
    private final DivisionChanges changes;

    DivisionFeature(CoreStore store, DivisionDirectory directory, TenantRegistry tenants, DivisionChanges changes) {
        this.store = store;
        this.directory = directory;
        this.tenants = tenants;
        this.changes = changes;
    }

    @Override
    public String schema() {
        return "division";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Division.class);
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(DivisionChanges.MANAGE, Role.COUNTY_ADMINISTRATOR),
                Permission.of(DivisionChanges.MANAGE_GROUPS, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Division", (ids, call) -> directory.load(ids))
                .query("county", this::county)
                .query("division", this::division)
                .query("divisions", this::divisions)
                .mutation("gridCreate", this::createGrid)
                .mutation("jointGroupCreate", this::createGroup)
                .mutation("divisionRename", changes::rename)
                .mutation("divisionEnd", changes::end);
    }

    /** The county as its residents see it. */
    public record County(
            String code,
            String name,
            String productName,
            String primaryColor,
            String noticeVersion,
            List<String> plugins) {}

    private Uni<County> county(Call call) {
        Tenant tenant = tenants.byCode(Operation.current().tenant()).orElseThrow(() -> ApiException.notFound("County"));
        TenantManifest manifest = tenant.manifest();
        return Uni.createFrom()
                .item(new County(
                        tenant.code(),
                        text(manifest.name(), call.locale()),
                        text(manifest.brand().product(), call.locale()),
                        manifest.brand().primaryColor(),
                        manifest.noticeVersion(),
                        manifest.enabledPlugins().stream().sorted().toList()));
    }

    private static String text(TenantManifest.Text text, Locale locale) {
        return locale.getLanguage().equals("en") ? text.english() : text.chinese();
    }

    private Uni<Division> division(Call call) {
        return store.session(session -> session.createSelectionQuery("from Division where code = :code", Division.class)
                .setParameter("code", call.required("code", String.class))
                .getSingleResultOrNull());
    }

    private Uni<Connection<Division>> divisions(Call call) {
        PageRequest page = call.page();
        Optional<String> parent = call.argument("parentCode", String.class);
        Optional<String> name = call.argument("name", String.class).filter(part -> !part.isBlank());
        boolean ended = call.argument("includeEnded", Boolean.class).orElse(false);
        // A county has some hundreds of divisions, so that looking through their names is cheap. A parameter that
        // may be null has no type for PostgreSQL, which fails the transaction: so conditions are left out instead.
        String hql = "from Division d where " + (ended ? "1 = 1" : DivisionDirectory.STANDS)
                + (page.after().isPresent() ? " and d.id > :after" : "")
                + (parent.isPresent() ? " and d.parentId = (select p.id from Division p where p.code = :parent)" : "")
                + (name.isPresent() ? " and (locate(:name, d.name) > 0 or locate(:name, d.registerName) > 0)" : "")
                + " order by d.id";
        return store.session(session -> {
                    Mutiny.SelectionQuery<Division> query =
                            session.createSelectionQuery(hql, Division.class).setMaxResults(page.limit());
                    page.after().ifPresent(after -> query.setParameter("after", after));
                    parent.ifPresent(code -> query.setParameter("parent", code));
                    name.ifPresent(part -> query.setParameter("name", part));
                    return query.getResultList();
                })
                .map(rows -> Connection.of(rows, page, Division::getId));
    }

    /** The input of both creating mutations. */
    record CreateInput(Optional<GlobalId> villageId, Optional<GlobalId> gridId, String name) {}

    private Uni<UUID> createGrid(Call call) {
        CreateInput input = call.input(CreateInput.class);
        return create(
                call.actor(),
                input.villageId().orElseThrow(() -> ApiException.invalid("villageId")),
                DivisionKind.VILLAGE,
                DivisionKind.GRID,
                3,
                input.name());
    }

    private Uni<UUID> createGroup(Call call) {
        CreateInput input = call.input(CreateInput.class);
        return create(
                call.actor(),
                input.gridId().orElseThrow(() -> ApiException.invalid("gridId")),
                DivisionKind.GRID,
                DivisionKind.GROUP,
                2,
                input.name());
    }

    /** The parent's row is locked, so that two who add at once do not take the same code. */
    private Uni<UUID> create(
            Actor actor, GlobalId parentId, DivisionKind parentKind, DivisionKind kind, int digits, String given) {
        String name = Texts.check(given, 1, MAX_NAME, "name");
        UUID id = parentId.of("Division");
        return store.session(session -> session.find(Division.class, id, LockModeType.PESSIMISTIC_WRITE)
                .call(() -> directory.require(id))
                .chain(parent -> {
                    if (kind == DivisionKind.GROUP) {
                        actor.require(DivisionChanges.MANAGE_GROUPS, new DivisionCode(parent.getCode()));
                    }
                    if (parent.getKind() != parentKind) {
                        throw new ApiException(DivisionError.DIVISION_KIND, Map.of("expected", parentKind));
                    }
                    return session.createSelectionQuery(
                                    "select max(code) from Division where parentId = :parent", String.class)
                            .setParameter("parent", id)
                            .getSingleResultOrNull()
                            .map(last -> new Division(parent, next(parent.getCode(), last, digits), kind, name))
                            .call(session::persist)
                            .map(Division::getId);
                }));
    }

    private static String next(String parent, @Nullable String last, int digits) {
        int number = last == null ? 1 : Integer.parseInt(last.substring(parent.length())) + 1;
        String suffix = String.format(Locale.ROOT, "%0" + digits + "d", number);
        if (suffix.length() > digits) {
            throw new ApiException(DivisionError.DIVISION_FULL);
        }
        return parent + suffix;
    }
}
