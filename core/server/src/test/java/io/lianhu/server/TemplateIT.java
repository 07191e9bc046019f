package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.testkit.ApiError;
import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.TwoCounties;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The words of the core's messages. */
@DisplayName(
        "A county puts its own words in place of the core's, with the placeholders that a message has and no others")
final class TemplateIT {
    private static final String SAVE =
            "mutation ($input: MessageTemplateSaveInput!) { messageTemplateSave(input: $input) {"
                    + " messageTemplate { template titleZh titleEn overridden version placeholders changedByName } } }";
    private static final String RESET =
            "mutation ($input: MessageTemplateResetInput!) { messageTemplateReset(input: $input) {"
                    + " messageTemplate { titleEn overridden version } } }";
    private static final Map<String, Object> WORDS = Map.of(
            "template", "notice-withdrawn",
            "titleZh", "【撤回】{title}",
            "titleEn", "Taken back: {title}",
            "bodyZh", "原因：{reason}",
            "bodyEn", "Because: {reason}");

    private County county;
    private County other;
    private GraphqlClient administrator;

    @BeforeEach
    void fresh() {
        TwoCounties counties = TwoCounties.of(OneHost.get());
        county = counties.first();
        other = counties.second();
        administrator = county.administrator();
    }

    /** The newest message of a resident of whose village a notice of that title is recalled. */
    private static JsonNode recalled(County county, String title, String reason) {
        GraphqlClient resident = county.resident(county.groupCode(1, 1, 1));
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        String id = cadre.mutate(
                        "mutation ($input: NoticeWriteInput!) { noticeWrite(input: $input) { notice { id } } }",
                        Casework.input(Map.of(
                                "title",
                                title,
                                "body",
                                "内容",
                                "divisionIds",
                                List.of(county.divisionId(county.villageCode(1))))))
                .at("/noticeWrite/notice/id")
                .asText();
        cadre.mutate(
                "mutation ($id: ID!) { noticePublish(input: { noticeId: $id }) { notice { id } } }", Map.of("id", id));
        cadre.mutate(
                "mutation ($input: NoticeRecallInput!) { noticeRecall(input: $input) { notice { id } } }",
                Casework.input(Map.of("noticeId", id, "reason", reason)));
        return resident.query("{ messages(first: 1) { edges { node { title body } } } }")
                .at("/messages/edges/0/node");
    }

    @Test
    @DisplayName(
            "From the next message on its own words are used, in that county alone, until they are reset; each change is kept")
    void overridden() {
        JsonNode saved = administrator.mutate(SAVE, Casework.input(WORDS)).at("/messageTemplateSave/messageTemplate");
        assertTrue(saved.get("overridden").asBoolean());
        assertEquals(1, saved.get("version").asInt());
        assertEquals(administrator.name(), saved.get("changedByName").asText());
        assertEquals("[\"reason\",\"title\"]", saved.get("placeholders").toString());

        // what stands for a placeholder is never taken for one
        JsonNode message = recalled(county, "停水{reason}$1", "写错{title}");
        assertEquals("Taken back: 停水{reason}$1", message.get("title").asText());
        assertEquals("Because: 写错{title}", message.get("body").asText());
        assertEquals(
                "Notice recalled: 停水通知",
                recalled(other, "停水通知", "写错了").get("title").asText());

        JsonNode reset = administrator
                .mutate(RESET, Casework.input(Map.of("template", "notice-withdrawn", "version", 1)))
                .at("/messageTemplateReset/messageTemplate");
        assertFalse(reset.get("overridden").asBoolean());
        assertEquals("Notice recalled: {title}", reset.get("titleEn").asText());
        assertEquals(
                "Notice recalled: 停水{reason}",
                recalled(county, "停水{reason}", "写错了").get("title").asText());
        JsonNode history = administrator
                .query("{ messageTemplateHistory(template: \"notice-withdrawn\", first: 10) {"
                        + " edges { node { version reset titleZh changedByName } } } }")
                .at("/messageTemplateHistory/edges");
        assertEquals(2, history.size());
        assertTrue(history.at("/0/node/reset").asBoolean());
        assertEquals("【撤回】{title}", history.at("/1/node/titleZh").asText());
    }

    @Test
    @DisplayName(
            "Unknown placeholders, unknown messages and wrong lengths are refused, and so is who is no administrator")
    void refused() {
        for (String wrong : List.of("{name}", "{reason", "}", "{}", "{ reason }")) {
            ApiError error = administrator.expectError(
                    ErrorType.INVALID_INPUT, SAVE, Casework.input(Casework.with(WORDS, "bodyEn", "x" + wrong)));
            assertEquals("MESSAGE_TEMPLATE_PLACEHOLDER", error.code(), wrong);
        }
        for (Map.Entry<String, String> wrong : Map.of(
                        "titleZh", "长".repeat(81), "titleEn", " ", "bodyZh", "长".repeat(1_001), "bodyEn", "")
                .entrySet()) {
            administrator.expectError(
                    ErrorType.INVALID_INPUT,
                    SAVE,
                    Casework.input(Casework.with(WORDS, wrong.getKey(), wrong.getValue())));
        }
        administrator.expectError(
                ErrorType.INVALID_INPUT, SAVE, Casework.input(Casework.with(WORDS, "titleZh", "两行\n标题")));
        administrator.expectError(
                ErrorType.NOT_FOUND, SAVE, Casework.input(Casework.with(WORDS, "template", "no-such-message")));
        administrator.expectError(ErrorType.CONFLICT, SAVE, Casework.input(Casework.with(WORDS, "version", 7)));
        county.cadre(county.villageCode(1)).expectError(ErrorType.FORBIDDEN, SAVE, Casework.input(WORDS));
        JsonNode all = administrator
                .query("{ messageTemplates(first: 100) { edges { node { template overridden version } } } }")
                .at("/messageTemplates/edges");
        assertTrue(all.toString().contains("emergency-case"), all::toString);
        all.forEach(edge -> assertFalse(edge.at("/node/overridden").asBoolean()));
    }

    @Test
    @DisplayName("Of several who change what they have seen one does, and the others are told")
    void races() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> attempts = Collections.nCopies(4, () -> administrator
                    .ask(SAVE, Casework.input(Casework.with(WORDS, "version", 0)))
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

    @Test
    @DisplayName(
            "A notice is begun from a template, each of whose blanks is filled in once, and by what is put there as it is")
    void notices() {
        String save = "mutation ($input: NoticeTemplateSaveInput!) { noticeTemplateSave(input: $input) {"
                + " noticeTemplate { id blanks version } } }";
        String write =
                "mutation ($input: NoticeWriteInput!) { noticeWrite(input: $input) { notice { title body mustConfirm } } }";
        GraphqlClient cadre = county.cadre(county.villageCode(1));
        Map<String, Object> words =
                Map.of("name", "停水", "title", "{地点}停水通知", "body", "{时间}起，{地点}停水。", "mustConfirm", true);
        JsonNode kept = administrator.mutate(save, Casework.input(words)).at("/noticeTemplateSave/noticeTemplate");
        String id = kept.get("id").asText();
        assertEquals(2, kept.get("blanks").size());
        assertEquals(
                1,
                cadre.query("{ noticeTemplates(first: 5) { edges { node { name } } } }")
                        .at("/noticeTemplates/edges")
                        .size());
        Map<String, Object> draft = Map.of(
                "templateId",
                id,
                "divisionIds",
                List.of(county.divisionId(county.villageCode(1))),
                "blanks",
                List.of(Map.of("name", "地点", "value", "高寨村{时间}"), Map.of("name", "时间", "value", "明早$1")));
        JsonNode written = cadre.mutate(write, Casework.input(draft)).at("/noticeWrite/notice");
        assertEquals("高寨村{时间}停水通知", written.get("title").asText());
        assertEquals("明早$1起，高寨村{时间}停水。", written.get("body").asText());
        assertTrue(written.get("mustConfirm").asBoolean());

        for (List<Map<String, String>> wrong : List.of(
                List.<Map<String, String>>of(),
                List.of(Map.of("name", "地点", "value", "高寨村")),
                List.of(
                        Map.of("name", "地点", "value", "高寨村"),
                        Map.of("name", "时间", "value", "明早"),
                        Map.of("name", "原因", "value", "检修")))) {
            assertEquals(
                    "NOTICE_TEMPLATE_BLANK",
                    cadre.expectError(
                                    ErrorType.INVALID_INPUT,
                                    write,
                                    Casework.input(Casework.with(draft, "blanks", wrong)))
                            .code());
        }
        cadre.expectError(ErrorType.INVALID_INPUT, write, Casework.input(Casework.with(draft, "title", "自拟标题")));
        cadre.expectError(ErrorType.FORBIDDEN, save, Casework.input(words));
        administrator.expectError(ErrorType.PRECONDITION, "NOTICE_TEMPLATE_NAME_TAKEN", save, Casework.input(words));
        administrator.expectError(
                ErrorType.INVALID_INPUT, save, Casework.input(Casework.with(words, "body", "没有合上的{括号")));
        Map<String, Object> changed = Casework.with(Casework.with(words, "templateId", id), "version", 0);
        administrator.mutate(save, Casework.input(changed));
        administrator.expectError(ErrorType.CONFLICT, save, Casework.input(changed));
        String remove =
                "mutation ($id: ID!) { noticeTemplateRemove(input: { templateId: $id }) { noticeTemplate { removed } } }";
        other.administrator().expectError(ErrorType.NOT_FOUND, remove, Map.of("id", id));
        administrator.mutate(remove, Map.of("id", id));
        cadre.expectError(ErrorType.NOT_FOUND, write, Casework.input(draft));
    }
}
