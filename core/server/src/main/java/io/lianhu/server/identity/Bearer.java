package io.lianhu.server.identity;

import io.lianhu.sdk.ApiException;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Verifies bearer tokens: signature by Keycloak's cached keys, issuer, audience, expiry. */
@Singleton
public class Bearer {

    private final IdentityProviderManager identities;

    Bearer(IdentityProviderManager identities) {
        this.identities = identities;
    }

    /** The token of the {@code Authorization} header; empty where there is no such header. */
    public static Optional<String> token(@Nullable String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw new ApiException(IdentityError.TOKEN_INVALID);
        }
        return Optional.of(authorization.substring(7).trim());
    }

    /** Fails with {@code TOKEN_INVALID}, without saying which check the token failed. */
    public Uni<Person> verify(RoutingContext context, String token) {
        TokenAuthenticationRequest request = new TokenAuthenticationRequest(new AccessTokenCredential(token));
        HttpSecurityUtils.setRoutingContextAttribute(request, context);
        return identities
                .authenticate(request)
                .map(Bearer::person)
                .onFailure(failure -> !(failure instanceof ApiException))
                .transform(failure -> new ApiException(
                        failure instanceof AuthenticationFailedException
                                ? IdentityError.TOKEN_INVALID
                                : IdentityError.IDENTITY_UNAVAILABLE));
    }

    private static Person person(SecurityIdentity identity) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token) || token.getSubject() == null) {
            throw new ApiException(IdentityError.TOKEN_INVALID);
        }
        String name = token.getClaim("name");
        return new Person(
                token.getSubject(),
                name == null ? token.getName() : name,
                Optional.ofNullable(token.getClaim("phone_number")),
                organizations(token.getClaim("organization")),
                Optional.ofNullable(token.getClaim("acr")),
                Instant.ofEpochSecond(token.getExpirationTime()));
    }

    /** Keycloak writes a list of aliases, or an object by alias where the organization's attributes were asked for. */
    private static Set<String> organizations(@Nullable Object claim) {
        if (claim instanceof JsonArray aliases) {
            return aliases.getValuesAs(JsonString.class).stream()
                    .map(JsonString::getString)
                    .collect(Collectors.toUnmodifiableSet());
        }
        if (claim instanceof JsonObject byAlias) {
            return Set.copyOf(byAlias.keySet());
        }
        return Set.of();
    }
}
