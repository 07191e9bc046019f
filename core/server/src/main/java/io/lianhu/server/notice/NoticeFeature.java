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
import io.lianhu.server.audience.Audiences;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
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

    private final WriteNotice write;
    private final Audiences audiences;
    private final Errands errands;

    NoticeFeature(WriteNotice write, Audiences audiences, Errands errands) {
        this.write = write;
        this.audiences = audiences;
        this.errands = errands;
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
                .batch(
                        "Notice",
                        "readers",
                        (List<Notice> notices, Call call) -> counted(notices, "read_at is not null"))
                .batch(
                        "Notice",
                        "confirmers",
                        (List<Notice> notices, Call call) -> counted(notices, "confirmed_at is not null"))
                .batch(
                        "Notice",
                        "unreachable",
                        (List<Notice> notices, Call call) -> counted(notices, "sent_at is not null and without_login"))
                .mutation("noticeWrite", write::write)
                .mutation("noticePublish", write::publish)
                .mutation("noticeRecall", write::recall)
                .mutation("noticeChase", write::chase)
                .mutation("noticeRead", write::read)
                .mutation("noticeConfirm", write::confirm)
                .query("noticesToTell", this::toTell)
                .query("noticeErrands", this::errands)
                .mutation("noticeConfirmFor", errands::confirm);
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
                .chain(rows -> {
                    List<Notice> notices = notices(rows, call);
                    UUID[] asked = notices.stream()
                            .filter(notice -> notice.out() && !notice.isOpenTo(call.actor()))
                            .map(Notice::id)
                            .toArray(UUID[]::new);
                    return concerning(asked, call).map(known -> notices.stream()
                            .filter(notice -> notice.isOpenTo(call.actor()) || known.contains(notice.id()))
                            .collect(Collectors.toMap(Notice::id, Function.identity())));
                });
    }

    private static Uni<Set<UUID>> concerning(UUID[] notices, Call call) {
        return notices.length == 0
                ? Uni.createFrom().item(Set.of())
                : Errands.concerning(notices, call.actor()).map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .collect(Collectors.toSet()));
    }

    private Uni<Connection<Notice>> forMe(Call call) {
        PageRequest page = call.page();
        Resident me = call.actor().requireResident();
        boolean unread = call.argument("unread", Boolean.class).orElse(false);
        NoticeFilter filter = NoticeFilter.of(call, 5);
        String home = me.division().value();
        String[] around = IntStream.of(6, 9, 12, 15, 17)
                .filter(length -> length <= home.length())
                .mapToObj(length -> home.substring(0, length))
                .toArray(String[]::new);
        return Statements.CORE
                .run(
                        Notice.SELECT + " join (select notice_id, publication from lianhu_core.notice_audience"
                                + " where division_code = any ($2) and publication is not null"
                                + " union select x.notice_id, x.publication from lianhu_core.resident h"
                                + " join lianhu_core.notice_receipt x on x.resident_id = h.id and x.publication is not null"
                                + " join lianhu_core.notice y on y.id = x.notice_id"
                                + " where h.household_id = $5 and (h.id = $1 or h.subject is null and not y.confidential))"
                                + " a on a.notice_id = n.id"
                                + " join lianhu_core.resident r on r.id = $1"
                                + " where ($3::uuid is null or a.publication < $3)"
                                + " and (n.published_at >= r.decided_at or n.state = 'PUBLISHED'"
                                + " and coalesce(n.in_force_until > now(), true))"
                                + (unread ? " and c.read_at is null" : "") + filter.conditions()
                                + " order by a.publication desc limit $4",
                        filter.after(me.id(), around, page.after().orElse(null), page.limit(), me.household()))
                .map(rows -> published(rows, page, call));
    }

    private static Connection<Notice> published(RowSet<Row> rows, PageRequest page, Call call) {
        return Connection.of(notices(rows, call), page, notice -> Objects.requireNonNull(notice.publication()));
    }

    private Uni<Connection<Notice>> toTell(Call call) {
        PageRequest page = call.page();
        return errands.open(call, page).map(rows -> published(rows, page, call));
    }

    private Uni<Connection<Receipt>> errands(Call call) {
        PageRequest page = call.page();
        return errands.of(call, page).map(rows -> receipts(rows, page));
    }

    private Uni<Connection<Notice>> byMe(Call call) {
        PageRequest page = call.page();
        NoticeFilter filter = NoticeFilter.of(call, 4);
        return Statements.CORE
                .run(
                        Notice.SELECT + " where n.author_subject = $2 and ($3::uuid is null or n.id < $3)"
                                + filter.conditions() + " order by n.id desc limit $4",
                        filter.after(
                                me(call), call.actor().subject(), page.after().orElse(null), page.limit()))
                .map(rows -> Connection.of(notices(rows, call), page, Notice::id));
    }

    /** Whom a notice would reach, as the schema has it. */
    public record Preview(long count, long withLogin, long households, List<String> sample) {}

    private Uni<Preview> preview(Call call) {
        return write.target(
                        call,
                        new WriteNotice.Whom(
                                call.argument("divisionIds", GlobalId[].class).map(List::of),
                                call.argument("audience", Audiences.Asked.class),
                                call.argument("audienceId", GlobalId.class)))
                .chain(audiences::preview)
                .map(found -> new Preview(
                        found.residents(),
                        found.withLogin(),
                        found.households(),
                        found.sample().stream().map(Audiences.Sample::name).toList()));
    }

    /** What a resident has done with a notice, as the schema has it. */
    public record Receipt(
            UUID residentId,
            @Nullable Instant readAt,
            @Nullable Instant confirmedAt,
            @Nullable String confirmedByName,
            boolean withoutLogin) {}

    private static Connection<Receipt> receipts(RowSet<Row> rows, PageRequest page) {
        return Connection.of(
                StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Receipt(
                                row.getUUID(0),
                                Notice.instant(row.getOffsetDateTime(1)),
                                Notice.instant(row.getOffsetDateTime(2)),
                                row.getString(3),
                                row.getBoolean(4)))
                        .toList(),
                page,
                Receipt::residentId);
    }

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
                            notice.targeted(),
                            call.argument("confirmed", Boolean.class).orElse(null),
                            page.after().orElse(null),
                            page.limit())
                    .map(rows -> receipts(rows, page));
        });
    }

    private static Uni<Map<Notice, Long>> counted(List<Notice> notices, String which) {
        UUID[] managed =
                notices.stream().filter(Notice::managed).map(Notice::id).toArray(UUID[]::new);
        return Statements.CORE
                .run(
                        "select notice_id, count(*) from lianhu_core.notice_receipt where notice_id = any ($1) and "
                                + which + " group by notice_id",
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
