package io.lianhu.server.web;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.identity.Bearer;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.identity.Person;
import io.lianhu.server.limit.RateLimit;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantManifest;
import io.lianhu.server.tenant.TenantRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The gate of every request: host to county, token to person, county and person to each other, and the count of requests. */
@Singleton
public class Admission {

    private final TenantRegistry tenants;
    private final Bearer bearer;
    private final RateLimit rateLimit;

    Admission(TenantRegistry tenants, Bearer bearer, RateLimit rateLimit) {
        this.tenants = tenants;
        this.bearer = bearer;
        this.rateLimit = rateLimit;
    }

    /** Admits by the {@code Authorization} header. */
    public Uni<Visitor> admit(RoutingContext context) {
        return Uni.createFrom()
                .deferred(() -> admit(context, Bearer.token(context.request().getHeader("Authorization"))));
    }

    /** Admits by a token that came another way. Fails with the typed error that the client is to see. */
    public Uni<Visitor> admit(RoutingContext context, Optional<String> token) {
        return Uni.createFrom().deferred(() -> {
            Ingress ingress = Ingress.of(context);
            Tenant tenant =
                    ingress.host().equalsIgnoreCase(tenants.platformHost()) ? null : tenants.byHost(ingress.host());
            Visitor stranger = new Visitor(tenant, Optional.empty(), ingress.client());
            if (token.isEmpty()) {
                return count(stranger).replaceWith(stranger);
            }
            return bearer.verify(context, token.get())
                    .invoke(person -> checkCounty(tenant, person))
                    .onFailure()
                    .recoverWithUni(refused -> count(stranger) // who tries tokens is counted by the address
                            .chain(() -> Uni.createFrom().failure(refused)))
                    .map(person -> new Visitor(tenant, Optional.of(person), person.subject()))
                    .call(this::count);
        });
    }

    /**
     * The same visitor with the county as it stands now, for what lasts longer than a request.
     *
     * @throws ApiException {@code TENANT_SUSPENDED}, or {@code TENANT_UNKNOWN_HOST}
     */
    public Visitor again(Ingress ingress, Visitor visitor) {
        return visitor.tenant() == null
                ? visitor
                : new Visitor(tenants.byHost(ingress.host()), visitor.person(), visitor.client());
    }

    /**
     * A token is for one county: one that names another, or several, is of no use here, and one that names any is of none on the
     * platform's own host. One that names none may still register its person.
     */
    private static void checkCounty(@Nullable Tenant tenant, Person person) {
        Set<String> here = tenant == null ? Set.of() : Set.of(tenant.code());
        if (!person.organizations().isEmpty() && !person.organizations().equals(here)) {
            throw new ApiException(IdentityError.TOKEN_OTHER_COUNTY);
        }
    }

    /** Counts one request of the visitor; fails with {@code RATE_LIMITED} where it is one too many. */
    public Uni<Void> count(Visitor visitor) {
        TenantManifest.Limits limits = visitor.tenant() == null
                ? new TenantManifest.Limits(null, null)
                : visitor.tenant().manifest().limits();
        return rateLimit
                .admits(visitor.tenantCode(), visitor.client(), limits.perClient(), limits.perCounty())
                .invoke(admitted -> {
                    if (!admitted) {
                        throw new ApiException(
                                RequestError.RATE_LIMITED,
                                Map.of(
                                        "retryAfterSeconds",
                                        rateLimit.retryAfter().toSeconds()));
                    }
                })
                .replaceWithVoid();
    }
}
