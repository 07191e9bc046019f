package io.lianhu.server.operate;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.identity.Operators;
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
        List<View> all = registry.all().stream()
                .sorted(Comparator.comparing(Tenant::code))
                .filter(tenant ->
                        state.filter(wanted -> wanted != tenant.state()).isEmpty())
                .map(tenant -> View.of(tenant, call.locale()))
                .filter(view -> view.code().contains(search) || view.name().contains(search))
                .toList();
        int from = page.after()
                .map(after -> 1 + all.stream().map(View::id).toList().indexOf(after))
                .orElse(0);
        return Uni.createFrom()
                .item(Connection.of(all.subList(from, Math.min(all.size(), from + page.limit())), page, View::id));
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

    /** The input of what is done with one county. */
    record CodeInput(String code, Optional<String> reason, Optional<String> subject, Optional<String> holderName) {}

    private Uni<UUID> suspend(Call call) {
        operators.requireSecondFactor();
        CodeInput input = call.input(CodeInput.class);
        String reason = input.reason()
                .filter(text -> !text.isBlank() && text.length() <= 200)
                .orElseThrow(() -> ApiException.invalid("reason"));
        return onboarding.suspend(known(input.code()), reason).replaceWith(idOf(input.code()));
    }

    private Uni<UUID> resume(Call call) {
        operators.requireSecondFactor();
        CodeInput input = call.input(CodeInput.class);
        return onboarding.resume(known(input.code())).replaceWith(idOf(input.code()));
    }

    private Uni<UUID> appoint(Call call) {
        operators.requireSecondFactor();
        CodeInput input = call.input(CodeInput.class);
        String code = known(input.code());
        String subject = input.subject()
                .filter(text -> !text.isBlank() && text.length() <= 60)
                .orElseThrow(() -> ApiException.invalid("subject"));
        String name = input.holderName()
                .filter(text -> !text.isBlank() && text.length() <= 40)
                .orElseThrow(() -> ApiException.invalid("holderName"));
        var county = new io.lianhu.sdk.DivisionCode(code);
        return operations
                .write(code, () -> divisions
                        .byCodes(Set.of(county))
                        .chain(found -> posts.appoint(
                                subject,
                                name,
                                Role.COUNTY_ADMINISTRATOR,
                                Optional.ofNullable(found.get(county))
                                        .orElseThrow(() -> ApiException.notFound("Division"))
                                        .id(),
                                call.actor().subject())))
                .call(() -> organizations.addMember(code, subject))
                .replaceWith(idOf(code));
    }

    private String known(String code) {
        return registry.byCode(code).map(Tenant::code).orElseThrow(() -> ApiException.notFound("Tenant"));
    }
}
