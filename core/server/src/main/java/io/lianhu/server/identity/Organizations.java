package io.lianhu.server.identity;

import io.lianhu.sdk.ApiException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.keycloak.OAuth2Constants;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.KeycloakBuilder;
import org.keycloak.admin.client.resource.OrganizationsResource;
import org.keycloak.representations.idm.OrganizationRepresentation;

/**
 * The counties at Keycloak: one Organization each, whose alias is the county's code. The admin client blocks, so each call is made on a
 * worker thread.
 */
@Singleton
public class Organizations {

    private static final String COUNTY = "county";

    /** The name that Quarkus' client has for it; without it a Keycloak that hangs would keep a worker for ever. */
    private static final String READ_TIMEOUT = "io.quarkus.rest.client.read-timeout";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Keycloak keycloak;
    private final String realm;
    private final Vertx vertx;
    private final Map<String, String> ids = new ConcurrentHashMap<>();

    Organizations(
            @ConfigProperty(name = "lianhu.identity.url") String url,
            @ConfigProperty(name = "lianhu.identity.realm") String realm,
            @ConfigProperty(name = "lianhu.identity.admin.client-id") String clientId,
            @ConfigProperty(name = "lianhu.identity.admin.client-secret") String clientSecret,
            Vertx vertx) {
        // made once, by hand: the extension's own bean lives only within an HTTP request
        this.keycloak = KeycloakBuilder.builder()
                .serverUrl(url)
                .realm(realm)
                .grantType(OAuth2Constants.CLIENT_CREDENTIALS)
                .clientId(clientId)
                .clientSecret(clientSecret)
                .resteasyClient(client())
                .build();
        this.realm = realm;
        this.vertx = vertx;
    }

    private static Client client() {
        Client client = Keycloak.getClientProvider().newRestEasyClient(null, null, false);
        client.property(READ_TIMEOUT, PATIENCE.toMillis());
        return client;
    }

    /** Makes sure that the county's Organization exists. */
    public Uni<Void> ensure(String code, String name) {
        return blocking(() -> {
            OrganizationRepresentation organization = new OrganizationRepresentation();
            organization.setAlias(code);
            organization.setName(name + " " + code); // names are unique in a realm, and counties' are not in China
            organization.setEnabled(true);
            organization.setAttributes(Map.of(COUNTY, List.of(code)));
            ids.remove(code); // it may have been removed at Keycloak, and be made anew now
            try (Response response = organizations().create(organization)) {
                if (response.getStatus() != 201 && response.getStatus() != 409) {
                    throw new WebApplicationException(response.readEntity(String.class), response.getStatus());
                }
            }
            id(code);
            return null;
        });
    }

    /**
     * Makes the person a member of the county; does nothing where that is so already. Fails with {@code INVALID_INPUT} where Keycloak
     * does not know the person.
     */
    public Uni<Void> addMember(String code, String subject) {
        return blocking(() -> {
            if (add(code, subject) == 404) {
                ids.remove(code); // where it was removed at Keycloak and made anew, it has another id now
                if (add(code, subject) == 404) {
                    throw ApiException.invalid("subject");
                }
            }
            return null;
        });
    }

    /** Ends the person's membership of the county; does nothing where there is none. */
    public Uni<Void> removeMember(String code, String subject) {
        return blocking(() -> {
            try (Response response =
                    organizations().get(id(code)).members().member(subject).delete()) {
                int status = response.getStatus();
                if (status != 204 && status != 400 && status != 404) {
                    throw new WebApplicationException(response.readEntity(String.class), status);
                }
            } catch (NotFoundException none) {
                return null;
            }
            return null;
        });
    }

    /** Answers 404 where Keycloak knows either the person or the Organization's id not, else a success. */
    private int add(String code, String subject) {
        try (Response response = organizations().get(id(code)).members().addMember(subject)) {
            int status = response.getStatus();
            if (status == 400) {
                throw ApiException.invalid("subject");
            }
            if (status != 201 && status != 404 && status != 409) {
                throw new WebApplicationException(response.readEntity(String.class), status);
            }
            return status;
        }
    }

    @PreDestroy
    void close() {
        keycloak.close();
    }

    private String id(String code) {
        return ids.computeIfAbsent(code, missing -> organizations().searchByAttribute(COUNTY + ":" + code).stream()
                .filter(organization -> code.equals(organization.getAlias()))
                .map(OrganizationRepresentation::getId)
                .findFirst()
                .orElseThrow(() -> new WebApplicationException("No organization for " + code, 404)));
    }

    private OrganizationsResource organizations() {
        return keycloak.realm(realm).organizations();
    }

    private Uni<Void> blocking(Callable<Void> call) {
        return Uni.createFrom()
                .deferred(() -> UniHelper.toUni(vertx.<Void>executeBlocking(call, false)))
                .onFailure(
                        failure -> failure instanceof WebApplicationException || failure instanceof ProcessingException)
                .transform(failure -> {
                    ApiException unavailable = new ApiException(IdentityError.IDENTITY_UNAVAILABLE);
                    unavailable.initCause(failure);
                    return unavailable;
                });
    }
}
