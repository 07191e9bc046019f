package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TwoCounties;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who bears which tag, and whom an audience has. */
@DisplayName("Tags and audiences find the people of the own division, as they are at the moment")
final class AudienceIT {
    private static final String SAVE =
            "mutation ($input: TagSaveInput!) { tagSave(input: $input) { tag { id name version confidential rule { all { ageFrom livesAlone } } } } }";
    private static final String RETIRE =
            "mutation ($input: TagRetireInput!) { tagRetire(input: $input) { tag { id retired } } }";
    private static final String ASSIGN =
            "mutation ($input: ResidentTagInput!) { residentTag(input: $input) { resident { name tags { name } } } }";
    private static final String PREVIEW =
            "query ($audience: AudienceInput!) { audiencePreview(audience: $audience) { residents withLogin households sample { name age village { code } } } }";
    private static final String MEMBERS =
            "query ($audience: AudienceInput!, $after: String) { audienceResidents(audience: $audience, first: 2, after: $after)"
                    + " { edges { node { name } } pageInfo { hasNextPage endCursor } } }";
    private static final LocalDate TODAY = LocalDate.now(ZoneId.of("Asia/Shanghai"));

    private static TwoCounties counties;
    private static County county;
    private static GraphqlClient administrator;
    private static GraphqlClient worker;
    private static GraphqlClient cadre;
    private static String elder;
    private static String child;

    @BeforeAll
    static void start() {
        counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        administrator = county.administrator();
        worker = county.gridWorker(county.gridCode(1, 1));
        cadre = county.cadre(county.villageCode(1));
        String home = county.groupCode(1, 1, 1);
        elder = People.record(
                worker, People.said(county, home, "石奶奶", "birthDate", born(80, 0), "residence", "REGISTERED"));
        People.record(worker, People.said(county, home, "石爷爷", "birthDate", born(80, 1), "sex", "MALE"));
        child = People.record(
                worker, People.said(county, home, "石小宝", "birthDate", born(9, 0), "householdId", householdOf(elder)));
        People.record(
                county.gridWorker(county.gridCode(2, 1)),
                People.said(county, county.groupCode(2, 1, 1), "王奶奶", "birthDate", born(91, 0)));
        People.record(worker, People.said(county, home, "无生日"));
    }

    private static String born(int yearsAgo, int daysLater) {
        return TODAY.minusYears(yearsAgo).plusDays(daysLater).toString();
    }

    private static String householdOf(String resident) {
        return worker.query(
                        "query ($id: ID!) { node(id: $id) { ... on Resident { household { id } } } }",
                        Map.of("id", resident))
                .at("/node/household/id")
                .asText();
    }

    private static String tag(String name, Map<String, ?> rule, boolean confidential) {
        Map<String, Object> input = new HashMap<>(Map.of("name", name, "confidential", confidential));
        if (!rule.isEmpty()) {
            input.put("rule", rule);
        }
        return administrator
                .mutate(SAVE, Casework.input(input))
                .at("/tagSave/tag/id")
                .asText();
    }

    private static long residents(GraphqlClient reader, Map<String, ?> audience) {
        return reader.query(PREVIEW, Map.of("audience", audience))
                .at("/audiencePreview/residents")
                .asLong();
    }

    private static Set<String> names(GraphqlClient reader, Map<String, ?> audience) {
        Set<String> names = new TreeSet<>();
        Map<String, Object> page = new HashMap<>(Map.of("audience", audience));
        JsonNode found;
        do {
            found = reader.query(MEMBERS, page).at("/audienceResidents");
            found.get("edges").forEach(edge -> names.add(edge.at("/node/name").asText()));
            page.put("after", found.at("/pageInfo/endCursor").asText());
        } while (found.at("/pageInfo/hasNextPage").asBoolean());
        return names;
    }

    private static Set<String> tagsOf(GraphqlClient reader, String resident) {
        Set<String> names = new TreeSet<>();
        reader.query("query ($id: ID!) { node(id: $id) { ... on Resident { tags { name } } } }", Map.of("id", resident))
                .at("/node/tags")
                .forEach(tag -> names.add(tag.get("name").asText()));
        return names;
    }

    private static Map<String, Object> all(Map<?, ?>... criteria) {
        return Map.of("all", List.of(criteria));
    }

    @Test
    @DisplayName("All, any and none of age, residence, sex, household and tags, within the caller's divisions")
    void criteria() {
        assertEquals(Set.of("石奶奶"), names(cadre, all(Map.of("ageFrom", 80))));
        assertEquals(Set.of("石奶奶", "王奶奶"), names(administrator, all(Map.of("ageFrom", 80))));
        assertEquals(Set.of("石小宝"), names(cadre, all(Map.of("ageTo", 9))));
        assertEquals(Set.of("石爷爷"), names(cadre, all(Map.of("ageFrom", 79, "ageTo", 79))));
        assertEquals(Set.of("石奶奶"), names(cadre, all(Map.of("residence", "REGISTERED"))));
        assertEquals(Set.of("石奶奶", "石小宝"), names(cadre, all(Map.of("livesAlone", false))));
        assertEquals(
                Set.of("石爷爷"),
                names(
                        cadre,
                        Map.of("all", List.of(Map.of("livesAlone", true)), "any", List.of(Map.of("sex", "MALE")))));
        assertEquals(
                Set.of("石爷爷", "无生日"),
                names(cadre, Map.of("none", List.of(Map.of("ageFrom", 80), Map.of("ageTo", 14)))));
        assertEquals(
                Set.of("石奶奶", "石小宝"), names(cadre, Map.of("any", List.of(Map.of("ageFrom", 80), Map.of("ageTo", 14)))));
        assertEquals(
                Set.of("王奶奶"),
                names(
                        administrator,
                        Map.of(
                                "all",
                                List.of(Map.of("ageFrom", 80)),
                                "divisionIds",
                                List.of(county.divisionId(county.villageCode(2))))));
        cadre.expectError(
                ErrorType.FORBIDDEN,
                PREVIEW,
                Map.of("audience", Map.of("divisionIds", List.of(county.divisionId(county.villageCode(2))))));
        county.resident(county.groupCode(2, 2, 1))
                .expectError(ErrorType.FORBIDDEN, PREVIEW, Map.of("audience", Map.of()));
    }

    @Test
    @DisplayName("The preview counts people, logins and households, and shows a few whose names are masked")
    void preview() {
        JsonNode preview = cadre.query(PREVIEW, Map.of("audience", all(Map.of("livesAlone", false))))
                .at("/audiencePreview");
        assertEquals(2, preview.get("residents").asLong());
        assertEquals(0, preview.get("withLogin").asLong());
        assertEquals(1, preview.get("households").asLong());
        assertEquals("石**", preview.at("/sample/0/name").asText());
        assertEquals(9, preview.at("/sample/0/age").asInt());
        assertEquals(county.villageCode(1), preview.at("/sample/0/village/code").asText());
        assertEquals(0, residents(counties.second().administrator(), Map.of()));
    }

    @Test
    @DisplayName(
            "A tag with a rule is so of whom it is so today; one by hand is put on and taken away by the grid worker")
    void tags() {
        String aged = tag("高龄独居", all(Map.of("ageFrom", 79), Map.of("livesAlone", true)), false);
        String served = tag("助餐对象", Map.of(), false);
        assertEquals(Set.of("石爷爷"), names(cadre, all(Map.of("tagId", aged))));
        assertEquals(Set.of(), tagsOf(worker, elder));

        Map<String, Object> assigned = Map.of("residentId", elder, "tagId", served, "present", true);
        worker.mutate(ASSIGN, Casework.input(assigned));
        worker.mutate(ASSIGN, Casework.input(assigned));
        assertEquals(Set.of("助餐对象"), tagsOf(worker, elder));
        assertEquals(Set.of("石奶奶"), names(cadre, all(Map.of("tagId", served))));
        county.gridWorker(county.gridCode(2, 1)).expectError(ErrorType.NOT_FOUND, ASSIGN, Casework.input(assigned));
        worker.expectError(
                ErrorType.PRECONDITION,
                "TAG_KIND",
                ASSIGN,
                Casework.input(Map.of("residentId", elder, "tagId", aged, "present", true)));
        worker.mutate(ASSIGN, Casework.input(Casework.with(assigned, "present", false)));
        assertEquals(Set.of(), tagsOf(worker, elder));

        worker.mutate(ASSIGN, Casework.input(assigned));
        administrator.mutate(RETIRE, Casework.input(Map.of("tagId", served)));
        assertEquals(Set.of(), tagsOf(worker, elder));
        worker.expectError(ErrorType.PRECONDITION, "TAG_RETIRED", ASSIGN, Casework.input(assigned));
        cadre.expectError(ErrorType.NOT_FOUND, PREVIEW, Map.of("audience", all(Map.of("tagId", served))));
        counties.second()
                .administrator()
                .expectError(ErrorType.NOT_FOUND, PREVIEW, Map.of("audience", all(Map.of("tagId", aged))));
    }

    @Test
    @DisplayName("A confidential tag is there for cadres and above alone, and no tag for the residents")
    void confidential() {
        String key = tag("重点关注", Map.of(), true);
        Map<String, Object> assigned = Map.of("residentId", child, "tagId", key, "present", true);
        worker.expectError(ErrorType.NOT_FOUND, ASSIGN, Casework.input(assigned));
        cadre.mutate(ASSIGN, Casework.input(assigned));
        assertEquals(Set.of("重点关注"), tagsOf(cadre, child));
        assertEquals(Set.of(), tagsOf(worker, child));
        worker.expectError(ErrorType.NOT_FOUND, PREVIEW, Map.of("audience", all(Map.of("tagId", key))));
        GraphqlClient resident = county.resident(county.groupCode(2, 1, 1));
        // a cadre of the first village who is a grid worker in the second: what the one may read, the other may not
        GraphqlClient both = county.stranger();
        Casework.appoint(county, both, "VILLAGE_CADRE", county.villageCode(1));
        Casework.appoint(county, both, "GRID_WORKER", county.gridCode(2, 1));
        String elsewhere = resident.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
        county.cadre(county.villageCode(2))
                .mutate(ASSIGN, Casework.input(Casework.with(assigned, "residentId", elsewhere)));
        assertEquals(Set.of("重点关注"), tagsOf(both, child));
        assertEquals(Set.of(), tagsOf(both, elsewhere));
        both.expectError(ErrorType.NOT_FOUND, ASSIGN, Casework.input(Casework.with(assigned, "residentId", elsewhere)));
        both.expectError(ErrorType.NOT_FOUND, PREVIEW, Map.of("audience", all(Map.of("tagId", key))));
        assertEquals(
                Set.of("石小宝"),
                names(
                        both,
                        Casework.with(
                                all(Map.of("tagId", key)),
                                "divisionIds",
                                List.of(county.divisionId(county.villageCode(1))))));
        assertEquals(
                0,
                resident.query("{ viewer { resident { tags { name } } } }")
                        .at("/viewer/resident/tags")
                        .size());
    }

    @Test
    @DisplayName("What makes no sense is refused, and of two who want the same name at once one gets it")
    void refusals() throws Exception {
        County other = counties.second();
        GraphqlClient administrator = other.administrator();
        GraphqlClient cadre = other.cadre(other.villageCode(1));
        for (Map<?, ?> wrong : List.of(
                Map.of(),
                Map.of("ageFrom", 80, "sex", "MALE"),
                Map.of("ageFrom", 80, "ageTo", 20),
                Map.of("ageFrom", -1),
                Map.of("ageTo", 151))) {
            cadre.expectError(ErrorType.INVALID_INPUT, PREVIEW, Map.of("audience", all(wrong)));
        }
        cadre.expectError(
                ErrorType.INVALID_INPUT,
                PREVIEW,
                Map.of("audience", Map.of("any", Collections.nCopies(21, Map.of("sex", "MALE")))));
        cadre.expectError(ErrorType.INVALID_INPUT, PREVIEW, Map.of("audience", Map.of("divisionIds", List.of())));
        String aged = administrator
                .mutate(SAVE, Casework.input(Map.of("name", "八十以上", "rule", all(Map.of("ageFrom", 80)))))
                .at("/tagSave/tag/id")
                .asText();
        for (Map<String, ?> rule : List.of(Map.<String, Object>of(), all(Map.of("tagId", aged)))) {
            administrator.expectError(
                    ErrorType.INVALID_INPUT, SAVE, Casework.input(Map.of("name", "空的", "rule", rule)));
        }
        administrator.expectError(
                ErrorType.PRECONDITION, "TAG_KIND", SAVE, Casework.input(Map.of("tagId", aged, "name", "八十以上")));
        Map<String, Object> renamed =
                Map.of("tagId", aged, "name", "八十及以上", "rule", all(Map.of("ageFrom", 80)), "version", 0);
        administrator.mutate(SAVE, Casework.input(renamed));
        administrator.expectError(ErrorType.CONFLICT, SAVE, Casework.input(renamed));
        cadre.expectError(ErrorType.FORBIDDEN, SAVE, Casework.input(Map.of("name", "村里的")));

        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> attempts = Collections.nCopies(4, () -> administrator
                    .ask(SAVE, Casework.input(Map.of("name", "同名")))
                    .errors()
                    .isEmpty());
            List<Boolean> made = new ArrayList<>();
            for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
                made.add(attempt.get());
            }
            assertEquals(1, Collections.frequency(made, true));
        } finally {
            threads.shutdownNow();
        }
    }
}
