package io.lianhu.server.operate;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.post.Posts;
import io.lianhu.server.tenant.County;
import io.lianhu.server.tenant.Onboarding;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The counties, for the operator. */
@Singleton
class TenantFeature implements CoreFeature {

    private final TenantRegistry registry;
    private final Onboarding onboarding;
    private final Operators operators;
    private final Operations operations;
    private final Organizations organizations;
    private final DivisionDirectory divisions;
    private final Posts posts;
    private final Vertx vertx;

    TenantFeature(
            TenantRegistry registry,
            Onboarding onboarding,
            Operators operators,
            Operations operations,
            Organizations organizations,
            DivisionDirectory divisions,
            Posts posts,
            Vertx vertx) {
        this.registry = registry;
        this.onboarding = onboarding;
        this.operators = operators;
        this.operations = operations;
        this.organizations = organizations;
        this.divisions = divisions;
        this.posts = posts;
        this.vertx = vertx;
    }

    @Override
    public Side side() {
        return Side.PLATFORM;
    }

    @Override
    public String schema() {
        return "tenant";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Tenant", this::load)
                .query("tenants", this::list)
                .mutation("tenantApply", this::apply)
                .mutation("tenantSuspend", this::suspend)
                .mutation("tenantResume", this::resume)
                .mutation("tenantAppointAdministrator", this::appoint);
    }

    /** A county as the schema has it. */
    public record View(UUID id, String code, String name, TenantState state, List<String> plugins) {
        static View of(Tenant tenant, Locale locale) {
            return new View(
                    idOf(tenant.code()),
                    tenant.code(),
                    locale.getLanguage().equals("en")
                            ? tenant.manifest().name().english()
                            : tenant.manifest().name().chinese(),
                    tenant.state(),
                    tenant.manifest().enabledPlugins().stream().sorted().toList());
        }
    }

    private static UUID idOf(String code) {
        return UUID.nameUUIDFromBytes(("tenant " + code).getBytes(StandardCharsets.UTF_8));
    }

    private Uni<Map<UUID, View>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(Operators.OPERATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Uni.createFrom().item(() -> registry.all().stream()
                .filter(tenant -> ids.contains(idOf(tenant.code())))
                .map(tenant -> View.of(tenant, call.locale()))
                .collect(Collectors.toMap(View::id, view -> view)));
    }

    private Uni<Connection<View>> list(Call call) {
        PageRequest page = call.page();
        Optional<TenantState> state = call.argument("state", TenantState.class);
        String search = call.argument("search", String.class).orElse("");
        String after = page.after().map(TenantFeature::codeAt).orElse("");
        return Uni.createFrom()
                .item(Connection.of(
                        registry.all().stream()
                                .filter(tenant -> tenant.code().compareTo(after) > 0)
                                .filter(tenant -> state.isEmpty() || state.get() == tenant.state())
                                .sorted(Comparator.comparing(Tenant::code))
                                .map(tenant -> View.of(tenant, call.locale()))
                                .filter(view -> view.code().contains(search)
                                        || view.name().contains(search))
                                .limit(page.limit())
                                .toList(),
                        page,
                        view -> position(view.code())));
    }

    /** Where a county stands in the list: its code as a number, since cursors hold UUIDs, and ids tell nothing of the order. */
    private static UUID position(String code) {
        return new UUID(0, Long.parseLong(code));
    }

    private static String codeAt(UUID position) {
        return String.format(Locale.ROOT, "%06d", position.getLeastSignificantBits());
    }

    /** The input of an application. */
    record ApplyInput(String manifest, String divisions, Optional<String> grids) {}

    private Uni<UUID> apply(Call call) {
        operators.requireSecondFactor();
        ApplyInput input = call.input(ApplyInput.class);
        return UniHelper.toUni(vertx.executeBlocking(
                        () -> County.parse(
                                input.manifest(),
                                input.divisions(),
                                input.grids().orElse("")),
                        false))
                .chain(county -> onboarding
                        .apply(county)
                        .replaceWith(idOf(county.manifest().code())));
    }

    /** The input of a suspension. */
    record SuspendInput(String code, String reason) {}

    private Uni<UUID> suspend(Call call) {
        operators.requireSecondFactor();
        SuspendInput input = call.input(SuspendInput.class);
        return onboarding
                .suspend(known(input.code()), within(200, "reason", input.reason()))
                .replaceWith(idOf(input.code()));
    }

    /** The input of a resumption. */
    record ResumeInput(String code) {}

    private Uni<UUID> resume(Call call) {
        operators.requireSecondFactor();
        ResumeInput input = call.input(ResumeInput.class);
        return onboarding.resume(known(input.code())).replaceWith(idOf(input.code()));
    }

    /** The input of an appointment. */
    record AppointInput(String code, String subject, String holderName) {}

    /** The person becomes a member first: were the post there and Keycloak away, trying again would only find the post held. */
    private Uni<UUID> appoint(Call call) {
        operators.requireSecondFactor();
        AppointInput input = call.input(AppointInput.class);
        String code = known(input.code());
        String subject = within(60, "subject", input.subject());
        String name = within(40, "holderName", input.holderName());
        return organizations
                .addMember(code, subject)
                .chain(() -> operations.write(
                        code,
                        () -> administer(
                                new DivisionCode(code),
                                subject,
                                name,
                                call.actor().subject())))
                .replaceWith(idOf(code));
    }

    private Uni<UUID> administer(DivisionCode county, String subject, String name, String by) {
        return divisions
                .byCodes(Set.of(county))
                .chain(found -> posts.appoint(
                        new Posts.Appointment(
                                subject,
                                name,
                                Role.COUNTY_ADMINISTRATOR,
                                Optional.ofNullable(found.get(county))
                                        .orElseThrow(() -> ApiException.notFound("Division"))
                                        .id(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        by));
    }

    private static String within(int longest, String field, String text) {
        if (text.isBlank() || text.length() > longest) {
            throw ApiException.invalid(field);
        }
        return text;
    }

    private String known(String code) {
        return registry.byCode(code).map(Tenant::code).orElseThrow(() -> ApiException.notFound("Tenant"));
    }
}
