package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Resident;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Notices, over GraphQL. */
@Singleton
class NoticeFeature implements CoreFeature {

    private static final int SAMPLE = 5;

    private final WriteNotice write;

    NoticeFeature(WriteNotice write) {
        this.write = write;
    }

    @Override
    public String schema() {
        return "notice";
    }

    @Override
    public List<Permission> permissions() {
        return Notice.PERMISSIONS;
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Notice", this::load)
                .query("noticesForMe", this::forMe)
                .query("noticesByMe", this::byMe)
                .query("noticePreview", this::preview)
                .query("noticeReceipts", this::receipts)
                .batch("Notice", "readers", (List<Notice> notices, Call call) -> counted(notices, "read_at"))
                .batch("Notice", "confirmers", (List<Notice> notices, Call call) -> counted(notices, "confirmed_at"))
                .mutation("noticeWrite", write::write)
                .mutation("noticePublish", write::publish)
                .mutation("noticeRecall", write::recall)
                .mutation("noticeChase", write::chase)
                .mutation("noticeRead", write::read)
                .mutation("noticeConfirm", write::confirm);
    }

    private static List<Notice> notices(RowSet<Row> rows, Call call) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> Notice.of(row, call.actor()))
                .toList();
    }

    private static @Nullable UUID me(Call call) {
        return call.actor().residentId().orElse(null);
    }

    private Uni<Map<UUID, Notice>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(Notice.SELECT + " where n.id = any ($2)", me(call), ids.toArray(UUID[]::new))
                .map(rows -> notices(rows, call).stream()
                        .filter(notice -> notice.isFor(call.actor()))
                        .collect(Collectors.toMap(Notice::id, Function.identity())));
    }

    private Uni<Connection<Notice>> forMe(Call call) {
        PageRequest page = call.page();
        Resident me = call.actor().requireResident();
        boolean unread = call.argument("unread", Boolean.class).orElse(false);
        String home = me.division().value();
        String[] around = IntStream.of(6, 9, 12, 15, 17)
                .filter(length -> length <= home.length())
                .mapToObj(length -> home.substring(0, length))
                .toArray(String[]::new);
        return Statements.CORE
                .run(
                        Notice.SELECT + " join lianhu_core.notice_audience a on a.notice_id = n.id"
                                + " join lianhu_core.resident r on r.id = $1"
                                + " where a.division_code = any ($2) and a.publication is not null"
                                + " and ($3::uuid is null or a.publication < $3)"
                                + " and (n.published_at >= r.decided_at or n.state = 'PUBLISHED'"
                                + " and coalesce(n.in_force_until > now(), true))"
                                + (unread ? " and c.read_at is null" : "") + " order by a.publication desc limit $4",
                        me.id(),
                        around,
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(
                        notices(rows, call), page, notice -> Objects.requireNonNull(notice.publication())));
    }

    private Uni<Connection<Notice>> byMe(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        Notice.SELECT + " where n.author_subject = $2 and ($3::uuid is null or n.id < $3)"
                                + " order by n.id desc limit $4",
                        me(call),
                        call.actor().subject(),
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(notices(rows, call), page, Notice::id));
    }

    /** Whom a notice would reach, as the schema has it. */
    public record Preview(long count, List<String> sample) {}

    private Uni<Preview> preview(Call call) {
        List<GlobalId> ids = List.of(call.required("divisionIds", GlobalId[].class));
        return write.audience(call, ids)
                .chain(audience -> audience.preview(SAMPLE))
                .map(rows -> {
                    long count = 0;
                    List<String> sample = new ArrayList<>();
                    for (Row row : rows) {
                        sample.add(row.getString(0));
                        count = row.getLong(1);
                    }
                    return new Preview(count, sample);
                });
    }

    /** What a resident has done with a notice, as the schema has it. */
    public record Receipt(UUID residentId, @Nullable Instant readAt, @Nullable Instant confirmedAt) {}

    private Uni<Connection<Receipt>> receipts(Call call) {
        PageRequest page = call.page();
        UUID id = call.id("noticeId", "Notice");
        return load(Set.of(id), call).chain(found -> {
            Notice notice = found.get(id);
            if (notice == null || !notice.managed()) {
                throw ApiException.notFound("Notice");
            }
            return Audience.of(notice.audience().stream().map(DivisionCode::new).toList())
                    .receipts(
                            id,
                            call.argument("confirmed", Boolean.class).orElse(null),
                            page.after().orElse(null),
                            page.limit())
                    .map(rows -> Connection.of(
                            StreamSupport.stream(rows.spliterator(), false)
                                    .map(row -> new Receipt(
                                            row.getUUID(0),
                                            Notice.instant(row.getOffsetDateTime(1)),
                                            Notice.instant(row.getOffsetDateTime(2))))
                                    .toList(),
                            page,
                            Receipt::residentId));
        });
    }

    private static Uni<Map<Notice, Long>> counted(List<Notice> notices, String column) {
        UUID[] managed =
                notices.stream().filter(Notice::managed).map(Notice::id).toArray(UUID[]::new);
        return Statements.CORE
                .run(
                        "select notice_id, count(" + column + ") from lianhu_core.notice_receipt"
                                + " where notice_id = any ($1) group by notice_id",
                        (Object) managed)
                .map(rows -> {
                    Map<UUID, Long> counts = new HashMap<>();
                    rows.forEach(row -> counts.put(row.getUUID(0), row.getLong(1)));
                    Map<Notice, Long> result = new HashMap<>();
                    notices.stream()
                            .filter(Notice::managed)
                            .forEach(notice -> result.put(notice, counts.getOrDefault(notice.id(), 0L)));
                    return result;
                });
    }
}
