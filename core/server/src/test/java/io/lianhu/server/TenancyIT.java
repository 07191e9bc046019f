package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.devstack.Keycloak;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.Reply;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.yaml.snakeyaml.Yaml;

/** That counties are taken on as data, all of them at once, and again and again without effect. */
@DisplayName("Counties are taken on from their files")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TenancyIT {
    private static final Path TENANTS = Path.of(System.getProperty("lianhu.root"), "tenants");
    private static final Pattern APPLIED = Pattern.compile(
            "Counties applied: (\\d+), unchanged: (\\d+), faulty: (\\d+), divisions: \\d+, in (\\d+) ms");
    private static final String APPLY =
            "mutation ($input: TenantApplyInput!) { tenantApply(input: $input) { tenant { code state } } }";
    private static final int COUNTIES = 99;

    private static TestHost host;

    @BeforeAll
    static void start() {
        host = TestHost.start(TestHost.Options.core().databasePrefix("tenancy").tenants(TENANTS));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    /** What the server's last start did with the folder. */
    private record Applied(int applied, int unchanged, int faulty, int millis) {
        static Applied last() {
            List<String> lines = host.logged("Counties applied:");
            Matcher matcher = APPLIED.matcher(lines.get(lines.size() - 1));
            assertTrue(matcher.find(), lines::toString);
            return new Applied(number(matcher, 1), number(matcher, 2), number(matcher, 3), number(matcher, 4));
        }

        private static int number(Matcher matcher, int group) {
            return Integer.parseInt(matcher.group(group));
        }
    }

    private static long sql(String query) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(query)) {
                return statement.getUpdateCount();
            }
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String text(String county, String file) {
        try {
            return Files.readString(TENANTS.resolve(county).resolve(file));
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static Map<String, Object> input(String manifest, String divisions) {
        return Map.of("input", Map.of("manifest", manifest, "divisions", divisions));
    }

    private static Reply county(String hostName) {
        return county(hostName, "zh-CN");
    }

    private static Reply county(String hostName, String language) {
        return host.platform()
                .inLanguage(language)
                .atHost(hostName)
                .send(
                        "GET",
                        "/graphql?query=%7Bcounty%7Bcode%20name%7D%7D",
                        Map.of("Accept", "application/json"),
                        null);
    }

    private static JsonNode error(Reply reply) {
        return reply.json().at("/errors/0/extensions");
    }

    @Test
    @Order(1)
    @DisplayName("99 real counties are applied at the first start within a minute, whole")
    void allCountiesAreApplied() {
        Applied first = Applied.last();
        assertEquals(COUNTIES, first.applied());
        assertEquals(0, first.faulty());
        assertTrue(first.millis() < 60_000, () -> "It took " + first.millis() + " ms");
        assertEquals(99, sql("select count(*) from lianhu_core.division where kind = 'COUNTY'"));
        assertEquals(1_650, sql("select count(*) from lianhu_core.division where kind = 'TOWN'"));
        assertEquals(19_565, sql("select count(*) from lianhu_core.division where kind = 'VILLAGE'"));
        assertEquals(0, sql("select count(*) from lianhu_core.division where tenant_id <> left(code, 6)"));
        assertEquals(
                0, sql("select count(*) from lianhu_core.division where (parent_id is null) <> (kind = 'COUNTY')"));
        assertEquals(99, sql("select count(*) from lianhu_platform.tenant where state = 'ACTIVE'"));
        System.out.printf("tenancy: %d counties applied in %d ms%n", first.applied(), first.millis());
    }

    @Test
    @Order(1)
    @DisplayName("Each has its Organization at Keycloak")
    void eachHasAnOrganization() throws IOException {
        Set<String> missing = folders();
        missing.removeAll(organizations().keySet());
        assertEquals(Set.of(), missing);
    }

    private static Set<String> folders() throws IOException {
        try (Stream<Path> entries = Files.list(TENANTS)) {
            return entries.filter(entry -> Files.exists(entry.resolve("tenant.yaml")))
                    .map(entry -> entry.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Ids by alias. */
    private static Map<String, String> organizations() throws IOException {
        Keycloak keycloak = host.stack().keycloak();
        Map<String, String> ids = new java.util.TreeMap<>();
        for (JsonNode one : new ObjectMapper()
                .readTree(keycloak.admin("GET", "organizations?first=0&max=5000", null)
                        .body())) {
            ids.put(one.get("alias").asText(), one.get("id").asText());
        }
        return ids;
    }

    @Test
    @Order(1)
    @DisplayName("Each is served at its own host, by its own name in both languages")
    void eachIsServed() throws IOException {
        for (String code : folders()) {
            Map<?, ?> name = (Map<?, ?>)
                    new Yaml().<Map<String, ?>>load(text(code, "tenant.yaml")).get("name");
            for (String language : List.of("zh-CN", "en")) {
                JsonNode county = county(code + ".localhost", language).json().at("/data/county");
                assertEquals(code, county.path("code").asText());
                assertEquals(name.get(language), county.path("name").asText());
            }
        }
    }

    @Test
    @Order(2)
    @DisplayName("Another start finds nothing to do, and half-done counties are completed by it")
    void aRestartCompletesAndOtherwiseDoesNothing() throws IOException {
        host.restart();
        Applied again = Applied.last();
        assertEquals(new Applied(0, COUNTIES, 0, again.millis()), again);
        assertTrue(again.millis() < 5_000, () -> "It took " + again.millis() + " ms");
        System.out.printf("tenancy: %d counties found unchanged in %d ms%n", again.unchanged(), again.millis());

        sql("update lianhu_platform.tenant set state = 'PROVISIONING', digest = '' where code = '520115'");
        sql("delete from lianhu_core.division where tenant_id = '520115' and length(code) = 17");
        host.stack()
                .keycloak()
                .admin("DELETE", "organizations/" + organizations().get("520115"), null);
        sql("insert into lianhu_platform.tenant (code, state, manifest, digest) select '900001', 'PROVISIONING',"
                + " jsonb_set(manifest, '{code}', '\"900001\"'), '' from lianhu_platform.tenant where code = '520115'");
        long complete = sql("select count(*) from lianhu_core.division where tenant_id = '520115'");
        host.restart();
        Applied completed = Applied.last();
        assertEquals(new Applied(1, COUNTIES - 1, 0, completed.millis()), completed);
        assertEquals(200, county("520115.localhost").status());
        assertTrue(sql("select count(*) from lianhu_core.division where tenant_id = '520115'") > complete);
        assertTrue(organizations().containsKey("520115"));

        assertEquals(
                "TENANT_UNKNOWN_HOST",
                error(county("900001.localhost")).get("code").asText());
        host.operator()
                .applyCounty(
                        text("520115", "tenant.yaml").replace("520115", "900001"),
                        "code,name,register_name\n900001,新县,新县\n",
                        "");
        assertEquals(200, county("900001.localhost").status());
        // the Organization that was made anew takes members at once
        host.operator()
                .client()
                .mutate(
                        "mutation ($subject: String!) { tenantAppointAdministrator(input: { code: \"520115\", subject: $subject,"
                                + " holderName: \"新人\" }) { tenant { code } } }",
                        Map.of("subject", host.operator().client().subject()));
    }

    @Test
    @Order(3)
    @DisplayName("Applying a county again, unchanged, changes no row; applying it changed changes what differs")
    void applyingAgainChangesNothing() {
        String rows =
                "select sum(hashtext(d::text || d.xmin::text)) from lianhu_core.division d where tenant_id = '420602'";
        String tenant = "select hashtext(t::text || t.xmin::text) from lianhu_platform.tenant t where code = '420602'";
        long divisionsBefore = sql(rows);
        long tenantBefore = sql(tenant);
        String divisions = text("420602", "divisions.csv");
        String grids = Files.exists(TENANTS.resolve("420602/grids.csv")) ? text("420602", "grids.csv") : "";
        host.operator().applyCounty(text("420602", "tenant.yaml"), divisions, grids);
        assertEquals(divisionsBefore, sql(rows));
        assertEquals(tenantBefore, sql(tenant));

        String last =
                divisions.stripTrailing().substring(divisions.stripTrailing().lastIndexOf('\n') + 1);
        String code = last.split(",")[0];
        host.operator().applyCounty(text("420602", "tenant.yaml"), divisions.replace(last, "420602999,新镇,新镇"), grids);
        assertEquals(1, sql("select count(*) from lianhu_core.division where code = '420602999'"));
        assertEquals(
                1,
                sql("select count(*) from lianhu_core.division where code = '" + code
                        + "' and valid_until is not null"));
        host.operator().applyCounty(text("420602", "tenant.yaml"), divisions, grids);
        assertEquals(
                0,
                sql("select count(*) from lianhu_core.division where code = '" + code
                        + "' and valid_until is not null"));
    }

    @Test
    @Order(3)
    @DisplayName("Divisions are found page by page, by what contains them and by a part of their name")
    void divisionsAreFound() {
        County county = host.newCounty();
        String list =
                "query ($parent: String, $name: String, $after: String) { divisions(parentCode: $parent, name: $name,"
                        + " first: 2, after: $after) { edges { node { code parent { code } } } pageInfo { hasNextPage endCursor } } }";
        GraphqlClient anybody = county.stranger();
        JsonNode page = anybody.query(list).at("/divisions");
        List<String> codes = new ArrayList<>(page.findValuesAsText("code"));
        assertEquals(county.code(), codes.get(0));
        assertTrue(page.at("/pageInfo/hasNextPage").asBoolean());
        String after = page.at("/pageInfo/endCursor").asText();
        assertEquals(
                2,
                anybody.query(list, Map.of("after", after))
                        .at("/divisions/edges")
                        .size());
        String village = county.villageCode(1);
        JsonNode grids = anybody.query(list, Map.of("parent", village)).at("/divisions/edges");
        assertEquals(2, grids.size());
        assertEquals(village, grids.at("/0/node/parent/code").asText());
        assertEquals(
                village,
                anybody.query(list, Map.of("name", "一村"))
                        .at("/divisions/edges/0/node/code")
                        .asText());
        assertEquals(
                0,
                anybody.query(list, Map.of("name", "%")).at("/divisions/edges").size());
    }

    @Test
    @Order(3)
    @DisplayName("A suspended county is not served, and is again when it is resumed")
    void suspendAndResume() {
        County county = host.newCounty();
        GraphqlClient administrator = county.administrator();
        administrator.query("{ county { code } }");
        host.operator().suspend(county);
        Reply refused = county(county.hostName());
        assertEquals(503, refused.status());
        assertEquals("TENANT_SUSPENDED", error(refused).get("code").asText());
        assertEquals("UNAVAILABLE", error(refused).get("type").asText());
        administrator.expectError(
                ErrorType.UNAVAILABLE, "TENANT_SUSPENDED", "{ posts(first: 1) { edges { cursor } } }", Map.of());
        host.operator()
                .client()
                .expectError(
                        ErrorType.PRECONDITION,
                        "TENANT_STATE",
                        "mutation ($code: String!) { tenantSuspend(input: { code: $code, reason: \"again\" }) { tenant { code } } }",
                        Map.of("code", county.code()));
        host.operator().resume(county);
        administrator.query("{ posts(first: 1) { edges { cursor } } }");
    }

    @Test
    @Order(3)
    @DisplayName("A host that no county has is unknown, and so is one that only looks like a county's")
    void unknownHosts() {
        for (String name :
                List.of("999999.localhost", "localhost", "127.0.0.1", "520115.example.org", "a.520115.localhost")) {
            Reply refused = county(name);
            assertEquals(404, refused.status(), name);
            assertEquals("TENANT_UNKNOWN_HOST", error(refused).get("code").asText(), name);
        }
    }

    @Test
    @Order(3)
    @DisplayName("A manifest with mistakes is refused with every one of them")
    void faultyManifests() {
        String sound = text("520115", "tenant.yaml").replace("520115", "900002");
        String divisions = "code,name,register_name\n900002,新县,新县\n";
        ApiError error = refused(
                "TENANT_MANIFEST_INVALID",
                input(
                        sound.replace("primaryColor", "primaryColour")
                                .replace("languages: [zh-CN, en]", "languages: [fr]"),
                        divisions));
        String faults = error.params().path("faults").toString();
        for (String part : List.of("primaryColour", "primaryColor", "languages")) {
            assertTrue(faults.contains(part), () -> part + " is not named in " + faults);
        }
        refused("TENANT_MANIFEST_INVALID", input("code: [", divisions));
        refused("TENANT_MANIFEST_INVALID", input("", divisions));
        refused("TENANT_MANIFEST_INVALID", input(sound + "\ncode: \"900003\"\n", divisions));
        assertEquals(0, sql("select count(*) from lianhu_platform.tenant where code in ('900002', '900003')"));
    }

    private static ApiError refused(String code, Map<String, Object> input) {
        return host.operator().client().expectError(ErrorType.INVALID_INPUT, code, APPLY, input);
    }

    @Test
    @Order(3)
    @DisplayName("Divisions with orphans, strangers, repetitions or without the county are refused with every fault")
    void faultyDivisions() {
        String manifest = text("520115", "tenant.yaml").replace("520115", "900002");
        ApiError error = refused(
                "TENANT_DIVISIONS_INVALID",
                input(
                        manifest,
                        "code,name,register_name\n900002,新县,新县\n900002100,新镇,新镇\n900002100,新镇,新镇\n"
                                + "900002200201,孤村,孤村\n110101,东城区,东城区\n900002300,,无名\n"));
        String faults = error.params().path("faults").toString();
        for (String part : List.of(
                "900002100 stands twice",
                "900002200201 comes before, or without, 900002200",
                "110101 is not a division",
                "900002300 has no name")) {
            assertTrue(faults.contains(part), () -> part + " is not named in " + faults);
        }
        refused("TENANT_DIVISIONS_INVALID", input(manifest, "code,name,register_name\n900002100,新镇,新镇\n"));
        refused("TENANT_DIVISIONS_INVALID", input(manifest, "code;name\n"));
        refused("TENANT_DIVISIONS_INVALID", input(manifest, ""));
        assertEquals(0, sql("select count(*) from lianhu_platform.tenant where code = '900002'"));
    }

    @Test
    @Order(3)
    @DisplayName("No county takes the host of another, of the platform, or of a county to come")
    void hostsAreTaken() {
        String divisions = "code,name,register_name\n900004,新县,新县\n";
        String manifest = text("520115", "tenant.yaml").replace("520115", "900004");
        host.operator().applyCounty(manifest.replace("hosts: []", "hosts: [lianhu.example.org]"), divisions, "");
        assertEquals(200, county("lianhu.example.org").status());
        for (String name :
                List.of("lianhu.example.org", "420602.localhost", "platform.localhost", "999998.localhost")) {
            host.operator()
                    .client()
                    .expectError(
                            ErrorType.CONFLICT,
                            "TENANT_HOST_TAKEN",
                            APPLY,
                            input(
                                    manifest.replace("900004", "900005").replace("hosts: []", "hosts: [" + name + "]"),
                                    divisions.replace("900004", "900005")));
        }
    }

    @Test
    @Order(3)
    @DisplayName("Two counties that claim the same host at once, through two replicas that know of neither: one has it")
    void aHostIsClaimedOnce() throws Exception {
        String manifest = text("520115", "tenant.yaml").replace("hosts: []", "hosts: [www.claimed.example.org]");
        GraphqlClient operator = host.operator().client();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Replica second = host.secondReplica()) {
            List<Future<Answer>> answers = List.of(
                    threads.submit(() -> operator.ask(APPLY, claiming(manifest, "900006"))),
                    threads.submit(() -> operator.through(second).ask(APPLY, claiming(manifest, "900007"))));
            List<String> refusals = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                answer.get().errors().forEach(error -> refusals.add(error.code()));
            }
            assertEquals(List.of("TENANT_HOST_TAKEN"), refusals);
            assertEquals(1, sql("select count(*) from lianhu_platform.tenant where code in ('900006', '900007')"));
        } finally {
            threads.shutdownNow();
        }
        Eventually.passes(
                () -> assertEquals(200, county("www.claimed.example.org").status()));

        String holder =
                county("www.claimed.example.org").json().at("/data/county/code").asText();
        String other = holder.equals("900006") ? "900007" : "900006";
        operator.mutate(APPLY, claiming(manifest.replace("[www.claimed.example.org]", "[]"), holder));
        operator.mutate(APPLY, claiming(manifest, other));
        assertEquals(
                other,
                county("www.claimed.example.org").json().at("/data/county/code").asText());
    }

    private static Map<String, Object> claiming(String manifest, String code) {
        return input(manifest.replace("520115", code), "code,name,register_name\n" + code + ",新县,新县\n");
    }

    @Test
    @Order(3)
    @DisplayName("The operator's list goes on behind any code, page by page, and names each county once")
    void countiesAreListed() {
        String list =
                "query ($after: String) { tenants(first: 100, after: $after) { edges { node { code } } pageInfo { endCursor } } }";
        List<String> codes = new ArrayList<>();
        JsonNode page;
        String after = null;
        do {
            Map<String, Object> from = new HashMap<>();
            from.put("after", after);
            page = host.operator().client().query(list, from).at("/tenants");
            codes.addAll(page.findValuesAsText("code"));
            after = page.at("/pageInfo/endCursor").textValue();
        } while (after != null);
        assertEquals(codes.stream().sorted().distinct().toList(), codes);
        assertEquals(sql("select count(*) from lianhu_platform.tenant"), codes.size());

        String nowhere = io.lianhu.sdk.Connection.cursor(new UUID(0, 520_116));
        JsonNode behind =
                host.operator().client().query(list, Map.of("after", nowhere)).at("/tenants");
        assertEquals(
                codes.stream()
                        .filter(code -> code.compareTo("520116") > 0)
                        .findFirst()
                        .orElseThrow(),
                behind.at("/edges/0/node/code").asText());
    }

    @Test
    @Order(3)
    @DisplayName("Somebody whom Keycloak does not know is not appointed, and whom it knows is appointed once")
    void administratorsAreKnown() {
        GraphqlClient operator = host.operator().client();
        String appoint =
                "mutation ($subject: String!) { tenantAppointAdministrator(input: { code: \"420602\", subject: $subject,"
                        + " holderName: \"某人\" }) { tenant { code } } }";
        ApiError unknown = operator.expectError(
                ErrorType.INVALID_INPUT,
                "INVALID_INPUT",
                appoint,
                Map.of("subject", UUID.randomUUID().toString()));
        assertEquals("subject", unknown.params().path("field").asText());
        assertEquals(0, sql("select count(*) from lianhu_core.post where tenant_id = '420602'"));
        operator.mutate(appoint, Map.of("subject", operator.subject()));
        operator.expectError(ErrorType.PRECONDITION, "POST_HELD", appoint, Map.of("subject", operator.subject()));
    }

    @Test
    @Order(4)
    @DisplayName(
            "A county whose row cannot be read keeps no other from being served, is told of, and is mended by applying it")
    void anUnreadableCountyStandsAlone() {
        sql("update lianhu_platform.tenant set manifest = '{}', digest = 'by hand' where code = '420602'");
        host.restart();
        // its folder is applied at the start, and mends it
        assertEquals(200, county("420602.localhost").status());

        sql("update lianhu_platform.tenant set manifest = '{}', digest = 'by hand' where code = '900004'");
        host.restart();
        assertEquals(404, county("900004.localhost").status());
        assertEquals(200, county("520115.localhost").status());
        assertTrue(host.logged("County 900004 is not served").size() > 0);
        host.operator()
                .applyCounty(
                        text("520115", "tenant.yaml").replace("520115", "900004"),
                        "code,name,register_name\n900004,新县,新县\n",
                        "");
        assertEquals(200, county("900004.localhost").status());
    }
}
