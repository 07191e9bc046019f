package io.lianhu.devstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The Keycloak of the stack, with its realm and what tests and the demo need of it. Calls block; any thread may make them. */
public final class Keycloak {

    private static final String REALM = "lianhu";
    private static final String ADMIN_CLIENT = "lianhu-core";
    private static final String HOME_CLIENT = "lianhu-home";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGE = 100;

    private final int port;
    private final String adminClientSecret;
    private final HttpClient http = Loopback.http();
    private final Map<String, String> organizationIds = new ConcurrentHashMap<>();
    private @Nullable AdminToken adminToken;

    private record AdminToken(String value, Instant staleAt) {}

    Keycloak(int port, String adminClientSecret) {
        this.port = port;
        this.adminClientSecret = adminClientSecret;
    }

    /** Its root, without a slash at the end. */
    public String url() {
        return "http://" + Loopback.HOST + ":" + port;
    }

    public String realm() {
        return REALM;
    }

    /** The {@code iss} of its tokens. */
    public String issuer() {
        return url() + "/realms/" + REALM;
    }

    /** The confidential client whose service account manages organizations, their members, users and clients. */
    public String adminClientId() {
        return ADMIN_CLIENT;
    }

    public String adminClientSecret() {
        return adminClientSecret;
    }

    /** Makes the person, or brings an existing one of that username to this state; answers the subject id. */
    public String createPerson(Person person) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("username", person.username());
        user.put("enabled", true);
        user.put("firstName", person.displayName());
        String telephone = person.telephone();
        user.put("attributes", telephone == null ? Map.of() : Map.of("phone_number", List.of(telephone)));
        Map<String, Object> password = Map.of("type", "password", "value", person.password(), "temporary", false);
        Map<String, Object> created = new LinkedHashMap<>(user);
        created.put("credentials", List.of(password));
        HttpResponse<String> response = admin("POST", "users", Json.write(created));
        if (response.statusCode() == 201) {
            String location = response.headers().firstValue("Location").orElseThrow();
            return location.substring(location.lastIndexOf('/') + 1);
        }
        if (response.statusCode() != 409) {
            throw refusal("create person " + person.username(), response);
        }
        JsonNode found = Json.read(succeed(
                "find person " + person.username(),
                admin("GET", "users?exact=true&username=" + encode(person.username()), null)));
        if (found.isEmpty()) {
            throw refusal("create person " + person.username(), response);
        }
        String subject = found.get(0).get("id").asText();
        succeed("update person " + person.username(), admin("PUT", "users/" + subject, Json.write(user)));
        succeed(
                "set password of " + person.username(),
                admin("PUT", "users/" + subject + "/reset-password", Json.write(password)));
        return subject;
    }

    /**
     * Signs in by password as {@code lianhu-home} and answers the access token.
     *
     * @param organization the alias of the county to bind the token to. Somebody who is no member gets a token without
     *     the claim {@code organization}; an alias that does not exist is refused as {@code invalid_scope}.
     * @throws KeycloakRefusal with Keycloak's error, {@code invalid_grant} for a wrong password
     */
    public String token(String username, String password, @Nullable String organization) {
        return token(HOME_CLIENT, username, password, organization);
    }

    /** The same as another public client of the realm, such as {@code other-app}, whose tokens are not meant for us. */
    public String token(String clientId, String username, String password, @Nullable String organization) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "password");
        form.put("client_id", clientId);
        form.put("username", username);
        form.put("password", password);
        form.put("scope", organization == null ? "openid" : "openid organization:" + organization);
        return grant("sign in " + username, form).get("access_token").asText();
    }

    /** Makes the person a member of the county; one who is a member stays it. */
    public void addMember(String organizationAlias, String subject) {
        String id = organizationIds.computeIfAbsent(organizationAlias, this::findOrganization);
        HttpResponse<String> response = admin("POST", "organizations/" + id + "/members", Json.write(subject));
        if (response.statusCode() != 409) {
            succeed("add member to " + organizationAlias, response);
        }
    }

    /**
     * Calls the admin API of the realm as {@link #adminClientId()}.
     *
     * @param path what follows {@code /admin/realms/lianhu/}, encoded, with or without a slash before it
     */
    public HttpResponse<String> admin(String method, String path, @Nullable String json) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url() + "/admin/realms/" + REALM + (relative.isEmpty() ? "" : "/" + relative)))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + adminToken())
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        return send(request.build());
    }

    boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(issuer()))
                    .timeout(TIMEOUT)
                    .build();
            return http.send(request, BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String findOrganization(String alias) {
        for (int first = 0; ; first += PAGE) {
            JsonNode page = Json.read(
                    succeed("list organizations", admin("GET", "organizations?first=" + first + "&max=" + PAGE, null)));
            for (JsonNode organization : page) {
                if (organization.path("alias").asText().equals(alias)) {
                    return organization.get("id").asText();
                }
            }
            if (page.size() < PAGE) {
                throw new DevstackFailure("Keycloak has no organization with the alias " + alias);
            }
        }
    }

    private synchronized String adminToken() {
        AdminToken token = adminToken;
        if (token == null || Instant.now().isAfter(token.staleAt())) {
            JsonNode answer = grant(
                    "sign in " + ADMIN_CLIENT,
                    Map.of(
                            "grant_type", "client_credentials",
                            "client_id", ADMIN_CLIENT,
                            "client_secret", adminClientSecret));
            // Half its life, so that no call begins with a token about to end.
            token = new AdminToken(
                    answer.get("access_token").asText(),
                    Instant.now().plusSeconds(answer.get("expires_in").asLong() / 2));
            adminToken = token;
        }
        return token.value();
    }

    private JsonNode grant(String attempt, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(issuer() + "/protocol/openid-connect/token"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
        return Json.read(succeed(attempt, send(request)));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DevstackFailure("Keycloak does not answer on " + url() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevstackFailure("Interrupted while calling Keycloak", e);
        }
    }

    private static String succeed(String attempt, HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw refusal(attempt, response);
        }
        return response.body();
    }

    private static KeycloakRefusal refusal(String attempt, HttpResponse<String> response) {
        String error = Optional.of(response.body())
                .filter(body -> body.startsWith("{"))
                .map(body -> Json.read(body).path("error").asText())
                .orElse("");
        return new KeycloakRefusal(attempt, response.statusCode(), error, response.body());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
