package io.lianhu.server.message;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The words of the core's messages, over GraphQL: the county's administrator chooses them. */
@Singleton
class MessageTemplateFeature implements CoreFeature {

    private static final String MANAGE = "templates:manage";
    private static final int LONGEST_TITLE = 80;
    private static final int LONGEST_BODY = 1_000;

    private final MessageTemplates templates;

    MessageTemplateFeature(MessageTemplates templates) {
        this.templates = templates;
    }

    @Override
    public String schema() {
        return "messagetemplate";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(MANAGE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node(
                        "MessageTemplate",
                        (ids, call) -> call.actor().may(MANAGE)
                                ? templates.load(MessageTemplates.names(ids)).map(found -> found.stream()
                                        .collect(Collectors.toMap(MessageTemplates.Template::id, Function.identity())))
                                : Uni.createFrom().item(Map.<UUID, MessageTemplates.Template>of()))
                .query("messageTemplates", this::list)
                .query("messageTemplateHistory", this::history)
                .mutation("messageTemplateSave", this::save)
                .mutation("messageTemplateReset", this::reset);
    }

    private Uni<Connection<MessageTemplates.Template>> list(Call call) {
        PageRequest page = call.page();
        return templates
                .load(MessageTemplates.names(page))
                .map(rows -> Connection.of(rows, page, MessageTemplates.Template::id));
    }

    private Uni<Connection<MessageTemplates.Change>> history(Call call) {
        PageRequest page = call.page();
        return templates
                .history(MessageTemplates.known(call.required("template", String.class)), page)
                .map(rows -> Connection.of(rows, page, MessageTemplates.Change::id));
    }

    /** A template's words as they are to be. */
    record SaveInput(
            String template, String titleZh, String titleEn, String bodyZh, String bodyEn, Optional<Integer> version) {}

    private Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        return templates.save(
                MessageTemplates.known(input.template()),
                new MessageTemplates.Words(
                        title(input.titleZh(), "titleZh"),
                        title(input.titleEn(), "titleEn"),
                        Texts.check(input.bodyZh(), 1, LONGEST_BODY, "bodyZh"),
                        Texts.check(input.bodyEn(), 1, LONGEST_BODY, "bodyEn")),
                input.version(),
                call.actor());
    }

    /** In one line. */
    private static String title(String text, String field) {
        String title = Texts.check(text, 1, LONGEST_TITLE, field);
        if (title.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.invalid(field);
        }
        return title;
    }

    /** A template that goes back to the usual words. */
    record ResetInput(String template, Optional<Integer> version) {}

    private Uni<UUID> reset(Call call) {
        ResetInput input = call.input(ResetInput.class);
        return templates.reset(MessageTemplates.known(input.template()), input.version(), call.actor());
    }
}
