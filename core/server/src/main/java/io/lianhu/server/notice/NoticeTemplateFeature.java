package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What notices are begun from, over GraphQL: the county's administrator keeps them, whoever writes notices uses them. */
@Singleton
class NoticeTemplateFeature implements CoreFeature {

    private static final String MANAGE = "notices:template";
    private static final int MOST = 100;

    private static final String SELECT =
            "select id, name, title, body, must_confirm, saved_by_name, saved_at, version, removed_at is not null"
                    + " from lianhu_core.notice_template";

    @Override
    public String schema() {
        return "noticetemplate";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(MANAGE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("NoticeTemplate", NoticeTemplateFeature::load)
                .query("noticeTemplates", NoticeTemplateFeature::list)
                .mutation("noticeTemplateSave", NoticeTemplateFeature::save)
                .mutation("noticeTemplateRemove", NoticeTemplateFeature::remove);
    }

    private static List<NoticeTemplate> templates(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new NoticeTemplate(
                        row.getUUID(0),
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getString(5),
                        row.getOffsetDateTime(6).toInstant(),
                        row.getInteger(7),
                        row.getBoolean(8)))
                .toList();
    }

    /** The template of that id, for a notice that is begun from it. */
    static Uni<NoticeTemplate> find(UUID id) {
        return Statements.CORE
                .run(SELECT + " where id = $1 and removed_at is null for no key update", id)
                .map(rows -> templates(rows).stream()
                        .findFirst()
                        .orElseThrow(() -> ApiException.notFound("NoticeTemplate")));
    }

    private static Uni<Map<UUID, NoticeTemplate>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(Notice.WRITE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(SELECT + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows ->
                        templates(rows).stream().collect(Collectors.toMap(NoticeTemplate::id, Function.identity())));
    }

    private static Uni<Connection<NoticeTemplate>> list(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        SELECT
                                + " where removed_at is null and ($1::uuid is null or id < $1) order by id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(templates(rows), page, NoticeTemplate::id));
    }

    /** A template as it is to be. */
    record SaveInput(
            Optional<GlobalId> templateId,
            String name,
            String title,
            String body,
            Optional<Boolean> mustConfirm,
            Optional<Integer> version) {}

    private static Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        String name = Texts.check(input.name(), 1, 40, "name");
        String title = NoticeTemplate.checked(Texts.check(input.title(), 2, 60, "title"));
        String body = NoticeTemplate.checked(Texts.check(input.body(), 1, 5_000, "body"));
        UUID id = input.templateId().map(one -> one.of("NoticeTemplate")).orElseGet(Ids::next);
        // one at a time in a county, so that two together are neither too many nor of one name
        return Statements.CORE
                .run(
                        "select pg_advisory_xact_lock(hashtext('notice template ' || $1))",
                        Operation.current().tenant())
                .chain(() -> requireFree(name, id))
                .chain(() -> input.templateId().isEmpty()
                        ? add(call, id, name, title, body, input.mustConfirm().orElse(false))
                        : find(id).chain(before -> {
                            if (input.version()
                                    .filter(seen -> seen != before.version())
                                    .isPresent()) {
                                throw ApiException.conflict("NoticeTemplate");
                            }
                            return Statements.CORE.run(
                                    "update lianhu_core.notice_template set name = $2, title = $3, body = $4, must_confirm = $5,"
                                            + " saved_by = $6, saved_by_name = $7, saved_at = now(), version = version + 1"
                                            + " where id = $1",
                                    id,
                                    name,
                                    title,
                                    body,
                                    input.mustConfirm().orElse(false),
                                    call.actor().subject(),
                                    Person.current().name());
                        }))
                .replaceWith(id);
    }

    private static Uni<RowSet<Row>> add(
            Call call, UUID id, String name, String title, String body, boolean mustConfirm) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.notice_template (id, name, title, body, must_confirm, saved_by, saved_by_name)"
                                + " select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from lianhu_core.notice_template"
                                + " where removed_at is null) < " + MOST,
                        id,
                        name,
                        title,
                        body,
                        mustConfirm,
                        call.actor().subject(),
                        Person.current().name())
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(NoticeError.NOTICE_TEMPLATE_TOO_MANY, Map.of("most", MOST));
                    }
                });
    }

    private static Uni<Void> requireFree(String name, UUID own) {
        return Statements.CORE
                .run(
                        "select 1 from lianhu_core.notice_template where name = $1 and removed_at is null and id <> $2",
                        name,
                        own)
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(NoticeError.NOTICE_TEMPLATE_NAME_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /** Which template. */
    record RemoveInput(GlobalId templateId) {}

    private static Uni<UUID> remove(Call call) {
        UUID id = call.input(RemoveInput.class).templateId().of("NoticeTemplate");
        return find(id).chain(found -> Statements.CORE.run(
                        "update lianhu_core.notice_template set removed_at = now(), version = version + 1 where id = $1",
                        id))
                .replaceWith(id);
    }
}
