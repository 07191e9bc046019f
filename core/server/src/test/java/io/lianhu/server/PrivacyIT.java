package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import graphql.language.ObjectTypeDefinition;
import graphql.schema.idl.SchemaParser;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is told of people, and to whom. */
@DisplayName("Personal data is masked unless somebody says why not, and every look is told of")
final class PrivacyIT {
    private static final String ADDRESS = "桃源路7号";
    private static final LocalDate BORN = LocalDate.of(1956, 5, 6);
    private static final String CALLER = "13885012345";
    private static final String REVEAL = "mutation ($input: ResidentRevealInput!) { residentReveal(input: $input) {"
            + " reveal { id telephone address reason resident { telephone } } } }";
    private static final String AGAIN =
            "query ($id: ID!) { node(id: $id) { ... on ResidentReveal { telephone address } } }";

    private static County county;
    private static GraphqlClient resident;
    private static GraphqlClient worker;
    private static String residentId;
    private static String householdId;
    private static String caseId;

    @BeforeAll
    static void start() {
        county = OneHost.get().newCounty();
        worker = county.gridWorker(county.gridCode(1, 1));
        resident = county.stranger();
        residentId = resident.mutate(
                        "mutation ($input: ResidentRegisterInput!) { residentRegister(input: $input) { resident { id } } }",
                        Casework.input(Map.of(
                                "name",
                                "翟小梅",
                                "divisionId",
                                county.divisionId(county.groupCode(1, 1, 1)),
                                "address",
                                ADDRESS,
                                "noticeVersion",
                                "1")))
                .at("/residentRegister/resident/id")
                .asText();
        householdId = worker.mutate(
                        "mutation ($input: ResidentApproveInput!) { residentApprove(input: $input) { resident { household { id } } } }",
                        Casework.input(Map.of("residentId", residentId)))
                .at("/residentApprove/resident/household/id")
                .asText();
        resident.renewToken();
        worker.mutate(
                People.document("residentUpdate"),
                Casework.input(Map.of("residentId", residentId, "idNumber", People.idNumber(BORN, 128))));
        caseId = county.cadre(county.villageCode(1))
                .mutate(
                        Casework.document("caseRecord"),
                        Casework.input(Map.of(
                                "classCode", "environment.garbage",
                                "description", "来电反映垃圾",
                                "photoIds", List.of(),
                                "divisionId", county.divisionId(county.gridCode(1, 1)),
                                "source", "TELEPHONE",
                                "callerName", "王大爷",
                                "callerTelephone", CALLER)))
                .at("/caseRecord/case/id")
                .asText();
    }

    /** One of each type that bears personal data: its id, and what its marked fields hold. */
    private record Sample(String id, Map<String, String> clear) {}

    private static Map<String, Sample> samples() {
        return Map.of(
                "Resident",
                        new Sample(
                                residentId,
                                Map.of(
                                        "telephone", resident.telephone(),
                                        "address", ADDRESS,
                                        "idNumber", People.idNumber(BORN, 128),
                                        "birthDate", BORN.toString())),
                "Case", new Sample(caseId, Map.of("callerTelephone", CALLER)),
                "Household", new Sample(householdId, Map.of("address", ADDRESS)));
    }

    /** The fields with the mark, by type, as the schema has them. */
    private static Map<String, List<String>> marked() {
        Map<String, List<String>> marked = new TreeMap<>();
        for (String file : Sdl.counties()) {
            new SchemaParser()
                    .parse(Sdl.text(file))
                    .getTypes(ObjectTypeDefinition.class)
                    .forEach(type -> type.getFieldDefinitions().stream()
                            .filter(field -> field.hasDirective("personal"))
                            .forEach(field -> marked.computeIfAbsent(type.getName(), first -> new ArrayList<>())
                                    .add(field.getName())));
        }
        return marked;
    }

    @Test
    @DisplayName("A reader without the right gets every marked field of every type masked")
    void maskedForTheOthers() {
        Map<String, Sample> samples = samples();
        assertEquals(samples.keySet(), marked().keySet(), "a type that bears personal data needs a sample here");
        marked().forEach((type, fields) -> {
            Sample sample = samples.get(type);
            for (String field : fields) {
                String clear = sample.clear().get(field);
                assertTrue(clear != null && !clear.isEmpty(), type + "." + field + " needs a value here");
                JsonNode told = county.administrator()
                        .query(
                                "query ($id: ID!) { node(id: $id) { ... on " + type + " { " + field + " } } }",
                                Map.of("id", sample.id()))
                        .at("/node/" + field);
                assertFalse(told.isMissingNode(), type + "." + field);
                assertFalse(told.asText().contains(clear), type + "." + field + ": " + told);
                assertTrue(told.isNull() || told.asText().contains("*"), type + "." + field + ": " + told);
            }
        });
    }

    @Test
    @DisplayName(
            "The person, and who works where the person lives, read the address; the telephone is masked for them as well")
    void clearForTheirOwn() {
        String read =
                "query ($id: ID!) { node(id: $id) { ... on Resident { address telephone household { address } } } }";
        for (GraphqlClient near : List.of(resident, worker, county.cadre(county.villageCode(1)))) {
            JsonNode node = near.query(read, Map.of("id", residentId)).at("/node");
            assertEquals(ADDRESS, node.get("address").asText());
            assertEquals(ADDRESS, node.at("/household/address").asText());
            assertFalse(node.get("telephone").asText().contains(resident.telephone()));
        }
    }

    private static Map<String, Object> reveal(String id, String reason, String... fields) {
        return Casework.input(Map.of("residentId", id, "fields", List.of(fields), "reason", reason));
    }

    private static List<JsonNode> looks() {
        List<JsonNode> looks = new ArrayList<>();
        resident.query("{ viewerAuditEntries(first: 100) { edges { node { action subject reason } } } }")
                .at("/viewerAuditEntries/edges")
                .forEach(edge -> looks.add(edge.get("node")));
        looks.removeIf(look -> !look.get("action").asText().startsWith("Reveal."));
        return looks;
    }

    @Test
    @DisplayName("Who says why is shown what was asked for, for himself alone, and the person can read who looked")
    void revealed() {
        int before = looks().size();
        GraphqlClient administrator = county.administrator();
        JsonNode shown = administrator
                .mutate(REVEAL, reveal(residentId, "通知领取高龄补贴", "TELEPHONE"))
                .at("/residentReveal/reveal");
        assertEquals(resident.telephone(), shown.get("telephone").asText());
        assertTrue(shown.get("address").isNull(), "it was not asked for");
        assertTrue(shown.at("/resident/telephone").asText().contains("****"));
        List<JsonNode> looks = looks();
        assertEquals(before + 1, looks.size());
        assertEquals("Reveal.TELEPHONE", looks.get(0).get("action").asText());
        assertEquals(administrator.subject(), looks.get(0).get("subject").asText());
        assertEquals("通知领取高龄补贴", looks.get(0).get("reason").asText());

        Map<String, Object> again = Map.of("id", shown.get("id").asText());
        assertEquals(
                resident.telephone(),
                administrator.query(AGAIN, again).at("/node/telephone").asText());
        assertEquals(before + 2, looks().size(), "another look, another row");
        assertTrue(worker.query(AGAIN, again).at("/node").isNull(), "somebody else's");
    }

    @Test
    @DisplayName("Without a reason, a right or a person of one's own county nothing is revealed")
    void refused() {
        worker.expectError(ErrorType.INVALID_INPUT, REVEAL, reveal(residentId, " ", "TELEPHONE"));
        worker.expectError(ErrorType.INVALID_INPUT, REVEAL, reveal(residentId, "核实身份"));
        resident.expectError(ErrorType.FORBIDDEN, REVEAL, reveal(residentId, "核实身份", "TELEPHONE"));
        county.gridWorker(county.gridCode(2, 1))
                .expectError(ErrorType.NOT_FOUND, REVEAL, reveal(residentId, "核实身份", "TELEPHONE"));
        OneHost.get()
                .newCounty()
                .administrator()
                .expectError(ErrorType.NOT_FOUND, REVEAL, reveal(residentId, "核实身份", "TELEPHONE"));
    }

    @Test
    @DisplayName("Only so much is revealed to one person in an hour")
    void bounded() {
        GraphqlClient curious = county.stranger();
        Casework.appoint(county, curious, "VILLAGE_CADRE", county.villageCode(1));
        for (int i = 0; i < 5; i++) {
            curious.mutate(REVEAL, reveal(residentId, "核实身份", "ADDRESS"));
        }
        curious.expectError(
                ErrorType.RATE_LIMITED, "RESIDENT_REVEAL_LIMIT", REVEAL, reveal(residentId, "核实身份", "ADDRESS"));
    }

    @Test
    @DisplayName("Where the look cannot be told of, there is no look")
    void failsClosed() throws SQLException {
        County closed = OneHost.get().newCounty();
        GraphqlClient cadre = closed.cadre(closed.villageCode(1));
        GraphqlClient person = closed.resident(closed.groupCode(1, 1, 1));
        String id = person.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
        String reveal = cadre.mutate(REVEAL, reveal(id, "核实身份", "TELEPHONE", "ADDRESS"))
                .at("/residentReveal/reveal/id")
                .asText();
        String constraint = "refuse_" + closed.code();
        execute("alter table lianhu_core.audit_entry add constraint " + constraint + " check (tenant_id <> '"
                + closed.code() + "') not valid");
        try {
            Answer refused = cadre.ask(AGAIN, Map.of("id", reveal));
            assertFalse(refused.errors().isEmpty());
            assertFalse(refused.toString().contains(person.telephone()), refused.toString());
            assertFalse(
                    cadre.ask(REVEAL, reveal(id, "核实身份", "TELEPHONE")).errors().isEmpty());
        } finally {
            execute("alter table lianhu_core.audit_entry drop constraint " + constraint);
        }
        assertFalse(cadre.query(AGAIN, Map.of("id", reveal))
                .at("/node/address")
                .asText()
                .contains("*"));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    @DisplayName("A token from before a post ended gets nothing once it has")
    void leavingCadre() {
        GraphqlClient cadre = county.stranger();
        String post = Casework.appoint(county, cadre, "VILLAGE_CADRE", county.villageCode(1));
        String reveal = cadre.mutate(REVEAL, reveal(residentId, "核实身份", "ADDRESS"))
                .at("/residentReveal/reveal/id")
                .asText();
        GraphqlClient before = cadre.withToken(cadre.token());
        county.administrator()
                .mutate(
                        "mutation ($input: PostEndInput!) { postEnd(input: $input) { post { until } } }",
                        Casework.input(Map.of("postId", post)));
        assertTrue(before.query(AGAIN, Map.of("id", reveal)).at("/node").isNull());
        before.expectError(ErrorType.FORBIDDEN, REVEAL, reveal(residentId, "核实身份", "ADDRESS"));
        before.expectError(ErrorType.FORBIDDEN, "{ residents(first: 1) { edges { node { id } } } }", Map.of());
    }
}
