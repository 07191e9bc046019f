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
import io.lianhu.testkit.TestHost;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Messages leave the platform by signed webhooks, until they have arrived")
final class WebhookIT {
    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    private static final String SEND =
            "mutation ($input: ProbeSendInput!) { probeSend(input: $input) { sending { id } } }";
    private static final String ADD =
            """
            mutation ($url: String!, $telephone: Boolean) {
              webhookAdd(input: { name: "短信网关", url: $url, kinds: [PLUGIN], withTelephone: $telephone }) {
                webhook { id secret state }
              }
            }
            """;
    private static final String SHOW =
            """
            query ($id: ID!) { node(id: $id) { ... on Webhook {
              name secret state failures openUntil lastDeliveredAt lastError previousSecretUntil
            } } }
            """;
    private static final String DEAD =
            """
            query ($state: DeadDeliveryState) { deadDeliveries(first: 50, state: $state) {
              edges { node { id state attempts error reason webhook { id } } }
            } }
            """;
    private static final String PREFER =
            """
            mutation ($input: MessagePreferenceSaveInput!) {
              messagePreferenceSave(input: $input) { messagePreference { language silenced quietFrom quietUntil } }
            }
            """;

    private static TestHost host;
    private static County county;
    private static GraphqlClient administrator;
    private static GraphqlClient reader;

    private Receiver receiver;
    private String webhook = "";

    @BeforeAll
    static void start() {
        host = OneHost.get();
        host.operator().installPlugin(MessagePlugin.source().pack(host.scratchFolder()));
        county = host.newCounty(MessagePlugin.ID);
        administrator = county.administrator();
        reader = county.resident(county.groupCode(1, 1, 1));
        prefer(reader, "zh-CN", List.of(), "00:00", "00:00");
    }

    @BeforeEach
    void open() {
        receiver = new Receiver();
    }

    @AfterEach
    void end() {
        if (!webhook.isEmpty()) {
            administrator.ask(
                    "mutation ($id: ID!) { webhookRemove(input: { webhookId: $id }) { webhook { id } } }",
                    Map.of("id", webhook));
        }
        receiver.close();
    }

    private static void prefer(
            GraphqlClient person, String language, List<String> silenced, String quietFrom, String quietUntil) {
        person.mutate(
                PREFER,
                Map.of(
                        "input",
                        Map.of(
                                "language",
                                language,
                                "silenced",
                                silenced,
                                "quietFrom",
                                quietFrom,
                                "quietUntil",
                                quietUntil)));
    }

    /** Adds a webhook; answers its secret. */
    private String add(String path, boolean telephone) {
        Answer added = administrator.mutate(ADD, Map.of("url", receiver.url(path), "telephone", telephone));
        webhook = added.at("/webhookAdd/webhook/id").asText();
        return added.at("/webhookAdd/webhook/secret").asText();
    }

    private Answer change(String mutation, String fields) {
        return administrator.mutate(
                "mutation ($id: ID!) { " + mutation + "(input: { webhookId: $id }) { webhook { " + fields + " } } }",
                Map.of("id", webhook));
    }

    private JsonNode shown() {
        return administrator.query(SHOW, Map.of("id", webhook)).at("/node");
    }

    private static String send(String what, GraphqlClient... to) {
        administrator.mutate(
                SEND,
                Map.of(
                        "input",
                        Map.of(
                                "residentIds",
                                List.of(),
                                "subjects",
                                List.of(to).stream().map(GraphqlClient::subject).toList(),
                                "template",
                                "arrived",
                                "what",
                                what,
                                "fail",
                                false)));
        return "积分到账：" + what;
    }

    private static String signature(String secret, Receiver.Call call) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "v1="
                    + HexFormat.of()
                            .formatHex(mac.doFinal(
                                    (call.timestamp() + "." + call.text()).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private List<JsonNode> dead(String state) {
        List<JsonNode> own = new java.util.ArrayList<>();
        administrator
                .query(DEAD, Map.of("state", state))
                .at("/deadDeliveries/edges")
                .forEach(edge -> own.add(edge.get("node")));
        own.removeIf(node -> !node.at("/webhook/id").asText().equals(webhook));
        return own;
    }

    @Test
    @DisplayName(
            "A message arrives once, signed, in the receiver's language, with the telephone number only where that was chosen")
    void arrives() {
        String secret = add("/sms?county=1", true);
        assertTrue(secret.length() >= 43, secret);
        assertTrue(shown().get("secret").isNull());
        GraphqlClient english = county.resident(county.groupCode(1, 1, 1));
        prefer(english, "en", List.of(), "12:00", "12:00");
        String title = send("20 分", reader, english);

        Eventually.passes(() -> assertEquals(2, receiver.calls().size()));
        Receiver.Call call = receiver.calls(title).get(0);
        assertEquals("/sms?county=1", call.path());
        assertEquals(signature(secret, call), call.signature());
        assertTrue(Math.abs(Long.parseLong(call.timestamp()) - Instant.now().getEpochSecond()) < 60);
        assertEquals(call.delivery(), call.body().get("delivery").asText());
        assertEquals(county.code(), call.body().get("county").asText());
        assertEquals("您获得了20 分。", call.body().get("body").asText());
        assertEquals(reader.name(), call.body().at("/receiver/name").asText());
        assertEquals(reader.telephone(), call.body().at("/receiver/telephone").asText());
        assertEquals(1, receiver.calls("Points arrived: 20 分").size());
        Eventually.passes(() -> assertFalse(shown().get("lastDeliveredAt").isNull()));

        change("webhookRemove", "id");
        add("/plain", false);
        String plain = send("30 分", reader);
        Eventually.passes(() -> assertEquals(1, receiver.calls(plain).size()));
        assertTrue(receiver.calls(plain).get(0).body().at("/receiver/telephone").isMissingNode());
    }

    @Test
    @DisplayName("What is refused again and again is dead, and can be replayed, or given up for a reason")
    void deadLetters() {
        add("/failing", false);
        receiver.answers(500);
        String title = send("1 分", reader);
        Eventually.passes(() -> assertEquals(1, dead("DEAD").size()));
        JsonNode letter = dead("DEAD").get(0);
        assertEquals(OneHost.ATTEMPTS, letter.get("attempts").asInt());
        assertEquals("answered with status 500", letter.get("error").asText());
        assertEquals(OneHost.ATTEMPTS, receiver.calls(title).size());
        assertEquals(
                1,
                receiver.calls(title).stream()
                        .map(Receiver.Call::delivery)
                        .distinct()
                        .count());

        receiver.answers(204);
        String replay =
                "mutation ($id: ID!) { deadDeliveryReplay(input: { deadDeliveryId: $id }) { deadDelivery { id } } }";
        administrator.mutate(replay, Map.of("id", letter.get("id").asText()));
        Eventually.passes(() -> assertFalse(shown().get("lastDeliveredAt").isNull()));
        assertEquals(List.of(), dead("DEAD"));
        administrator.expectError(
                ErrorType.NOT_FOUND, replay, Map.of("id", letter.get("id").asText()));

        receiver.answers(500);
        send("2 分", reader);
        Eventually.passes(() -> assertEquals(1, dead("DEAD").size()));
        String giveUp =
                "mutation ($id: ID!, $reason: String!) { deadDeliveryGiveUp(input: { deadDeliveryId: $id, reason: $reason }) { deadDelivery { state reason } } }";
        String id = dead("DEAD").get(0).get("id").asText();
        administrator.expectError(ErrorType.INVALID_INPUT, giveUp, Map.of("id", id, "reason", " "));
        assertEquals(
                "GIVEN_UP",
                administrator
                        .mutate(giveUp, Map.of("id", id, "reason", "网关停用"))
                        .at("/deadDeliveryGiveUp/deadDelivery/state")
                        .asText());
        assertEquals("网关停用", dead("GIVEN_UP").get(0).get("reason").asText());
    }

    @Test
    @DisplayName("No redirect is followed, and who never answers is not waited for")
    void redirectsAndSlowness() {
        add("/moved", false);
        send("3 分", reader);
        Eventually.passes(() -> assertEquals(
                "answered with status 302", shown().get("lastError").asText()));
        change("webhookRemove", "id");
        add("/slow", false);
        send("4 分", reader);
        Eventually.passes(() -> assertTrue(shown().get("lastError").asText().startsWith("no answer within")));
        assertTrue(receiver.calls().stream().noneMatch(call -> call.path().equals("/elsewhere")));
    }

    @Test
    @DisplayName(
            "After five failures in a row a webhook is left alone, then tried with one call, then sends all that waited")
    void circuit() {
        add("/flaky", false);
        receiver.answers(503);
        List<String> titles = List.of("5 分", "6 分", "7 分").stream()
                .map(what -> send(what, reader))
                .toList();
        Eventually.passes(() -> assertTrue(shown().get("failures").asInt() >= 5, () -> shown().toString()));
        receiver.answers(200);
        change("webhookResume", "id");
        Eventually.passes(() -> {
            assertEquals(0, shown().get("failures").asInt());
            for (JsonNode letter : dead("DEAD")) {
                administrator.mutate(
                        "mutation ($id: ID!) { deadDeliveryReplay(input: { deadDeliveryId: $id }) { deadDelivery { id } } }",
                        Map.of("id", letter.get("id").asText()));
            }
            assertEquals(0, waiting());
        });
        titles.forEach(title -> assertFalse(receiver.calls(title).isEmpty()));
    }

    private static int waiting() {
        return count("select count(*) from lianhu_core.webhook_delivery where tenant_id = ? and state = 'PENDING'");
    }

    private static int count(String sql) {
        try (Connection connection = host.superuser();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, county.code());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName("For 24 hours after a rotation both secrets sign; paused, messages wait; removed, they are gone")
    void lifecycle() {
        String old = add("/gateway", false);
        String fresh = change("webhookRotate", "secret previousSecretUntil")
                .at("/webhookRotate/webhook/secret")
                .asText();
        assertFalse(fresh.equals(old));
        assertFalse(shown().get("previousSecretUntil").isNull());
        change("webhookTest", "id");
        Eventually.passes(() -> assertEquals(1, receiver.calls().size()));
        Receiver.Call trial = receiver.calls().get(0);
        assertTrue(trial.body().get("test").asBoolean());
        assertEquals(signature(fresh, trial) + "," + signature(old, trial), trial.signature());

        change("webhookPause", "state");
        String title = send("8 分", reader);
        String waits = "select xmin::text::int from lianhu_core.webhook_delivery where tenant_id = ?"
                + " and state = 'PENDING' and attempts = 0 and due_at <= now()";
        int written = count(waits);
        String paused = webhook;
        add("/other", false);
        String second = send("8 分以后", reader);
        Eventually.passes(() -> assertEquals(1, receiver.calls(second).size()));
        change("webhookRemove", "id");
        webhook = paused;
        // sweeps have passed over what waits: it stays as it was written
        assertEquals(written, count(waits + " order by created_at limit 1"));
        assertEquals(List.of(), receiver.calls(title));
        change("webhookResume", "state");
        Eventually.passes(() -> assertEquals(1, receiver.calls(title).size()));

        change("webhookPause", "state");
        send("9 分", reader);
        assertEquals(
                "REMOVED",
                change("webhookRemove", "state")
                        .at("/webhookRemove/webhook/state")
                        .asText());
        assertEquals(0, waiting());
        administrator.expectError(
                ErrorType.PRECONDITION,
                "WEBHOOK_REMOVED",
                "mutation ($id: ID!) { webhookResume(input: { webhookId: $id }) { webhook { id } } }",
                Map.of("id", webhook));
    }

    @Test
    @DisplayName(
            "Quiet hours hold a message back until they end, and a silenced kind is not sent at all; the inbox has both")
    void preferences() {
        add("/quiet", false);
        LocalTime now = LocalTime.now(CHINA);
        GraphqlClient asleep = county.resident(county.groupCode(1, 2, 1));
        GraphqlClient silent = county.resident(county.groupCode(1, 2, 1));
        prefer(
                asleep,
                "zh-CN",
                List.of(),
                now.minusHours(1).toString().substring(0, 5),
                now.plusHours(2).toString().substring(0, 5));
        prefer(silent, "zh-CN", List.of("PLUGIN"), "00:00", "00:00");
        String title = send("10 分", reader, asleep, silent);
        Eventually.passes(() -> assertEquals(1, receiver.calls(title).size()));
        assertEquals(
                reader.subject(),
                receiver.calls(title).get(0).body().at("/receiver/subject").asText());
        assertEquals(1, waiting());
        assertEquals(
                1,
                count("select count(*) from lianhu_core.webhook_delivery where tenant_id = ? and due_at between"
                        + " now() + interval '115 minutes' and now() + interval '121 minutes'"));
        for (GraphqlClient person : List.of(asleep, silent)) {
            assertEquals(
                    1, person.query("{ messagesUnread }").at("/messagesUnread").asInt());
        }
        Map<String, Object> wrong =
                Map.of("language", "fr", "silenced", List.of(), "quietFrom", "21:00", "quietUntil", "07:00");
        reader.expectError(ErrorType.INVALID_INPUT, PREFER, Map.of("input", wrong));
        Map<String, Object> never =
                Map.of("language", "en", "silenced", List.of(), "quietFrom", "25:00", "quietUntil", "07:00");
        reader.expectError(ErrorType.INVALID_INPUT, PREFER, Map.of("input", never));
        assertEquals(
                "21:00",
                administrator
                        .query("{ messagePreference { quietFrom silenced } }")
                        .at("/messagePreference/quietFrom")
                        .asText());
    }

    @Test
    @DisplayName("Quiet hours are passed by emergency messages alone, and by those only in emergency mode")
    void emergencies() {
        County county = host.newCounty();
        GraphqlClient author = county.administrator();
        GraphqlClient asleep = county.resident(county.groupCode(1, 1, 1));
        LocalTime now = LocalTime.now(CHINA);
        prefer(
                asleep,
                "zh-CN",
                List.of(),
                now.minusHours(1).toString().substring(0, 5),
                now.plusHours(2).toString().substring(0, 5));
        author.mutate(ADD.replace("[PLUGIN]", "[NOTICE]"), Map.of("url", receiver.url("/sms"), "telephone", false));
        notice(county, "平时紧急", true);
        author.mutate(
                "mutation ($input: EmergencyDeclareInput!) { emergencyDeclare(input: $input) { emergency { id } } }",
                Casework.input(Map.of("divisionId", county.divisionId(county.code()), "reason", "暴雨红色预警")));
        notice(county, "应急普通", false);
        notice(county, "应急紧急", true);
        Eventually.passes(() -> assertEquals(1, receiver.calls("应急紧急").size()));
        assertEquals(1, receiver.calls().size());
    }

    private static void notice(County county, String title, boolean emergency) {
        GraphqlClient author = county.administrator();
        String id = author.mutate(
                        "mutation ($input: NoticeWriteInput!) { noticeWrite(input: $input) { notice { id } } }",
                        Casework.input(Map.of(
                                "title",
                                title,
                                "body",
                                "内容",
                                "emergency",
                                emergency,
                                "divisionIds",
                                List.of(county.divisionId(county.code())))))
                .at("/noticeWrite/notice/id")
                .asText();
        author.mutate(
                "mutation ($id: ID!) { noticePublish(input: { noticeId: $id }) { notice { id } } }", Map.of("id", id));
    }

    @Test
    @DisplayName("Only the administrator sets up webhooks, only to addresses that may be called, and no more than ten")
    void bounds() {
        String secret = add("/own", false);
        assertFalse(secret.isEmpty());
        County other = host.newCounty();
        other.administrator()
                .expectError(
                        ErrorType.NOT_FOUND,
                        "mutation ($id: ID!) { webhookRotate(input: { webhookId: $id }) { webhook { secret } } }",
                        Map.of("id", webhook));
        assertTrue(other.administrator()
                .query(SHOW, Map.of("id", webhook))
                .at("/node")
                .isNull());
        county.cadre(county.villageCode(1))
                .expectError(ErrorType.FORBIDDEN, ADD, Map.of("url", receiver.url("/x"), "telephone", false));
        assertTrue(reader.query(SHOW, Map.of("id", webhook)).at("/node").isNull());
        for (String url : List.of(
                "http://sms.example.com/",
                "https://10.0.0.1/",
                "https://[::1]/",
                "https://169.254.169.254/latest",
                "file:///x")) {
            administrator.expectError(ErrorType.INVALID_INPUT, ADD, Map.of("url", url, "telephone", false));
        }
        for (int i = 0; i < 10; i++) {
            other.administrator().mutate(ADD, Map.of("url", "https://sms.example.com/" + i, "telephone", false));
        }
        other.administrator()
                .expectError(
                        ErrorType.PRECONDITION,
                        "WEBHOOK_TOO_MANY",
                        ADD,
                        Map.of("url", "https://sms.example.com/", "telephone", false));
    }

    @Test
    @DisplayName("Two replicas share what is to be sent, and send nothing twice")
    void replicas() {
        add("/shared", false);
        change("webhookPause", "state");
        try (Replica second = host.secondReplica()) {
            for (int i = 0; i < 40; i++) {
                send("第" + i + "批", reader);
            }
            change("webhookResume", "state");
            Eventually.passes(() -> assertEquals(0, waiting()));
        }
        Set<String> deliveries = new HashSet<>();
        receiver.calls().forEach(call -> assertTrue(deliveries.add(call.delivery()), call::toString));
        assertEquals(40, deliveries.size());
    }
}
