package io.lianhu.server.web;

import io.lianhu.sdk.Actor;
import io.lianhu.server.identity.Actors;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.tenant.Tenant;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and on which county's host.
 *
 * @param tenant null on the platform's own host
 * @param client the person, or the address where nobody signed in
 */
public record Visitor(@Nullable Tenant tenant, Optional<Person> person, String client) {

    /** The code under which the visitor's operations run. */
    public String tenantCode() {
        return tenant == null ? Operation.PLATFORM : tenant.code();
    }

    /** Whether the token was asked for this county. Without a county it is the registry of operators that tells. */
    public boolean member() {
        return tenant == null
                || person.filter(known -> known.organizations().contains(tenant.code()))
                        .isPresent();
    }

    /**
     * The person as an actor here: nobody, a stranger, or a member or operator, who is looked up in the running operation.
     */
    public Uni<Actor> actor(Actor.PermissionBook permissions) {
        if (person.isEmpty()) {
            return Uni.createFrom().item(Actors.nobody(permissions));
        }
        if (tenant == null) {
            return Actors.operator(person.get(), permissions);
        }
        return member()
                ? Actors.member(person.get(), permissions)
                : Uni.createFrom().item(Actors.stranger(person.get(), permissions));
    }
}
