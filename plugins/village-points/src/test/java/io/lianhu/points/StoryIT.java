package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, in two real counties at once: 观山湖区 of 贵阳 and 襄城区 of 襄阳, each by rules of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoryIT {
    private static final String ZHUCHANG = "520115";
    private static final String XIANGCHENG = "420602";

    private TestHost host;
    private Story zhuchang;
    private Story xiangcheng;

    @BeforeAll
    void tell_it_in_both_counties(@TempDir Path tenants) {
        copyCounties(tenants);
        host = TestHost.start(TestHost.Options.withBuiltPlugin().tenants(tenants));
        zhuchang = new Story(new Village(host.county(ZHUCHANG), 1), new Story.Rules(20, 2, "HOUSEHOLD", 15));
        xiangcheng = new Story(new Village(host.county(XIANGCHENG), 1), new Story.Rules(50, 5, "PERSON", 30));
        assertEquals("520115101203", zhuchang.village.code(), "高寨村");
        assertEquals("420602004008", xiangcheng.village.code(), "滨湖社区");
        zhuchang.tell();
        xiangcheng.tell();
    }

    @AfterAll
    void end() {
        if (host != null) {
            host.close();
        }
    }

    /** Only these two of the checkout's: a hundred take their time. */
    private static void copyCounties(Path target) {
        Path tenants = Path.of(System.getProperty("lianhu.root")).resolve("tenants");
        for (String code : List.of(ZHUCHANG, XIANGCHENG)) {
            try (Stream<Path> files = Files.list(tenants.resolve(code))) {
                Files.createDirectory(target.resolve(code));
                for (Path file : files.toList()) {
                    Files.copy(file, target.resolve(code).resolve(file.getFileName()));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Test
    void it_costs_what_it_is_allowed_to_in_either_county() {
        assertAll(() -> zhuchang.cost.matchGolden(), () -> xiangcheng.cost.matchGolden());
    }

    @Test
    void neither_county_finds_anything_of_the_other_by_its_id() {
        assertAll(Stream.concat(notFound(zhuchang, xiangcheng), notFound(xiangcheng, zhuchang)));
    }

    private static Stream<org.junit.jupiter.api.function.Executable> notFound(Story hidden, Story other) {
        County county = other.village.county();
        List<GraphqlClient> others = List.of(
                other.resident,
                county.gridWorker(other.groupCode.substring(0, 15)),
                other.village.cadre(),
                county.administrator());
        return hidden.ids.stream().map(id -> () -> {
            for (GraphqlClient one : others) {
                Answer answer = one.query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id));
                assertTrue(answer.at("/node").isNull(), () -> id + " is seen: " + answer);
            }
        });
    }

    @Test
    void neither_county_lists_anything_of_the_other() {
        assertAll(() -> nothingListed(zhuchang, xiangcheng), () -> nothingListed(xiangcheng, zhuchang));
    }

    private static void nothingListed(Story hidden, Story other) {
        GraphqlClient administrator = other.village.county().administrator();
        GraphqlClient cadre = other.village.cadre();
        List<Answer> lists = List.of(
                administrator.query("{ residents(first: 100) { edges { node { id name household { id } } } } }"),
                administrator.query("{ cases(first: 100) { edges { node { id number reporter { name } } } } }"),
                administrator.query("{ posts(first: 100) { edges { node { id } } } }"),
                cadre.query(
                        "query ($village: ID!) { pointsRules(villageId: $village, first: 100) { edges { node { id } } } }",
                        Map.of("village", other.village.id())),
                cadre.query(
                        "query ($village: ID!) { pointsItems(villageId: $village, first: 100) { edges { node { id } } } }",
                        Map.of("village", other.village.id())),
                cadre.query(
                        "query ($village: ID!) { pointsAccounts(villageId: $village, first: 20) { edges { node { id statement(first: 20) { edges { node { transfer { id } } } } } } } }",
                        Map.of("village", other.village.id())),
                cadre.query(
                        "query ($village: ID!) { pointsRedemptions(villageId: $village, state: HANDED_OVER, first: 100) { edges { node { id } } } }",
                        Map.of("village", other.village.id())),
                cadre.query(
                        "query ($village: ID!, $month: String!) { pointsRanking(villageId: $village, month: $month, first: 100) { household { id } } }",
                        Map.of("village", other.village.id(), "month", Village.thisMonth())));
        for (Answer list : lists) {
            for (String id : hidden.ids) {
                assertFalse(list.body().toString().contains(id), () -> id + " is in " + list);
            }
        }
        for (String root : List.of("pointsRules", "pointsItems", "pointsAccounts")) {
            cadre.expectError(
                    ErrorType.NOT_FOUND,
                    "query ($village: ID!) { %s(villageId: $village, first: 1) { edges { node { id } } } }"
                            .formatted(root),
                    Map.of("village", hidden.village.id()));
        }
    }

    @Test
    void neither_county_changes_anything_of_the_other() {
        assertAll(() -> nothingChanged(zhuchang, xiangcheng), () -> nothingChanged(xiangcheng, zhuchang));
    }

    private static void nothingChanged(Story hidden, Story other) {
        GraphqlClient cadre = other.village.cadre();
        GraphqlClient worker = other.village.gridWorker();
        assertAll(
                () -> Step.HANDLE.notFound(
                        worker, Map.of("caseId", hidden.caseId, "note", "已处理", "photoIds", List.of())),
                () -> Step.CLOSE.notFound(cadre, Map.of("caseId", hidden.caseId)),
                () -> Step.RATE.notFound(other.resident, Map.of("caseId", hidden.caseId, "stars", 1)),
                () -> Step.REOPEN.notFound(other.resident, Map.of("caseId", hidden.caseId, "reason", "没有处理")),
                () -> Step.APPROVE.notFound(worker, Map.of("residentId", Village.residentId(hidden.resident))),
                () -> Step.SAVE_RULE.notFound(
                        cadre, Map.of("id", hidden.ruleId, "name", "改", "trigger", "MANUAL", "points", 1)),
                () -> Step.SAVE_RULE.notFound(
                        cadre, Map.of("villageId", hidden.village.id(), "name", "新", "trigger", "MANUAL", "points", 1)),
                () -> Step.RETIRE_RULE.notFound(cadre, Map.of("ruleId", hidden.ruleId)),
                () -> Step.SAVE_ITEM.notFound(cadre, Map.of("id", hidden.itemId, "name", "改", "price", 1)),
                () -> Step.AWARD.notFound(
                        cadre, Map.of("residentId", Village.residentId(hidden.resident), "points", 1, "reason", "送")),
                () -> Step.AWARD.notFound(
                        cadre,
                        Map.of(
                                "residentId",
                                Village.residentId(other.resident),
                                "ruleId",
                                hidden.ruleId,
                                "reason",
                                "送")),
                () -> Step.REVERSE.notFound(cadre, Map.of("transferId", hidden.transferId, "reason", "错")),
                () -> Step.REDEEM.notFound(other.resident, Map.of("itemId", hidden.itemId, "quantity", 1)),
                () -> Step.HAND_OVER.notFound(
                        cadre, Map.of("redemptionId", hidden.redemptionId, "pickupCode", "000000")),
                () -> Step.CANCEL.notFound(other.resident, Map.of("redemptionId", hidden.redemptionId)));
    }

    @Test
    void photos_stay_in_their_county() {
        assertAll(() -> photosHidden(zhuchang, xiangcheng), () -> photosHidden(xiangcheng, zhuchang));
    }

    private static void photosHidden(Story hidden, Story other) {
        assertEquals(3, hidden.photoUrls.size());
        GraphqlClient cadre = other.village.cadre();
        for (String url : hidden.photoUrls) {
            assertEquals(200, hidden.resident.download(url).status());
            assertEquals(404, cadre.download(url).status(), "another county's cadre, at home");
            assertEquals(
                    403,
                    cadre.at(hidden.village.county()).download(url).status(),
                    "another county's cadre, with the token of there");
            assertEquals(401, hidden.village.county().anonymous().download(url).status());
        }
    }

    @Test
    void a_token_of_the_other_county_opens_nothing() {
        assertAll(() -> tokenRefused(zhuchang, xiangcheng), () -> tokenRefused(xiangcheng, zhuchang));
    }

    private static void tokenRefused(Story here, Story other) {
        for (GraphqlClient person : List.of(
                here.resident, here.village.cadre(), here.village.county().administrator())) {
            GraphqlClient abroad = person.at(other.village.county());
            abroad.expectError(ErrorType.FORBIDDEN, "TOKEN_OTHER_COUNTY", "{ county { code } }", Map.of());
            abroad.expectError(ErrorType.FORBIDDEN, "TOKEN_OTHER_COUNTY", "{ pointsMyAccount { balance } }", Map.of());
            // with a token asked for the other county, of which the person is no member, one is nobody there
            person.in(other.village.county())
                    .expectError(ErrorType.FORBIDDEN, "{ pointsMyAccount { balance } }", Map.of());
        }
    }

    @Test
    void a_list_of_twenty_cases_costs_what_a_list_of_one_does() {
        Village village = new Village(host.newCounty("village-points"), 1);
        village.rule("随手拍", "CASE_CLOSED", 5, Map.of());
        List<GraphqlClient> residents = List.of(village.resident(), village.resident(), village.resident());
        Map<Integer, Answer> lists = new HashMap<>();
        for (int cases = 1; cases <= 20; cases++) {
            String reported = village.report(residents.get(cases % residents.size()), cases % 3 == 0 ? 2 : 1);
            village.handle(reported);
            village.close(reported);
            if (cases == 1 || cases == 20) {
                village.settled();
                lists.put(
                        cases,
                        village.cadre()
                                .query(
                                        "{ cases(first: 20) { edges { node { id reporter { name household { headName } } photos { url }"
                                                + " history { action } pointsAwarded } } } }"));
            }
        }
        JsonNode edges = lists.get(20).at("/cases/edges");
        assertEquals(20, edges.size());
        edges.forEach(edge -> {
            assertEquals(5, edge.at("/node/pointsAwarded").asInt());
            assertEquals(4, edge.at("/node/history").size());
            assertFalse(edge.at("/node/photos").isEmpty());
        });
        assertEquals(lists.get(1).roundTrips(), lists.get(20).roundTrips());
    }
}
