package io.lianhu.server.identity;

import io.lianhu.sdk.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A human with a verified token: the same one in every county.
 *
 * @param subject Keycloak's id of the person
 * @param organizations the aliases (county codes) for which the token was asked, and of which the person is a member
 * @param assurance the token's {@code acr}: how surely the person was recognised
 * @param expiresAt when the token does
 */
public record Person(
        String subject,
        String name,
        Optional<String> telephone,
        Set<String> organizations,
        Optional<String> assurance,
        Instant expiresAt) {

    /** Makes this the person of the running request; the context must be the request's own. */
    public void bind(Context context) {
        context.putLocal(Person.class, this);
    }

    /**
     * The person of the running request.
     *
     * @throws ApiException {@code UNAUTHENTICATED} where there is none
     */
    public static Person current() {
        Person person = Vertx.currentContext().getLocal(Person.class);
        if (person == null) {
            throw new ApiException(IdentityError.UNAUTHENTICATED);
        }
        return person;
    }
}
