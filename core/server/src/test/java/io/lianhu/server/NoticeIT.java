package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.County;
import io.lianhu.testkit.Eventually;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A notice reaches whom it is for, once, and its author learns who has read it")
final class NoticeIT {
    private static final String WRITE =
            "mutation ($input: NoticeWriteInput!) { noticeWrite(input: $input) { notice { id state } } }";
    private static final String PUBLISH =
            "mutation ($input: NoticePublishInput!) { noticePublish(input: $input) { notice { state receivers scheduledFor } } }";
    private static final String RECALL =
            "mutation ($id: ID!, $why: String!) { noticeRecall(input: { noticeId: $id, reason: $why }) { notice { state body } } }";
    private static final String MINE =
            """
            query ($unread: Boolean) { noticesForMe(first: 50, unread: $unread) { edges { node {
              id title body state recallReason readAt confirmedAt receivers readers confirmers
            } } } }
            """;
    private static final String SHOW =
            "query ($id: ID!) { node(id: $id) { ... on Notice { state body receivers readers confirmers chased } } }";
    private static final String INBOX = "{ messages(first: 50) { edges { node { title kind about } } } }";

    private static TestHost host;
    private static County county;
    private static GraphqlClient cadre;
    private static GraphqlClient resident;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        county = host.newCounty();
        cadre = county.cadre(county.villageCode(1));
        resident = county.resident(county.groupCode(1, 1, 1));
    }

    private static Map<String, Object> input(String title, Map<String, ?> more, String... codes) {
        Map<String, Object> input = new HashMap<>(more);
        input.put("title", title);
        input.put("body", "第一段。\n\n第二段。");
        input.put("divisionIds", List.of(codes).stream().map(county::divisionId).toList());
        return Map.of("input", input);
    }

    private static String write(GraphqlClient author, String title, Map<String, ?> more, String... codes) {
        return author.mutate(WRITE, input(title, more, codes))
                .at("/noticeWrite/notice/id")
                .asText();
    }

    private static JsonNode publish(GraphqlClient author, String id) {
        return author.mutate(PUBLISH, Map.of("input", Map.of("noticeId", id))).at("/noticePublish/notice");
    }

    private static String act(GraphqlClient person, String mutation, String id) {
        return person.mutate(
                        "mutation ($id: ID!) { " + mutation + "(input: { noticeId: $id }) { notice { id } } }",
                        Map.of("id", id))
                .at("/" + mutation + "/notice/id")
                .asText();
    }

    private static List<String> titles(GraphqlClient reader) {
        return StreamSupport.stream(reader.query(MINE).at("/noticesForMe/edges").spliterator(), false)
                .map(edge -> edge.at("/node/title").asText())
                .toList();
    }

    private static long inbox(GraphqlClient reader, String title) {
        return StreamSupport.stream(reader.query(INBOX).at("/messages/edges").spliterator(), false)
                .filter(edge -> edge.at("/node/title").asText().equals(title))
                .count();
    }

    private static void superuser(String sql) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName(
            "Previewed, written, published: who lives there sees it and gets a message, who lives elsewhere does not")
    void published() {
        GraphqlClient elsewhere = county.resident(county.groupCode(2, 1, 1));
        JsonNode preview = cadre.query(
                        "query ($ids: [ID!]!) { noticePreview(divisionIds: $ids) { count sample } }",
                        Map.of("ids", List.of(county.divisionId(county.villageCode(1)))))
                .at("/noticePreview");
        assertTrue(preview.get("count").asInt() >= 1);
        assertTrue(preview.at("/sample/0").asText().matches(".\\*\\*"), preview::toString);

        String id = write(cadre, "停水通知", Map.of(), county.villageCode(1), county.gridCode(1, 1));
        assertTrue(resident.query(SHOW, Map.of("id", id)).at("/node").isNull());
        JsonNode published = publish(cadre, id);
        assertEquals("PUBLISHED", published.get("state").asText());
        assertEquals(
                "NOTICE_STATE",
                cadre.expectError(ErrorType.PRECONDITION, PUBLISH, Map.of("input", Map.of("noticeId", id)))
                        .code());

        assertEquals(1, inbox(resident, "停水通知"));
        assertEquals(0, inbox(elsewhere, "停水通知"));
        assertTrue(titles(resident).contains("停水通知"));
        assertTrue(!titles(elsewhere).contains("停水通知"));
        assertTrue(elsewhere.query(SHOW, Map.of("id", id)).at("/node").isNull());
        assertTrue(resident.query(SHOW, Map.of("id", id)).at("/node/receivers").isNull());
        GraphqlClient later = county.resident(county.groupCode(1, 2, 1));
        assertTrue(titles(later).contains("停水通知"));
    }

    @Test
    @DisplayName("Only for the own division, and only in bounds; another county's notice is none")
    void bounds() {
        cadre.expectError(ErrorType.FORBIDDEN, WRITE, input("越权公告", Map.of(), county.villageCode(2)));
        resident.expectError(ErrorType.FORBIDDEN, WRITE, input("越权公告", Map.of(), county.villageCode(1)));
        cadre.expectError(ErrorType.INVALID_INPUT, WRITE, input("短", Map.of(), county.villageCode(1)));
        cadre.expectError(ErrorType.INVALID_INPUT, WRITE, input("没有对象", Map.of()));
        cadre.expectError(
                ErrorType.INVALID_INPUT, WRITE, input("提醒不当", Map.of("chaseHours", 5), county.villageCode(1)));
        String id = write(cadre, "别县看不见", Map.of(), county.villageCode(1));
        County other = host.newCounty();
        for (GraphqlClient foreign : List.of(other.administrator(), county.cadre(county.villageCode(2)))) {
            foreign.expectError(ErrorType.NOT_FOUND, PUBLISH, Map.of("input", Map.of("noticeId", id)));
            assertTrue(foreign.query(SHOW, Map.of("id", id)).at("/node").isNull());
        }
        cadre.expectError(
                ErrorType.INVALID_INPUT,
                PUBLISH,
                Map.of("input", Map.of("noticeId", id, "publishAt", "2020-01-01T00:00:00+08:00")));
    }

    @Test
    @DisplayName("Read and confirmed are counted once; who has not confirmed is reminded, three times at most")
    void receipts() {
        GraphqlClient silent = county.resident(county.groupCode(1, 1, 1));
        String id = write(cadre, "汛期须知", Map.of("mustConfirm", true), county.gridCode(1, 1));
        int receivers = publish(cadre, id).get("receivers").asInt();
        act(resident, "noticeRead", id);
        act(resident, "noticeConfirm", id);
        act(resident, "noticeConfirm", id);
        JsonNode shown = cadre.query(SHOW, Map.of("id", id)).at("/node");
        assertEquals(1, shown.get("readers").asInt());
        assertEquals(1, shown.get("confirmers").asInt());
        String list =
                "query ($id: ID!, $done: Boolean) { noticeReceipts(noticeId: $id, confirmed: $done, first: 100) { edges { node { confirmedAt resident { name } } } } }";
        JsonNode open = cadre.query(list, Map.of("id", id, "done", false)).at("/noticeReceipts/edges");
        assertEquals(receivers - 1, open.size());
        assertTrue(open.toString().contains(silent.name()));
        assertEquals(
                1,
                cadre.query(list, Map.of("id", id, "done", true))
                        .at("/noticeReceipts/edges")
                        .size());

        for (int i = 0; i < 3; i++) {
            act(cadre, "noticeChase", id);
        }
        assertEquals(3, inbox(silent, "Please confirm: 汛期须知"));
        assertEquals(0, inbox(resident, "Please confirm: 汛期须知"));
        cadre.expectError(
                ErrorType.PRECONDITION,
                "NOTICE_CHASED",
                "mutation ($id: ID!) { noticeChase(input: { noticeId: $id }) { notice { id } } }",
                Map.of("id", id));
    }

    @Test
    @DisplayName("Notices are found by a part of the title, by state and by time, among the own and those to the home")
    void found() {
        County large = host.newCounty();
        GraphqlClient author = large.administrator();
        GraphqlClient reader = large.resident(large.groupCode(1, 1, 1));
        String sent = toAll(large, "高寨村 A区停水通知");
        toAll(large, "高寨村停电通知");
        author.mutate(
                WRITE,
                Map.of(
                        "input",
                        Map.of("title", "停水演练", "body", "内容", "divisionIds", List.of(large.divisionId(large.code())))));
        assertEquals(List.of("停水演练", "高寨村 A区停水通知"), search(author, "noticesByMe", "title: \"停水\""));
        assertEquals(List.of("高寨村 A区停水通知"), search(author, "noticesByMe", "title: \"村a区停\""));
        assertEquals(List.of(), search(author, "noticesByMe", "title: \"水停\""));
        assertEquals(List.of("停水演练"), search(author, "noticesByMe", "state: DRAFT"));
        assertEquals(List.of("高寨村停电通知"), search(reader, "noticesForMe", "title: \"电\""));
        assertEquals(List.of(), search(reader, "noticesForMe", "publishedUntil: \"2026-01-01T00:00:00+08:00\""));
        assertEquals(
                2,
                search(reader, "noticesForMe", "publishedFrom: \"2026-01-01T00:00:00+08:00\"")
                        .size());
        for (String wrong : List.of(
                "title: \" \"",
                "title: \"" + "长".repeat(61) + "\"",
                "publishedFrom: \"2026-01-02T00:00:00+08:00\", publishedUntil: \"2026-01-01T00:00:00+08:00\"")) {
            author.expectError(
                    ErrorType.INVALID_INPUT, "{ noticesByMe(first: 5, " + wrong + ") { edges { cursor } } }", Map.of());
        }
        assertEquals(List.of(), search(host.newCounty().administrator(), "noticesByMe", "title: \"停\""));
        assertFalse(sent.isEmpty());
    }

    private static List<String> search(GraphqlClient reader, String field, String filter) {
        return StreamSupport.stream(
                        reader.query("{ " + field + "(first: 50, " + filter + ") { edges { node { title } } } }")
                                .at("/" + field + "/edges")
                                .spliterator(),
                        false)
                .map(edge -> edge.at("/node/title").asText())
                .toList();
    }

    @Test
    @DisplayName("A recalled notice says so and why, and its text is gone for its receivers")
    void recalled() {
        String id = write(cadre, "误发公告", Map.of(), county.villageCode(1));
        publish(cadre, id);
        assertEquals(
                "RECALLED",
                cadre.mutate(RECALL, Map.of("id", id, "why", "内容有误"))
                        .at("/noticeRecall/notice/state")
                        .asText());
        JsonNode seen = resident.query(MINE).at("/noticesForMe/edges/0/node");
        assertEquals("误发公告", seen.get("title").asText());
        assertEquals("内容有误", seen.get("recallReason").asText());
        assertEquals("", seen.get("body").asText());
        assertTrue(!titles(county.resident(county.groupCode(1, 1, 1))).contains("误发公告"));
        JsonNode messages = resident.query("{ messages(first: 2) { edges { node { title body withdrawnAt } } } }")
                .at("/messages/edges");
        assertEquals("Notice recalled: 误发公告", messages.at("/0/node/title").asText());
        assertTrue(messages.at("/0/node/body").asText().contains("内容有误"));
        assertTrue(messages.at("/0/node/withdrawnAt").isNull());
        assertEquals("误发公告", messages.at("/1/node/title").asText());
        assertEquals("", messages.at("/1/node/body").asText());
        assertFalse(messages.at("/1/node/withdrawnAt").isNull());
    }

    @Test
    @DisplayName(
            "What is scheduled is published once, and reminded of by itself, with two replicas and one that is killed")
    void onTime() {
        try (Replica second = host.secondReplica()) {
            List<String> ids = IntStream.range(0, 6)
                    .mapToObj(i -> write(
                            cadre, "定时公告" + i, Map.of("mustConfirm", true, "chaseHours", 1), county.villageCode(1)))
                    .toList();
            String at = Instant.now().plusMillis(1_500).toString();
            ids.forEach(id -> assertEquals(
                    "SCHEDULED",
                    cadre.mutate(PUBLISH, Map.of("input", Map.of("noticeId", id, "publishAt", at)))
                            .at("/noticePublish/notice/state")
                            .asText()));
            Eventually.passes(() -> ids.forEach(id -> assertEquals(
                    "PUBLISHED",
                    cadre.query(SHOW, Map.of("id", id)).at("/node/state").asText())));
            second.kill();
            superuser("update lianhu_core.notice set due_at = now() where tenant_id = '" + county.code()
                    + "' and due_at is not null");
            Eventually.passes(() -> ids.forEach(id -> assertEquals(
                    1, cadre.query(SHOW, Map.of("id", id)).at("/node/chased").asInt())));
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(1, inbox(resident, "定时公告" + i));
            assertEquals(1, inbox(resident, "Please confirm: 定时公告" + i));
        }
    }

    private static String toAll(County large, String title) {
        String id = large.administrator()
                .mutate(
                        WRITE,
                        Map.of(
                                "input",
                                Map.of(
                                        "title",
                                        title,
                                        "body",
                                        "内容",
                                        "divisionIds",
                                        List.of(large.divisionId(large.code())))))
                .at("/noticeWrite/notice/id")
                .asText();
        publish(large.administrator(), id);
        return id;
    }

    private static JsonNode progress(County large, String id) {
        return large.administrator()
                .query(
                        "query ($id: ID!) { node(id: $id) { ... on Notice { progress { sent total finished } } } }",
                        Map.of("id", id))
                .at("/node/progress");
    }

    private static long count(String sql) {
        try (Connection connection = host.superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private static long told(County large, String title, String what) {
        return count("select count(" + what + ") from lianhu_core.message m join lianhu_core.message_content c"
                + " on c.tenant_id = m.tenant_id and c.id = m.content_id where m.tenant_id = '" + large.code()
                + "' and c.title_zh = '" + title + "'");
    }

    @Test
    @DisplayName(
            "20,000 residents are told slice by slice, each once though a replica is killed; a recall stops the rest")
    void many() {
        County large = host.newCounty();
        large.resident(large.groupCode(1, 1, 1));
        superuser(
                "insert into lianhu_core.resident (tenant_id, id, subject, name, household_id, division_id, division_code, address,"
                        + " state, notice_version, consented_at, decided_at, created_at, version) select r.tenant_id, uuidv7(), 'crowd-' || i,"
                        + " '张三', r.household_id, r.division_id, r.division_code, r.address, r.state, r.notice_version, now(), now(), now(), 0"
                        + " from lianhu_core.resident r, generate_series(1, 20000) i where r.tenant_id = '"
                        + large.code() + "'");
        superuser("analyze lianhu_core.resident");
        String id;
        Instant before;
        try (Replica second = host.secondReplica()) {
            before = Instant.now();
            id = toAll(large, "全县公告");
            Eventually.passes(
                    () -> assertTrue(progress(large, id).get("sent").asInt() >= 1_000, () -> progress(large, id)
                            .toString()));
            second.kill();
            Eventually.passes(
                    () -> assertTrue(progress(large, id).get("finished").asBoolean(), () -> progress(large, id)
                            .toString()));
        }
        System.out.printf(
                "notice: 20,001 receivers in %d ms, one of two replicas killed on the way%n",
                Instant.now().toEpochMilli() - before.toEpochMilli());
        assertEquals(20_001, progress(large, id).get("sent").asInt());
        assertEquals(20_001, progress(large, id).get("total").asInt());
        assertEquals(20_001, told(large, "全县公告", "*"));
        assertEquals(20_001, told(large, "全县公告", "distinct m.receiver"));

        String wrong = toAll(large, "误发公告");
        large.administrator().mutate(RECALL, Map.of("id", wrong, "why", "内容有误"));
        JsonNode stopped = progress(large, wrong);
        assertTrue(stopped.get("sent").asInt() < 20_001, stopped::toString);
        assertFalse(stopped.get("finished").asBoolean());
        long had = told(large, "误发公告", "*");
        assertEquals(stopped.get("sent").asLong(), had);
        Eventually.passes(() -> assertEquals(had, told(large, "公告已撤回：误发公告", "distinct m.receiver")));
        assertEquals(had, told(large, "误发公告", "*"));
    }
}
