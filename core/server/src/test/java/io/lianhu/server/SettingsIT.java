package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.devstack.Keycloak;
import io.lianhu.devstack.Person;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an installation may say of itself takes effect, and nothing of it unless it is said")
final class SettingsIT {
    private static final Map<String, String> BROWSER = Map.of("Accept", "text/html,*/*");
    private static final String SCRIPT = "/graphql-ui/graphiql.min.js";

    @Test
    @DisplayName(
            "GraphiQL is there at home alone, and clients are known by a proxy's word only where the proxy is trusted")
    void homeAndProxy() {
        try (TestHost own = TestHost.start(TestHost.Options.core()
                .configured("lianhu.home", "true")
                .configured("quarkus.http.proxy.proxy-address-forwarding", "true")
                .configured("quarkus.http.proxy.allow-x-forwarded", "true")
                .configured("quarkus.http.proxy.trusted-proxies", "127.0.0.1"))) {
            County there = own.newCounty();
            Reply page = there.anonymous().send("GET", "/graphql", BROWSER, null);
            assertEquals(200, page.status());
            assertTrue(page.text().contains("graphiql"), page::text);
            assertEquals(
                    200, there.anonymous().send("GET", SCRIPT, BROWSER, null).status());
            assertEquals(200, refusedOf(there, "192.0.2.1", "192.0.2.2"));

            County here = OneHost.get().newCounty();
            assertFalse(here.anonymous()
                    .send("GET", "/graphql", BROWSER, null)
                    .text()
                    .contains("graphiql"));
            assertEquals(
                    404, here.anonymous().send("GET", SCRIPT, BROWSER, null).status());
            assertEquals(429, refusedOf(here, "192.0.2.1", "192.0.2.2"), "an address that the client made up");
        }
    }

    /** What the second address is answered once the first has asked too often. */
    private static int refusedOf(County county, String first, String second) {
        county.limitRequests(10, 1_000);
        RateLimitIT.exhaust(() -> from(county, first));
        return from(county, second).status();
    }

    private static Reply from(County county, String address) {
        return RateLimitIT.ask(
                county.anonymous(), Map.of("Content-Type", "application/json", "X-Forwarded-For", address));
    }

    @Test
    @DisplayName("A token of another issuer is refused, though the same keys signed it")
    void anotherIssuer() {
        TestHost usual = OneHost.get();
        Keycloak keycloak = usual.stack().keycloak();
        Person person = new Person("settings-" + UUID.randomUUID(), "a password of tests", "石秀英", null);
        keycloak.createPerson(person);
        String token = keycloak.token(person.username(), person.password(), null);
        String tenants = "{ tenants(first: 1) { edges { cursor } } }";
        usual.platform().withToken(token).expectError(ErrorType.FORBIDDEN, tenants, Map.of());
        try (TestHost other = TestHost.start(
                TestHost.Options.core().configured("lianhu.identity.issuer", "http://another.invalid/realms/lianhu"))) {
            GraphqlClient client = other.platform().withToken(token);
            client.expectError(ErrorType.UNAUTHENTICATED, "TOKEN_INVALID", tenants, Map.of());
        }
    }
}
