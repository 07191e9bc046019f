package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.GraphqlSubscription;
import io.lianhu.testkit.Replica;
import io.lianhu.testkit.TestHost;
import io.lianhu.testkit.TwoCounties;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Messages come to the right people's inbox, once, in their language")
final class InboxIT {
    private static final String SEND =
            "mutation ($input: ProbeSendInput!) { probeSend(input: $input) { sending { id } } }";
    private static final String LIST =
            """
            query ($unread: Boolean, $first: Int!, $after: String) {
              messages(unread: $unread, first: $first, after: $after) {
                edges { node { id kind source title body about emergency onBehalfOf createdAt readAt } }
                pageInfo { hasNextPage endCursor }
              }
              messagesUnread
            }
            """;
    private static final String READ =
            "mutation ($id: ID!) { messageRead(input: { messageId: $id }) { message { id readAt } } }";
    private static final String READ_ALL =
            "mutation ($id: ID!) { messageReadAll(input: { messageId: $id }) { message { id readAt } } }";

    private static TestHost host;
    private static County county;
    private static County other;
    private static GraphqlClient sender;

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(MessagePlugin.source().pack(host.scratchFolder()));
        TwoCounties counties = TwoCounties.of(host, MessagePlugin.ID);
        county = counties.first();
        other = counties.second();
        sender = county.administrator();
    }

    private static Map<String, Object> input(List<String> residents, List<String> subjects, String what) {
        return Map.of(
                "residentIds", residents, "subjects", subjects, "template", "arrived", "what", what, "fail", false);
    }

    private static void send(GraphqlClient to, String what) {
        sender.mutate(SEND, Map.of("input", input(List.of(residentId(to)), List.of(), what)));
    }

    private static String residentId(GraphqlClient resident) {
        return resident.query("{ viewer { resident { id } } }")
                .at("/viewer/resident/id")
                .asText();
    }

    private static JsonNode inbox(GraphqlClient reader) {
        return reader.query(LIST, Map.of("first", 20)).at("/messages/edges");
    }

    private static int unread(GraphqlClient reader) {
        return reader.query("{ messagesUnread }").at("/messagesUnread").asInt();
    }

    private static List<String> titles(JsonNode edges) {
        return StreamSupport.stream(edges.spliterator(), false)
                .map(edge -> edge.at("/node/title").asText())
                .toList();
    }

    @Test
    @DisplayName(
            "A plugin's message stands in the inbox in the reader's language, unread until read, and is nobody else's")
    void plainMessage() {
        GraphqlClient reader = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient neighbour = county.resident(county.groupCode(1, 1, 1));
        send(reader, "20 分");

        JsonNode message = inbox(reader).at("/0/node");
        assertEquals("Points arrived: 20 分", message.get("title").asText());
        assertEquals("PLUGIN", message.get("kind").asText());
        assertEquals(MessagePlugin.ID, message.get("source").asText());
        assertTrue(message.get("readAt").isNull());
        assertEquals(
                "您获得了20 分。",
                inbox(reader.inLanguage("zh-CN")).at("/0/node/body").asText());
        assertEquals(1, unread(reader));

        String id = message.get("id").asText();
        assertEquals(0, inbox(neighbour).size());
        neighbour.expectError(ErrorType.NOT_FOUND, READ, Map.of("id", id));
        neighbour.expectError(ErrorType.NOT_FOUND, READ_ALL, Map.of("id", id));
        other.administrator().expectError(ErrorType.NOT_FOUND, READ, Map.of("id", id));
        for (GraphqlClient unconcerned : List.of(neighbour, sender, other.administrator())) {
            assertTrue(unconcerned
                    .query("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                    .at("/node")
                    .isNull());
        }

        String readAt = reader.mutate(READ, Map.of("id", id))
                .at("/messageRead/message/readAt")
                .asText();
        assertEquals(
                readAt,
                reader.mutate(READ, Map.of("id", id))
                        .at("/messageRead/message/readAt")
                        .asText());
        assertEquals(0, unread(reader));
    }

    @Test
    @DisplayName("All up to one are read, and what came after it is not")
    void readUpTo() {
        GraphqlClient reader = county.resident(county.groupCode(1, 1, 1));
        for (int i = 1; i <= 4; i++) {
            send(reader, i + " 分");
        }
        Answer page = reader.query(LIST, Map.of("first", 3));
        assertTrue(page.at("/messages/pageInfo/hasNextPage").asBoolean());
        reader.mutate(
                READ_ALL, Map.of("id", page.at("/messages/edges/1/node/id").asText()));
        Answer left = reader.query(LIST, Map.of("first", 20, "unread", true));
        assertEquals(List.of("Points arrived: 4 分"), titles(left.at("/messages/edges")));
        assertEquals(1, left.at("/messagesUnread").asInt());
        assertEquals(
                List.of("Points arrived: 1 分"),
                titles(reader.query(
                                LIST,
                                Map.of(
                                        "first",
                                        3,
                                        "after",
                                        page.at("/messages/pageInfo/endCursor").asText()))
                        .at("/messages/edges")));
    }

    @Test
    @DisplayName("For who has no login the household gets it, else the grid worker, once each, and is told for whom")
    void withoutALogin() throws SQLException {
        GraphqlClient grandson = county.resident(county.groupCode(2, 1, 1));
        GraphqlClient grandmother = county.resident(county.groupCode(2, 1, 1));
        GraphqlClient hermit = county.resident(county.groupCode(2, 1, 2));
        List<String> elders = List.of(residentId(grandmother), residentId(hermit));
        change(
                "update lianhu_core.resident set household_id = (select household_id from lianhu_core.resident"
                        + " where tenant_id = ? and subject = ?) where tenant_id = ? and subject = ?",
                county.code(),
                grandson.subject(),
                county.code(),
                grandmother.subject());
        for (GraphqlClient elder : List.of(grandmother, hermit)) {
            change(
                    "update lianhu_core.resident set subject = null where tenant_id = ? and subject = ?",
                    county.code(),
                    elder.subject());
        }
        GraphqlClient worker = county.gridWorker(county.gridCode(2, 1));
        change(
                "update lianhu_core.post set until = now() + interval '1 year' where tenant_id = ? and subject = ?",
                county.code(),
                worker.subject()); // a post with a term is held as any other

        sender.mutate(
                SEND,
                Map.of(
                        "input",
                        input(
                                List.of(elders.get(0), elders.get(1), residentId(grandson)),
                                List.of(worker.subject()),
                                "重阳")));

        JsonNode atHome = inbox(grandson);
        assertEquals(1, atHome.size());
        assertEquals(elders.get(0), atHome.at("/0/node/onBehalfOf/0").asText());
        JsonNode atWork = inbox(worker);
        assertEquals(1, atWork.size());
        assertEquals(1, atWork.at("/0/node/onBehalfOf").size());
        assertEquals(elders.get(1), atWork.at("/0/node/onBehalfOf/0").asText());
    }

    private static void change(String sql, String... parameters) throws SQLException {
        try (Connection connection = host.superuser();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            assertEquals(1, statement.executeUpdate());
        }
    }

    @Test
    @DisplayName(
            "What is rolled back was never sent, and neither was what has no words, too many parameters or no receiver")
    void nothingSent() {
        GraphqlClient reader = county.resident(county.groupCode(1, 2, 1));
        Map<String, Object> failing = Map.of(
                "residentIds",
                List.of(residentId(reader)),
                "subjects",
                List.of(),
                "template",
                "arrived",
                "what",
                "x",
                "fail",
                true);
        sender.expectError(ErrorType.INVALID_INPUT, SEND, Map.of("input", failing));
        Map<String, Object> wordless = new java.util.HashMap<>(failing);
        wordless.put("fail", false);
        wordless.put("template", "unknown");
        sender.expectError(ErrorType.INTERNAL, SEND, Map.of("input", wordless));
        wordless.put("template", "arrived");
        wordless.put("what", "长".repeat(501));
        sender.expectError(ErrorType.INTERNAL, SEND, Map.of("input", wordless));
        GraphqlClient elsewhere = other.resident(other.groupCode(1, 1, 1));
        sender.mutate(SEND, Map.of("input", input(List.of(residentId(elsewhere)), List.of(), "x")));
        assertEquals(0, inbox(reader).size());
        assertEquals(0, inbox(elsewhere).size());
    }

    @Test
    @DisplayName("Who listens at one replica is told of what was sent at another")
    void live() {
        GraphqlClient reader = county.resident(county.groupCode(1, 2, 2));
        send(reader, "1 分");
        try (Replica second = host.secondReplica();
                GraphqlSubscription listening = reader.through(second)
                        .subscribe("subscription { messageArrived { title readAt } }", Map.of())) {
            assertEquals(
                    "Points arrived: 1 分",
                    listening.next().at("/messageArrived/title").asText());
            send(reader, "2 分");
            assertEquals(
                    "Points arrived: 2 分",
                    listening.next().at("/messageArrived/title").asText());
        }
    }

    @Test
    @DisplayName("Only members have an inbox, and a list costs the same however long it is")
    void bounds() {
        county.stranger().expectError(ErrorType.FORBIDDEN, LIST, Map.of("first", 1));
        county.anonymous().expectError(ErrorType.UNAUTHENTICATED, LIST, Map.of("first", 1));
        GraphqlClient reader = county.resident(county.groupCode(1, 2, 2));
        reader.expectError(ErrorType.INVALID_INPUT, LIST, Map.of("first", 101));
        assertFalse(reader.query(LIST, Map.of("first", 100))
                .at("/messages/pageInfo/hasNextPage")
                .asBoolean());
    }
}
