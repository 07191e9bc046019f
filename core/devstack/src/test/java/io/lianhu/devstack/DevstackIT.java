package io.lianhu.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DevstackIT {
    private final Devstack stack = Devstack.shared();

    @Test
    void postgresIs18AndOrdersByCodePoint() throws Exception {
        Database database = stack.postgres().database("devstack_it");
        try (Connection owner = DriverManager.getConnection(
                        database.jdbcUrl(), database.ownerUsername(), database.ownerPassword());
                Statement statement = owner.createStatement()) {
            assertTrue(one(statement, "SELECT version()").startsWith("PostgreSQL 18"));
            assertEquals("true", one(statement, "SELECT 'Z' < 'a' AND 'z' < '县'"));
            assertEquals("200", one(statement, "SHOW max_connections"));
        }
    }

    @Test
    void theApplicationRoleHasNoRightsButToConnect() throws Exception {
        Database database = stack.postgres().database("devstack_it");
        assertEquals(database, stack.postgres().database("devstack_it"));
        try (Connection owner = DriverManager.getConnection(
                        database.jdbcUrl(), database.ownerUsername(), database.ownerPassword());
                Statement statement = owner.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS secret");
            statement.execute("CREATE TABLE secret (word text)");
        }
        try (Connection application =
                        DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password());
                Statement statement = application.createStatement()) {
            for (String forbidden : new String[] {
                "SELECT * FROM public.secret", "CREATE TABLE public.mine (x int)", "CREATE TEMPORARY TABLE mine (x int)"
            }) {
                SQLException refusal = assertThrows(SQLException.class, () -> statement.execute(forbidden));
                assertEquals("42501", refusal.getSQLState(), forbidden);
            }
        }
        assertThrows(
                SQLException.class,
                () -> DriverManager.getConnection(
                        stack.postgres().jdbcUrl("keycloak"), database.username(), database.password()));
    }

    @Test
    void redisWantsItsPassword() throws Exception {
        Redis redis = stack.redis();
        try (Socket socket = new Socket(redis.host(), redis.port())) {
            assertTrue(ask(socket, "PING").startsWith("-NOAUTH"));
            assertEquals("+OK", ask(socket, "AUTH " + redis.password()));
            assertEquals("+PONG", ask(socket, "PING"));
        }
    }

    @Test
    void aPersonGetsATokenForLianhuAndForTheOneCountyAskedFor() {
        Keycloak keycloak = stack.keycloak();
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        String here = "here-" + suffix;
        String there = "there-" + suffix;
        String strange = "strange-" + suffix;
        for (String alias : new String[] {here, there, strange}) {
            assertEquals(
                    201,
                    keycloak.admin("POST", "organizations", "{\"name\":\"" + alias + "\",\"alias\":\"" + alias + "\"}")
                            .statusCode());
        }
        Person person = new Person("yang-" + suffix, "first", "杨秀英", "13800000000");
        String subject = keycloak.createPerson(person);
        keycloak.addMember(here, subject);
        keycloak.addMember(here, subject);
        keycloak.addMember(there, subject);

        JsonNode claims = claims(keycloak.token(person.username(), "first", here));
        assertEquals(keycloak.issuer(), claims.get("iss").asText());
        assertEquals("lianhu", claims.get("aud").asText());
        assertEquals(subject, claims.get("sub").asText());
        assertEquals("杨秀英", claims.get("name").asText());
        assertEquals("13800000000", claims.get("phone_number").asText());
        assertEquals("1", claims.get("acr").asText());
        assertEquals("[\"" + here + "\"]", claims.get("organization").toString());

        assertFalse(claims(keycloak.token(person.username(), "first", null)).has("organization"));
        assertFalse(claims(keycloak.token(person.username(), "first", strange)).has("organization"));
        assertFalse(claims(keycloak.token("other-app", person.username(), "first", here))
                .has("aud"));

        KeycloakRefusal unknown = assertThrows(
                KeycloakRefusal.class, () -> keycloak.token(person.username(), "first", "nowhere-" + suffix));
        assertEquals("invalid_scope", unknown.error());
        KeycloakRefusal wrong =
                assertThrows(KeycloakRefusal.class, () -> keycloak.token(person.username(), "wrong", here));
        assertEquals("invalid_grant", wrong.error());
    }

    @Test
    void creatingAPersonAgainRenewsThePassword() {
        Keycloak keycloak = stack.keycloak();
        String username = "lin-" + UUID.randomUUID();
        String subject = keycloak.createPerson(new Person(username, "first", "林", null));
        assertEquals(subject, keycloak.createPerson(new Person(username, "second", "林", null)));
        assertEquals(
                subject,
                claims(keycloak.token(username, "second", null)).get("sub").asText());
    }

    @Test
    void everyJvmOfTheRunSharesOneStack() throws Exception {
        Process other = new ProcessBuilder(
                        Java.executable().toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlianhu.root=" + Folders.root(),
                        SharedPorts.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .directory(Path.of("").toAbsolutePath().toFile())
                .start();
        String seen = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(SharedPorts.of(stack), seen.strip());
    }

    private static JsonNode claims(String token) {
        return Json.read(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8));
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getObject(1).toString();
        }
    }

    private static String ask(Socket socket, String command) throws Exception {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = socket.getInputStream().read()) != '\n') {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
