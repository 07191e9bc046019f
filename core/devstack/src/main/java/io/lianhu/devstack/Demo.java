package io.lianhu.devstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The people with whom one tries the platform at home. They come in by the same API as everyone: an operator, who appoints the counties'
 * administrators, who appoint the others; residents register and are approved.
 */
final class Demo {

    /** Raised when the people change, so that a folder with older ones gets the new. */
    static final int VERSION = 1;

    static final String PASSWORD = "lianhu-demo";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One county's cast; village, grid and home are codes. */
    private record Cast(String county, String village, String grid, String home, Map<String, String> names) {
        String name(String role) {
            return names.getOrDefault(role, role);
        }
    }

    private static final List<Cast> CASTS = List.of(
            new Cast(
                    "520115",
                    "520115101203",
                    "520115101203001",
                    "52011510120300101",
                    Map.of("admin", "陈静", "cadre", "林锋", "grid", "吴续", "zhai", "翟小梅")),
            new Cast(
                    "420602",
                    "420602004008",
                    "420602004008001",
                    "42060200400800101",
                    Map.of("admin", "刘芳", "cadre", "周明", "grid", "郑强", "zhai", "翟文")));

    private final Keycloak keycloak;
    private final int port;
    private final String bootstrapSecret;
    private final Path done;
    private final HttpClient http = Loopback.http();

    Demo(Keycloak keycloak, int port, String bootstrapSecret, Path done) {
        this.keycloak = keycloak;
        this.port = port;
        this.bootstrapSecret = bootstrapSecret;
        this.done = done;
    }

    static String list() {
        return "  operator (platform.localhost)\n"
                + CASTS.stream()
                        .map(cast -> "  admin-%1$s, cadre-%1$s, grid-%1$s; zhai-%1$s (registers in the tour)\n"
                                .formatted(cast.county()))
                        .collect(Collectors.joining());
    }

    /** Makes the people, unless the folder has them already. Every step may be repeated. */
    void people() {
        if (Files.exists(done)) {
            return;
        }
        keycloak.createPerson(new Person("operator", PASSWORD, "平台运营员", null));
        String operator = keycloak.token("operator", PASSWORD, null);
        call("platform", operator, "operatorBootstrap", "operator", Map.of("secret", bootstrapSecret));
        CASTS.forEach(cast -> settle(cast, operator));
        try {
            Files.createFile(done);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(Cast cast, String operator) {
        Map<String, String> subjects = new LinkedHashMap<>();
        for (String role : List.of("admin", "cadre", "grid", "zhai")) {
            String telephone = role.equals("zhai") ? "138" + cast.county() + "01" : null;
            subjects.put(
                    role,
                    keycloak.createPerson(
                            new Person(role + "-" + cast.county(), PASSWORD, cast.name(role), telephone)));
        }
        Map<String, Object> administrator = Map.of(
                "code", cast.county(), "subject", subjects.getOrDefault("admin", ""), "holderName", cast.name("admin"));
        call("platform", operator, "tenantAppointAdministrator", "tenant", administrator);
        String admin = keycloak.token("admin-" + cast.county(), PASSWORD, cast.county());
        appoint(cast, admin, subjects.getOrDefault("cadre", ""), "cadre", "VILLAGE_CADRE", cast.village());
        appoint(cast, admin, subjects.getOrDefault("grid", ""), "grid", "GRID_WORKER", cast.grid());
    }

    private void appoint(Cast cast, String admin, String subject, String role, String post, String division) {
        JsonNode found = send(cast.county(), admin, "{division(code:\"" + division + "\"){id}}", Map.of());
        String id = found.at("/data/division/id").asText();
        Map<String, Object> input =
                Map.of("subject", subject, "holderName", cast.name(role), "role", post, "divisionId", id);
        call(cast.county(), admin, "postAppoint", "post", input);
    }

    private void call(String host, String token, String mutation, String payload, Map<String, Object> input) {
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        JsonNode answer = send(
                host,
                token,
                "mutation($input: " + type + ") {" + mutation + "(input: $input) {" + payload + " {id}}}",
                Map.of("input", input));
        for (JsonNode error : answer.path("errors")) {
            if (!error.at("/extensions/code").asText().equals("POST_HELD")) { // an earlier start got this far
                throw new DevstackFailure("The demo people cannot be made: " + mutation + ": " + error);
            }
        }
    }

    private JsonNode send(String host, String token, String query, Map<String, Object> variables) {
        try {
            String body = JSON.writeValueAsString(Map.of("query", query, "variables", variables));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
                    .header("Host", host + ".localhost:" + port)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevstackFailure("Interrupted while the demo people were made");
        }
    }
}
