package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TwoCounties;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Classes of cases: inherited from the baseline, changed by a county for itself. */
@DisplayName("What a case may be about is the baseline's, with what the county has changed")
final class CaseClassIT {
    private static final String CLASSES =
            """
            query ($all: Boolean) {
              caseClasses(withDisabled: $all) {
                code name group { code name } kind enabled verification petition version leadUnit
                respond { amount unit } reply { amount unit } resolve { amount unit } duplicateRadius duplicateDays
              }
            }
            """;
    private static final String SAVE =
            """
            mutation ($input: CaseClassSaveInput!) {
              caseClassSave(input: $input) { change { id version name caseClass { name version resolve { amount unit } } } }
            }
            """;
    private static final String CHANGES =
            """
            query ($code: String!, $first: Int!, $after: String) {
              caseClassChanges(classCode: $code, first: $first, after: $after) {
                edges { node { id version name resolve { amount unit } changedByName } } pageInfo { hasNextPage endCursor }
              }
            }
            """;

    private static TwoCounties counties;
    private static County county;
    private static GraphqlClient administrator;
    private static GraphqlClient resident;

    @BeforeAll
    static void start() {
        counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        administrator = county.administrator();
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    private static JsonNode find(GraphqlClient reader, String code) {
        for (JsonNode one : reader.query(CLASSES, Map.of("all", true)).at("/caseClasses")) {
            if (one.get("code").asText().equals(code)) {
                return one;
            }
        }
        throw new AssertionError("No class " + code);
    }

    private static Answer save(GraphqlClient actor, Map<String, ?> input) {
        return actor.mutate(SAVE, Casework.input(input));
    }

    @Test
    @DisplayName("Two levels, occurrences and components, each with its limits, in both languages")
    void theBaseline() {
        JsonNode garbage = find(resident, "environment.garbage");
        assertEquals("Exposed garbage", garbage.get("name").asText());
        assertEquals("environment", garbage.at("/group/code").asText());
        assertEquals("OCCURRENCE", garbage.get("kind").asText());
        assertEquals(4, garbage.at("/resolve/amount").asInt());
        assertEquals("WORKING_HOUR", garbage.at("/resolve/unit").asText());
        assertEquals(10, garbage.at("/respond/amount").asInt());
        assertEquals("MINUTE", garbage.at("/respond/unit").asText());
        assertEquals(0, garbage.get("version").asInt());
        assertEquals("COMPONENT", find(resident, "facility.manhole").get("kind").asText());
        assertTrue(find(resident, "building.illegal").get("verification").asBoolean());
        assertTrue(find(resident, "petition.petition").get("petition").asBoolean());
        JsonNode chinese = find(resident.inLanguage("zh-CN"), "environment.garbage");
        assertEquals("暴露垃圾", chinese.get("name").asText());
        assertEquals("市容环境", chinese.at("/group/name").asText());
    }

    @Test
    @DisplayName(
            "A county changes a class for itself alone; what it leaves out stays the baseline's; every change is kept")
    void changes() {
        String code = "facility.water";
        JsonNode change = save(
                        administrator,
                        Map.of(
                                "classCode",
                                code,
                                "version",
                                0,
                                "name",
                                " 自来水停水 ",
                                "resolve",
                                Map.of("amount", 8, "unit", "HOUR")))
                .at("/caseClassSave/change");
        assertEquals(1, change.get("version").asInt());
        assertEquals("自来水停水", change.at("/caseClass/name").asText());
        JsonNode changed = find(resident, code);
        assertEquals("自来水停水", changed.get("name").asText());
        assertEquals("HOUR", changed.at("/resolve/unit").asText());
        assertEquals(10, changed.at("/respond/amount").asInt());
        assertEquals(1, changed.get("version").asInt());
        assertEquals(
                0, find(counties.second().administrator(), code).get("version").asInt());

        administrator.expectError(
                ErrorType.CONFLICT, "CONFLICT", SAVE, Casework.input(Map.of("classCode", code, "version", 0)));
        save(administrator, Map.of("classCode", code, "version", 1, "verification", true));
        JsonNode again = find(resident, code);
        assertEquals("Damaged water supply", again.get("name").asText());
        assertTrue(again.get("verification").asBoolean());

        JsonNode latest =
                administrator.query(CHANGES, Map.of("code", code, "first", 1)).at("/caseClassChanges");
        assertEquals(2, latest.at("/edges/0/node/version").asInt());
        assertTrue(latest.at("/pageInfo/hasNextPage").asBoolean());
        JsonNode first = administrator
                .query(
                        CHANGES,
                        Map.of(
                                "code",
                                code,
                                "first",
                                5,
                                "after",
                                latest.at("/pageInfo/endCursor").asText()))
                .at("/caseClassChanges/edges");
        assertEquals(1, first.size());
        assertEquals("自来水停水", first.at("/0/node/name").asText());
        assertEquals(administrator.name(), first.at("/0/node/changedByName").asText());
        String id = first.at("/0/node/id").asText();
        String node = "query ($id: ID!) { node(id: $id) { ... on CaseClassChange { version } } }";
        assertEquals(
                1,
                administrator.query(node, Map.of("id", id)).at("/node/version").asInt());
        assertTrue(counties.second()
                .administrator()
                .query(node, Map.of("id", id))
                .at("/node")
                .isNull());
        assertTrue(resident.query(node, Map.of("id", id)).at("/node").isNull());
    }

    @Test
    @DisplayName("A class that is switched off cannot be reported, and old cases keep its name")
    void disabled() {
        String code = "environment.piles";
        Map<String, Object> report = Map.of("classCode", code, "description", "门口堆了砖", "photoIds", List.of());
        String old = resident.mutate(Casework.document("caseReport"), Casework.input(report))
                .at("/caseReport/case/id")
                .asText();
        save(administrator, Map.of("classCode", code, "version", 0, "enabled", false));
        resident.expectError(
                ErrorType.PRECONDITION, "CASE_CLASS_DISABLED", Casework.document("caseReport"), Casework.input(report));
        assertFalse(resident.query(CLASSES, Map.of()).toString().contains(code));
        assertEquals(
                "Piled-up material",
                resident.query(
                                "query ($id: ID!) { node(id: $id) { ... on Case { caseClass { name enabled } } } }",
                                Map.of("id", old))
                        .at("/node/caseClass/name")
                        .asText());
        save(administrator, Map.of("classCode", code, "version", 1));
        resident.mutate(Casework.document("caseReport"), Casework.input(report));
    }

    @Test
    @DisplayName("Only the county's administrator changes classes, and only within bounds")
    void refusals() {
        String code = "environment.dust";
        Map<String, Object> input = Map.of("classCode", code, "version", 0);
        for (GraphqlClient other : List.of(resident, county.cadre(county.villageCode(1)))) {
            other.expectError(ErrorType.FORBIDDEN, SAVE, Casework.input(input));
            other.expectError(ErrorType.FORBIDDEN, CHANGES, Map.of("code", code, "first", 1));
        }
        administrator.expectError(
                ErrorType.INVALID_INPUT,
                "CASE_CLASS_UNKNOWN",
                SAVE,
                Casework.input(Map.of("classCode", "environment.nothing", "version", 0)));
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "name",
                        "",
                        "resolve",
                        Map.of("amount", 0, "unit", "HOUR"),
                        "duplicateRadius",
                        5001,
                        "duplicateDays",
                        0)
                .entrySet()) {
            administrator.expectError(
                    ErrorType.INVALID_INPUT,
                    "INVALID_INPUT",
                    SAVE,
                    Casework.input(Casework.with(input, wrong.getKey(), wrong.getValue())));
        }
        assertEquals(0, find(administrator, code).get("version").asInt());
    }

    @Test
    @DisplayName("Of 8 changes of the same version at once one succeeds")
    void oneChangeOfEight() throws Exception {
        Map<String, Object> input = Map.of("classCode", "environment.river", "version", 0, "name", "河道");
        List<Answer> answers = CaseworkIT.atOnce(8, () -> administrator.ask(SAVE, Casework.input(input)));
        assertEquals(
                1, answers.stream().filter(answer -> answer.errors().isEmpty()).count());
        answers.forEach(
                answer -> answer.errors().forEach(error -> assertEquals("CONFLICT", error.code(), answer::toString)));
    }

    @Test
    @DisplayName("Of 8 classes that are changed at once none is kept as it was before")
    void allOfEight() throws Exception {
        County own = OneHost.get().newCounty();
        GraphqlClient changes = own.administrator();
        Queue<String> codes = new ConcurrentLinkedQueue<>(List.of(
                "greenery.tree",
                "greenery.damage",
                "traffic.sign",
                "traffic.rail",
                "traffic.bridge",
                "facility.bin",
                "facility.toilet",
                "facility.telecom"));
        List<String> all = List.copyOf(codes);
        CaseworkIT.atOnce(8, () -> {
            String code = codes.remove();
            save(changes, Map.of("classCode", code, "version", 0, "name", "新名"));
            assertEquals("新名", find(changes, code).get("name").asText());
            return changes.query(CLASSES, Map.of());
        });
        for (String code : all) {
            assertEquals("新名", find(changes, code).get("name").asText(), code);
        }
    }

    @Test
    @DisplayName("Another replica that has the class in memory learns of a change")
    void otherReplicas() {
        String code = "environment.sewage";
        try (Replica second = OneHost.get().secondReplica()) {
            GraphqlClient elsewhere = resident.through(second);
            assertEquals(0, find(elsewhere, code).get("version").asInt());
            save(administrator, Map.of("classCode", code, "version", 0, "name", "污水横流"));
            Eventually.passes(
                    () -> assertEquals("污水横流", find(elsewhere, code).get("name").asText()));
        }
    }
}
