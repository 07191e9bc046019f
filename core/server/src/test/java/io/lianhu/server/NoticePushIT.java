package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Notices to some of the people, and to people without a telephone. */
@DisplayName(
        "A notice is pushed to an audience as it is when it is sent, or to the grid workers who tell people at home")
final class NoticePushIT {
    private static final String WRITE =
            "mutation ($input: NoticeWriteInput!) { noticeWrite(input: $input) { notice { id state } } }";
    private static final String PUBLISH =
            "mutation ($input: NoticePublishInput!) { noticePublish(input: $input) { notice {"
                    + " state targeted deliverTo receivers unreachable progress { sent total finished } } } }";
    private static final String SHOW =
            "query ($id: ID!) { node(id: $id) { ... on Notice { state body readers confirmers } } }";
    private static final String SAVE =
            "mutation ($input: AudienceSaveInput!) { audienceSave(input: $input) { savedAudience { id version divisions"
                    + " rule { all { tagId ageFrom } } } } }";
    private static final String ERRANDS =
            "query ($id: ID!, $done: Boolean) { noticeErrands(noticeId: $id, confirmed: $done, first: 50) {"
                    + " edges { node { confirmedAt confirmedByName withoutLogin resident { id name } } } } }";
    private static final String TELL =
            "mutation ($input: NoticeConfirmForInput!) { noticeConfirmFor(input: $input) { notice { id } } }";
    private static final String TO_TELL = "{ noticesToTell(first: 50) { edges { node { title } } } }";

    private static TestHost host;

    private County county;
    private County other;
    private GraphqlClient administrator;
    private GraphqlClient cadre;
    private GraphqlClient worker;

    @BeforeAll
    static void start() {
        host = OneHost.get();
    }

    @BeforeEach
    void fresh() {
        TwoCounties counties = TwoCounties.of(host);
        county = counties.first();
        other = counties.second();
        administrator = county.administrator();
        cadre = county.cadre(county.villageCode(1));
        worker = county.gridWorker(county.gridCode(1, 1));
    }

    private String tag(String name, boolean confidential) {
        return administrator
                .mutate(
                        "mutation ($input: TagSaveInput!) { tagSave(input: $input) { tag { id } } }",
                        Casework.input(Map.of("name", name, "confidential", confidential)))
                .at("/tagSave/tag/id")
                .asText();
    }

    private void put(String tag, String resident) {
        cadre.mutate(
                "mutation ($input: ResidentTagInput!) { residentTag(input: $input) { resident { id } } }",
                Casework.input(Map.of("residentId", resident, "tagId", tag, "present", true)));
    }

    private static String residentId(GraphqlClient resident) {
        return resident.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    private static Map<String, Object> bearers(String tag) {
        return Map.of("all", List.of(Map.of("tagId", tag)));
    }

    private static Map<String, Object> said(String title, Object... more) {
        Map<String, Object> input = new HashMap<>(Map.of("title", title, "body", "内容"));
        for (int i = 0; i < more.length; i += 2) {
            input.put(String.valueOf(more[i]), more[i + 1]);
        }
        return Map.of("input", input);
    }

    private static String write(GraphqlClient author, String title, Object... more) {
        return author.mutate(WRITE, said(title, more))
                .at("/noticeWrite/notice/id")
                .asText();
    }

    private static JsonNode publish(GraphqlClient author, String id) {
        return author.mutate(PUBLISH, Map.of("input", Map.of("noticeId", id))).at("/noticePublish/notice");
    }

    private static boolean sees(GraphqlClient reader, String id) {
        return !reader.query(SHOW, Map.of("id", id)).at("/node").isNull();
    }

    private static List<String> titles(JsonNode edges) {
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/title").asText())
                .toList();
    }

    private static List<String> inbox(GraphqlClient reader) {
        return titles(reader.query("{ messages(first: 50) { edges { node { title } } } }")
                .at("/messages/edges"));
    }

    private static List<String> listed(GraphqlClient reader) {
        return titles(reader.query("{ noticesForMe(first: 50) { edges { node { title } } } }")
                .at("/noticesForMe/edges"));
    }

    @Test
    @DisplayName("Who is of the audience at the sending gets it and sees it, and nobody else in the village does")
    void audience() {
        GraphqlClient first = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient second = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient third = county.resident(county.groupCode(1, 1, 1));
        String tag = tag("助餐对象", false);
        put(tag, residentId(first));
        String preview =
                "query ($audience: AudienceInput) { noticePreview(audience: $audience) { count withLogin households sample } }";
        JsonNode before = cadre.query(preview, Map.of("audience", bearers(tag))).at("/noticePreview");
        assertEquals(1, before.get("count").asInt());
        assertEquals(1, before.get("withLogin").asInt());
        assertTrue(before.at("/sample/0").asText().endsWith("**"), before::toString);

        String id = write(cadre, "助餐点开餐", "audience", bearers(tag), "mustConfirm", true);
        put(tag, residentId(second));
        JsonNode published = publish(cadre, id);
        assertTrue(published.get("targeted").asBoolean());
        assertEquals(2, published.get("receivers").asInt());
        assertEquals(2, published.at("/progress/sent").asInt());
        assertTrue(published.at("/progress/finished").asBoolean());

        for (GraphqlClient reader : List.of(first, second)) {
            assertEquals(List.of("助餐点开餐"), inbox(reader));
            assertEquals(List.of("助餐点开餐"), listed(reader));
            assertTrue(sees(reader, id));
        }
        assertEquals(List.of(), inbox(third));
        assertEquals(List.of(), listed(third));
        assertFalse(sees(third, id));
        String confirm = "mutation ($id: ID!) { noticeConfirm(input: { noticeId: $id }) { notice { id } } }";
        third.expectError(ErrorType.NOT_FOUND, confirm, Map.of("id", id));
        first.mutate(confirm, Map.of("id", id));
        cadre.mutate(
                "mutation ($id: ID!) { noticeChase(input: { noticeId: $id }) { notice { id } } }", Map.of("id", id));
        assertEquals(1, inbox(first).size());
        assertEquals(2, inbox(second).size());
        assertEquals(0, inbox(third).size());
        JsonNode receipts = cadre.query(
                        "query ($id: ID!) { noticeReceipts(noticeId: $id, first: 50) { edges { node { confirmedAt } } } }",
                        Map.of("id", id))
                .at("/noticeReceipts/edges");
        assertEquals(2, receipts.size());
    }

    @Test
    @DisplayName(
            "Nobody reaches beyond the own division, and a confidential tag only who may read it, its bearers alone")
    void rights() {
        GraphqlClient bearer = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient family = county.resident(county.groupCode(1, 1, 1));
        String household = family.query("{ viewer { resident { household { id } } } }")
                .at("/viewer/resident/household/id")
                .asText();
        String elder = People.record(
                worker,
                People.said(county, county.groupCode(1, 1, 1), "石奶奶", "householdId", household, "relation", "PARENT"));
        String open = tag("普通标签", false);
        String secret = tag("重点关注", true);
        put(secret, residentId(bearer));
        put(secret, elder);
        Map<String, Object> beyond = new HashMap<>(bearers(open));
        beyond.put("divisionIds", List.of(county.divisionId(county.villageCode(2))));
        cadre.expectError(ErrorType.FORBIDDEN, WRITE, said("越权公告", "audience", beyond));
        cadre.expectError(ErrorType.INVALID_INPUT, WRITE, said("没有对象"));
        cadre.expectError(
                ErrorType.INVALID_INPUT,
                WRITE,
                said(
                        "两种对象",
                        "audience",
                        bearers(open),
                        "divisionIds",
                        List.of(county.divisionId(county.villageCode(1)))));
        GraphqlClient centre = county.countyCentre();
        centre.expectError(ErrorType.NOT_FOUND, WRITE, said("看不见的标签", "audience", bearers(secret)));
        assertEquals(
                0,
                publish(centre, write(centre, "看得见的标签", "audience", bearers(open)))
                        .get("receivers")
                        .asInt());
        GraphqlClient theirs = other.administrator();
        theirs.expectError(ErrorType.NOT_FOUND, WRITE, said("别县的标签", "audience", bearers(open)));
        cadre.expectError(
                ErrorType.PRECONDITION,
                "NOTICE_CONFIDENTIAL",
                WRITE,
                said("不可入户", "audience", bearers(secret), "deliverTo", "GRID_WORKERS"));

        String id = write(cadre, "请到村委会", "audience", bearers(secret), "mustConfirm", true);
        JsonNode published = publish(cadre, id);
        assertEquals(2, published.get("receivers").asInt());
        assertEquals(1, published.get("unreachable").asInt());
        assertEquals(List.of("请到村委会"), inbox(bearer));
        assertFalse(inbox(worker).contains("请到村委会"));
        assertEquals(List.of(), titles(worker.query(TO_TELL).at("/noticesToTell/edges")));
        assertFalse(sees(worker, id));
        assertFalse(sees(centre, id));
        centre.expectError(
                ErrorType.NOT_FOUND,
                "query ($id: ID!) { noticeReceipts(noticeId: $id, first: 5) { edges { cursor } } }",
                Map.of("id", id));
        assertFalse(sees(family, id), "of whom a confidential tag is so, the household does not learn");
        assertEquals(List.of(), listed(family));
        assertTrue(sees(bearer, id));
        assertTrue(sees(administrator, id));
    }

    @Test
    @DisplayName("Each grid worker gets one message with the number of those to be told, and confirms for each of them")
    void gridWorkers() {
        GraphqlClient next = county.gridWorker(county.gridCode(1, 2));
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String elder = People.record(worker, People.said(county, county.groupCode(1, 1, 1), "石奶奶"));
        People.record(next, People.said(county, county.groupCode(1, 2, 1), "王爷爷"));
        String id = write(
                cadre,
                "医保缴费",
                "divisionIds",
                List.of(county.divisionId(county.villageCode(1))),
                "deliverTo",
                "GRID_WORKERS");
        assertEquals(3, publish(cadre, id).get("receivers").asInt());
        Eventually.passes(() -> {
            assertTrue(inbox(worker).contains("To be told at home: 医保缴费"));
            assertTrue(inbox(next).contains("To be told at home: 医保缴费"));
        });
        String body = worker.query("{ messages(first: 1) { edges { node { body } } } }")
                .at("/messages/edges/0/node/body")
                .asText();
        assertTrue(body.contains("tell 2 residents"), body);
        assertEquals(List.of(), inbox(resident));
        assertEquals(List.of("医保缴费"), titles(worker.query(TO_TELL).at("/noticesToTell/edges")));
        assertTrue(sees(worker, id));
        assertEquals(
                2,
                worker.query(ERRANDS, Map.of("id", id, "done", false))
                        .at("/noticeErrands/edges")
                        .size());

        Map<String, Object> told = Casework.input(Map.of("noticeId", id, "residentId", elder));
        next.expectError(ErrorType.NOT_FOUND, TELL, told);
        other.gridWorker(other.gridCode(1, 1)).expectError(ErrorType.NOT_FOUND, TELL, told);
        worker.mutate(TELL, told);
        worker.mutate(TELL, told);
        worker.mutate(TELL, Casework.input(Map.of("noticeId", id, "residentId", residentId(resident))));
        JsonNode done = worker.query(ERRANDS, Map.of("id", id, "done", true)).at("/noticeErrands/edges");
        assertEquals(2, done.size());
        for (JsonNode edge : done) {
            assertEquals(worker.name(), edge.at("/node/confirmedByName").asText());
            assertEquals(
                    edge.at("/node/resident/id").asText().equals(elder),
                    edge.at("/node/withoutLogin").asBoolean());
        }
        assertEquals(List.of(), titles(worker.query(TO_TELL).at("/noticesToTell/edges")));
        assertEquals(
                2, cadre.query(SHOW, Map.of("id", id)).at("/node/confirmers").asInt());

        // what is taken back is nobody's errand any more
        cadre.mutate(
                "mutation ($id: ID!) { noticeRecall(input: { noticeId: $id, reason: \"改期\" }) { notice { id } } }",
                Map.of("id", id));
        Eventually.passes(() -> assertTrue(inbox(next).contains("Notice recalled: 医保缴费")));
        assertEquals(List.of(), titles(next.query(TO_TELL).at("/noticesToTell/edges")));
        next.expectError(ErrorType.PRECONDITION, "NOTICE_STATE", TELL, told);
    }

    @Test
    @DisplayName("Who has no login cannot confirm, and is on the grid worker's list where that is asked for")
    void withoutALogin() {
        String elder = People.record(worker, People.said(county, county.groupCode(1, 1, 1), "石奶奶"));
        String id = write(
                cadre, "汛期转移", "divisionIds", List.of(county.divisionId(county.villageCode(1))), "mustConfirm", true);
        JsonNode published = publish(cadre, id);
        assertEquals(1, published.get("unreachable").asInt());
        JsonNode errands = worker.query(ERRANDS, Map.of("id", id)).at("/noticeErrands/edges");
        assertEquals(1, errands.size());
        assertEquals(elder, errands.at("/0/node/resident/id").asText());
        assertTrue(inbox(worker).contains("汛期转移"));

        String recorded = "query ($id: ID!) { noticeReceipts(noticeId: $id, confirmed: true, first: 5) {"
                + " edges { node { confirmedByName withoutLogin } } } }";
        assertEquals(
                0,
                cadre.query(recorded, Map.of("id", id))
                        .at("/noticeReceipts/edges")
                        .size());
        worker.mutate(TELL, Casework.input(Map.of("noticeId", id, "residentId", elder)));
        assertEquals(
                worker.name(),
                cadre.query(recorded, Map.of("id", id))
                        .at("/noticeReceipts/edges/0/node/confirmedByName")
                        .asText());
    }

    @Test
    @DisplayName("What its author may not send any more when its time comes is a draft again, and the author is told")
    void held() {
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String tag = tag("将停用", false);
        put(tag, residentId(resident));
        String id = write(cadre, "定时推送", "audience", bearers(tag));
        cadre.mutate(
                PUBLISH,
                Map.of(
                        "input",
                        Map.of(
                                "noticeId",
                                id,
                                "publishAt",
                                Instant.now().plusMillis(1_200).toString())));
        administrator.mutate(
                "mutation ($id: ID!) { tagRetire(input: { tagId: $id }) { tag { id } } }", Map.of("id", tag));
        Eventually.passes(() -> assertEquals(
                "DRAFT", cadre.query(SHOW, Map.of("id", id)).at("/node/state").asText()));
        assertEquals(List.of("Notice not published: 定时推送"), inbox(cadre));
        assertEquals(List.of(), inbox(resident));
        cadre.expectError(ErrorType.NOT_FOUND, PUBLISH, Map.of("input", Map.of("noticeId", id)));
    }

    @Test
    @DisplayName("A saved audience is used where its user may, changed with care, and of two of a name there is one")
    void saved() throws Exception {
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        String tag = tag("独居老人", false);
        put(tag, residentId(resident));
        Map<String, Object> input = Map.of("name", "本村独居", "audience", bearers(tag));
        JsonNode kept = cadre.mutate(SAVE, Casework.input(input)).at("/audienceSave/savedAudience");
        String id = kept.get("id").asText();
        assertEquals(tag, kept.at("/rule/all/0/tagId").asText());
        assertEquals(county.villageCode(1), kept.at("/divisions/0").asText());
        administrator.expectError(ErrorType.PRECONDITION, "AUDIENCE_NAME_TAKEN", SAVE, Casework.input(input));
        String list = "{ savedAudiences(first: 50) { edges { node { name } } } }";
        assertEquals(1, administrator.query(list).at("/savedAudiences/edges").size());
        GraphqlClient neighbour = county.cadre(county.villageCode(2));
        assertEquals(0, neighbour.query(list).at("/savedAudiences/edges").size());
        for (GraphqlClient foreign : List.of(neighbour, other.administrator())) {
            foreign.expectError(ErrorType.NOT_FOUND, WRITE, said("借用受众", "audienceId", id));
            foreign.expectError(
                    ErrorType.NOT_FOUND,
                    "mutation ($id: ID!) { audienceRemove(input: { audienceId: $id }) { savedAudience { id } } }",
                    Map.of("id", id));
        }
        assertEquals(
                1,
                cadre.query("query ($id: ID!) { noticePreview(audienceId: $id) { count } }", Map.of("id", id))
                        .at("/noticePreview/count")
                        .asInt());
        Map<String, Object> changed = Map.of("audienceId", id, "name", "本村独居者", "audience", bearers(tag), "version", 0);
        cadre.mutate(SAVE, Casework.input(changed));
        cadre.expectError(ErrorType.CONFLICT, SAVE, Casework.input(changed));
        assertEquals(
                1,
                publish(cadre, write(cadre, "送温暖", "audienceId", id))
                        .get("receivers")
                        .asInt());
        assertEquals(List.of("送温暖"), inbox(resident));
        cadre.mutate(
                "mutation ($id: ID!) { audienceRemove(input: { audienceId: $id }) { savedAudience { removed } } }",
                Map.of("id", id));
        cadre.expectError(ErrorType.NOT_FOUND, WRITE, said("已删受众", "audienceId", id));

        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> attempts = Collections.nCopies(
                    4, () -> cadre.ask(SAVE, Casework.input(Map.of("name", "同名受众", "audience", bearers(tag))))
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
