package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.devstack.Keycloak;
import io.lianhu.devstack.Person;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.Role;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Photos;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That everybody is who the token says, and may do what the county's own registry says. */
@DisplayName("Everybody is let in as far as token and posts go, and no further")
final class IdentityIT {
    private static final String PASSWORD = "a password of tests";
    private static final String VIEWER = "{ viewer { posts { id } } }";
    private static final String CASES = "{ cases(first: 10) { edges { node { id } } } }";
    private static final String REPORT =
            "mutation { caseReport(input: { classCode: \"environment.garbage\", description: \"路边有垃圾\","
                    + " photoIds: [] }) { case { id } } }";
    private static final String REGISTER =
            "mutation ($division: ID!) { residentRegister(input: { name: \"石秀英\", divisionId: $division,"
                    + " address: \"1号\", noticeVersion: \"1\" }) { resident { id state } } }";
    private static final String APPROVE =
            "mutation ($id: ID!) { residentApprove(input: { residentId: $id }) { resident { state } } }";
    private static final String NODE = "query ($id: ID!) { node(id: $id) { id } }";

    private static TestHost host;
    private static TwoCounties counties;
    private static County county;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        counties = TwoCounties.of(host);
        county = counties.first();
    }

    private static Keycloak keycloak() {
        return host.stack().keycloak();
    }

    /** Somebody at Keycloak whose password is known here. */
    private static Person person() {
        Person person = new Person("identity-" + UUID.randomUUID(), PASSWORD, "石秀英", null);
        keycloak().createPerson(person);
        return person;
    }

    private static void refused(GraphqlClient client, int status, ErrorType type, String code) {
        String english = refusal(client.inLanguage("en"), status, type, code);
        String chinese = refusal(client.inLanguage("zh-CN"), status, type, code);
        assertTrue(english.matches("[\\x20-\\x7e]+"), english);
        assertTrue(chinese.codePoints().anyMatch(Character::isIdeographic), chinese);
    }

    private static String refusal(GraphqlClient client, int status, ErrorType type, String code) {
        Answer answer = client.ask(VIEWER, Map.of());
        List<ApiError> errors = answer.errors();
        assertEquals(1, errors.size(), answer::toString);
        ApiError error = errors.get(0);
        assertEquals(type + " " + code, error.type() + " " + error.code(), answer::toString);
        assertEquals(status, answer.status(), answer::toString);
        assertFalse(error.requestId().isEmpty());
        return error.message();
    }

    @Test
    @DisplayName("Without a token nobody is anybody")
    void withoutAToken() {
        refused(county.anonymous(), 200, ErrorType.UNAUTHENTICATED, "UNAUTHENTICATED");
        county.anonymous().query("{ county { name } }");
    }

    @Test
    @DisplayName("What is no token, or was signed by another, or not at all, is refused")
    void forgedTokens() throws GeneralSecurityException {
        String real = county.administrator().token();
        String[] parts = real.split("\\.");
        PrivateKey key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        String unsigned = encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + ".";
        String otherwise = parts[0] + "."
                + encode(decode(parts[1])
                        .replace(county.code(), counties.second().code())) + "." + parts[2];
        for (String token : List.of(
                "garbage",
                "a.b.c",
                "",
                real.substring(0, real.length() - 4) + "AAAA",
                parts[0] + "." + parts[1] + "." + sign(parts[0] + "." + parts[1], key),
                unsigned,
                otherwise)) {
            refused(county.anonymous().withToken(token), 401, ErrorType.UNAUTHENTICATED, "TOKEN_INVALID");
        }
        county.anonymous().withToken(real).query(VIEWER);
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static String encode(String part) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(part.getBytes(StandardCharsets.UTF_8));
    }

    private static String sign(String text, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    @Test
    @DisplayName("A token meant for another application is refused")
    void anotherAudience() {
        Person person = person();
        String token = keycloak().token("other-app", person.username(), PASSWORD, null);
        refused(county.anonymous().withToken(token), 401, ErrorType.UNAUTHENTICATED, "TOKEN_INVALID");
    }

    @Test
    @DisplayName("A token is of use until it expires")
    void expiredTokens() {
        Person person = person();
        String lasting = client("lasting", "600", "basic", "profile", "acr", "lianhu-audience");
        county.anonymous()
                .withToken(keycloak().token(lasting, person.username(), PASSWORD, null))
                .query(VIEWER);
        String brief = client("brief", "1", "basic", "profile", "acr", "lianhu-audience");
        GraphqlClient shortly =
                county.anonymous().withToken(keycloak().token(brief, person.username(), PASSWORD, null));
        Eventually.passes(() -> refused(shortly, 401, ErrorType.UNAUTHENTICATED, "TOKEN_INVALID"));
    }

    /** A client of the realm whose tokens live so many seconds and have these scopes. */
    private static String client(String name, String seconds, String... scopes) {
        String id = name + "-" + UUID.randomUUID();
        HttpResponse<String> made = keycloak()
                .admin(
                        "POST",
                        "clients",
                        """
                        {"clientId": "%s", "publicClient": true, "directAccessGrantsEnabled": true,
                         "fullScopeAllowed": true, "attributes": {"access.token.lifespan": "%s"},
                         "defaultClientScopes": ["%s"], "optionalClientScopes": ["organization"]}"""
                                .formatted(id, seconds, String.join("\", \"", scopes)));
        assertEquals(201, made.statusCode(), made::body);
        return id;
    }

    @Test
    @DisplayName("Roles that the token names give no right: what somebody may do stands in the county's registry")
    void rolesOfTheTokenCountForNothing() {
        Person person = person();
        String subject = keycloak().createPerson(person);
        keycloak().addMember(county.code(), subject);
        String client = client("roles", "600", "basic", "profile", "acr", "lianhu-audience");
        nameEveryRole(client);
        String token = keycloak().token(client, person.username(), PASSWORD, county.code());
        String claims = decode(token.split("\\.")[1]);
        for (Role role : Role.values()) {
            assertTrue(claims.contains('"' + role.name() + '"'), claims);
        }
        mayNothing(county.anonymous().withToken(token));
        String nowhere = keycloak().token(client, person.username(), PASSWORD, null);
        host.platform()
                .withToken(nowhere)
                .expectError(ErrorType.FORBIDDEN, "{ tenants(first: 1) { edges { cursor } } }", Map.of());
    }

    /** Has the client's tokens say that their bearer holds every role there is. */
    private static void nameEveryRole(String client) {
        String found =
                keycloak().admin("GET", "clients?clientId=" + client, null).body();
        String roles =
                Stream.of(Role.values()).map(role -> "\\\"" + role + "\\\"").collect(Collectors.joining(",", "[", "]"));
        HttpResponse<String> mapped = keycloak()
                .admin(
                        "POST",
                        "clients/" + found.replaceAll("(?s).*?\"id\":\"([^\"]+)\".*", "$1")
                                + "/protocol-mappers/models",
                        """
                        {"name": "roles", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
                         "config": {"claim.name": "realm_access.roles", "claim.value": "%s", "jsonType.label": "JSON",
                         "access.token.claim": "true"}}"""
                                .formatted(roles));
        assertEquals(201, mapped.statusCode(), mapped::body);
    }

    @Test
    @DisplayName("A token for one county is refused by another, and one for two by both")
    void anotherCountysToken() {
        refused(county.administrator().at(counties.second()), 403, ErrorType.FORBIDDEN, "TOKEN_OTHER_COUNTY");
        Person both = person();
        String subject = keycloak().createPerson(both);
        keycloak().addMember(county.code(), subject);
        keycloak().addMember(counties.second().code(), subject);
        String token = keycloak().token(both.username(), PASSWORD, "*");
        for (County one : List.of(county, counties.second())) {
            refused(one.anonymous().withToken(token), 403, ErrorType.FORBIDDEN, "TOKEN_OTHER_COUNTY");
            one.anonymous()
                    .withToken(keycloak().token(both.username(), PASSWORD, one.code()))
                    .query(VIEWER);
        }
    }

    private static void mayNothing(GraphqlClient client) {
        for (String document : List.of(
                CASES,
                REPORT,
                "{ residents(first: 10) { edges { cursor } } }",
                "{ posts(first: 10) { edges { cursor } } }",
                "{ deadLetters(first: 10) { edges { cursor } } }")) {
            client.expectError(ErrorType.FORBIDDEN, document, Map.of());
        }
        assertEquals(
                403,
                client.send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), Photos.jpeg(10, 10))
                        .status());
        for (String id : List.of(
                resident(county.resident(county.groupCode(1, 1, 1))), post(county.gridWorker(county.gridCode(1, 1))))) {
            assertTrue(client.query(NODE, Map.of("id", id)).at("/node").isNull());
        }
    }

    private static String resident(GraphqlClient client) {
        return client.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    private static String post(GraphqlClient client) {
        return client.query(VIEWER).at("/viewer/posts/0/id").asText();
    }

    @Test
    @DisplayName("A stranger may only register, and one who waits for approval may nothing")
    void strangersAndApplicants() {
        GraphqlClient stranger = county.stranger();
        assertTrue(stranger.query("{ viewer { resident { id } } }")
                .at("/viewer/resident")
                .isNull());
        mayNothing(stranger);
        String division = county.divisionId(county.groupCode(1, 1, 1));
        Answer registered = stranger.mutate(REGISTER, Map.of("division", division));
        assertEquals(
                "PENDING", registered.at("/residentRegister/resident/state").asText());
        stranger.renewToken();
        mayNothing(stranger);
        assertNotEquals("", resident(stranger));
        stranger.expectError(
                ErrorType.FORBIDDEN,
                APPROVE,
                Map.of("id", registered.at("/residentRegister/resident/id").asText()));
        county.anonymous().expectError(ErrorType.UNAUTHENTICATED, REGISTER, Map.of("division", division));
    }

    @Test
    @DisplayName("Only the grid worker of the grid, and the cadre of the village, approve who lives there")
    void approval() {
        GraphqlClient applicant = county.stranger();
        Map<String, Object> waiting = Map.of(
                "id",
                applicant
                        .mutate(REGISTER, Map.of("division", county.divisionId(county.groupCode(1, 1, 1))))
                        .at("/residentRegister/resident/id")
                        .asText());
        for (GraphqlClient another : List.of(
                county.gridWorker(county.gridCode(1, 2)),
                county.gridWorker(county.gridCode(2, 1)),
                county.cadre(county.villageCode(2)),
                counties.second().gridWorker(counties.second().gridCode(1, 1)))) {
            another.expectError(ErrorType.NOT_FOUND, APPROVE, waiting);
        }
        county.administrator().expectError(ErrorType.FORBIDDEN, APPROVE, waiting);
        county.resident(county.groupCode(1, 1, 1)).expectError(ErrorType.FORBIDDEN, APPROVE, waiting);
        GraphqlClient own = county.gridWorker(county.gridCode(1, 1));
        assertEquals(
                "APPROVED",
                own.mutate(APPROVE, waiting)
                        .at("/residentApprove/resident/state")
                        .asText());
        own.expectError(ErrorType.PRECONDITION, "RESIDENT_DECIDED", APPROVE, waiting);
        applicant.renewToken();
        applicant.query(CASES);
    }

    @Test
    @DisplayName("A post that ends gives no right any more, with the same token")
    void anEndedPost() {
        GraphqlClient worker = county.gridWorker(county.gridCode(2, 2));
        worker.query("{ residents(first: 1) { edges { cursor } } }");
        Map<String, Object> post = Map.of("id", post(worker));
        String end = "mutation ($id: ID!) { postEnd(input: { postId: $id }) { post { until } } }";
        worker.expectError(ErrorType.FORBIDDEN, end, post);
        counties.second().administrator().expectError(ErrorType.NOT_FOUND, end, post);
        county.administrator().mutate(end, post);
        worker.expectError(ErrorType.FORBIDDEN, "{ residents(first: 1) { edges { cursor } } }", Map.of());
        worker.expectError(ErrorType.FORBIDDEN, CASES, Map.of());
    }

    @Test
    @DisplayName("The first operator comes in by the secret, once; nobody else does, and strangers operate nothing")
    void bootstrapOnce() {
        host.operator();
        String bootstrap =
                "mutation ($secret: String!) { operatorBootstrap(input: { secret: $secret }) { operator { id } } }";
        Person person = person();
        GraphqlClient another = host.platform().withToken(keycloak().token(person.username(), PASSWORD, null));
        another.expectError(
                ErrorType.FORBIDDEN, "BOOTSTRAP_REFUSED", bootstrap, Map.of("secret", OneHost.BOOTSTRAP_SECRET));
        another.expectError(ErrorType.FORBIDDEN, "BOOTSTRAP_REFUSED", bootstrap, Map.of("secret", "wrong"));
        host.platform()
                .expectError(
                        ErrorType.UNAUTHENTICATED,
                        "UNAUTHENTICATED",
                        bootstrap,
                        Map.of("secret", OneHost.BOOTSTRAP_SECRET));
        another.expectError(ErrorType.FORBIDDEN, "{ tenants(first: 1) { edges { cursor } } }", Map.of());
        another.expectError(ErrorType.FORBIDDEN, "{ plugins { name } }", Map.of());
        county.administrator()
                .atHost("platform.localhost")
                .expectError(
                        ErrorType.FORBIDDEN,
                        "TOKEN_OTHER_COUNTY",
                        "{ tenants(first: 1) { edges { cursor } } }",
                        Map.of());
    }

    @Test
    @DisplayName("What an operator changes asks for a second factor, where one is configured")
    void secondFactor() throws SQLException {
        try (TestHost strict = TestHost.start(TestHost.Options.core()
                .configured("lianhu.operator.acr", "2")
                .configured("lianhu.operator.bootstrap-secret", OneHost.BOOTSTRAP_SECRET))) {
            Person person = person();
            String subject = keycloak().createPerson(person);
            GraphqlClient operator = strict.platform().withToken(keycloak().token(person.username(), PASSWORD, null));
            String required = "SECOND_FACTOR_REQUIRED";
            operator.expectError(
                    ErrorType.FORBIDDEN,
                    required,
                    "mutation ($secret: String!) { operatorBootstrap(input: { secret: $secret }) { operator { id } } }",
                    Map.of("secret", OneHost.BOOTSTRAP_SECRET));
            try (Connection connection = strict.superuser();
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into lianhu_platform.operator (subject, granted_by) values (?, 'test')")) {
                insert.setString(1, subject);
                insert.executeUpdate();
            }
            operator.query("{ tenants(first: 1) { edges { cursor } } plugins { name } }");
            JsonNode mutations = operator.query("{ __type(name: \"Mutation\") { fields { name } } }")
                    .at("/__type/fields");
            Map<String, String> calls = Map.of(
                    "operatorBootstrap", "operatorBootstrap(input: { secret: \"" + OneHost.BOOTSTRAP_SECRET + "\" })",
                    "operatorAdmit", "operatorAdmit(input: { subject: \"somebody\" })",
                    "pluginInstall", "pluginInstall(input: { file: \"some.jar\" })",
                    "tenantApply", "tenantApply(input: { manifest: \"\", divisions: \"\" })",
                    "tenantSuspend", "tenantSuspend(input: { code: \"520115\", reason: \"test\" })",
                    "tenantResume", "tenantResume(input: { code: \"520115\" })",
                    "tenantAppointAdministrator",
                            "tenantAppointAdministrator(input: { code: \"520115\", subject: \"s\", holderName: \"h\" })");
            for (JsonNode mutation : mutations) {
                String call = calls.get(mutation.get("name").asText());
                assertTrue(call != null, () -> "Does " + mutation + " ask for a second factor?");
                operator.expectError(
                        ErrorType.FORBIDDEN, required, "mutation { " + call + " { __typename } }", Map.of());
            }
        }
    }
}
