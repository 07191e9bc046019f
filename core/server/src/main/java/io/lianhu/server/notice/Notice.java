package io.lianhu.server.notice;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.audience.Audiences;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A notice (公告), as one person sees it. */
public record Notice(
        UUID id,
        String title,
        String body,
        NoticeState state,
        List<String> audience,
        boolean mustConfirm,
        boolean emergency,
        @Nullable Instant scheduledFor,
        @Nullable UUID publication,
        @Nullable Instant publishedAt,
        @Nullable Instant inForceUntil,
        @Nullable Instant recalledAt,
        @Nullable String recallReason,
        @Nullable Integer receivers,
        int chased,
        @Nullable Instant readAt,
        @Nullable Instant confirmedAt,
        boolean managed,
        boolean targeted,
        DeliverTo deliverTo,
        @Nullable Progress progress) {

    /** By whom a notice is brought to people. */
    public enum DeliverTo {
        RESIDENTS,
        GRID_WORKERS
    }

    /** How far the sending of a notice has got, in residents. */
    public record Progress(int sent, int total, boolean finished) {}

    static final String READ = "notices:read";
    static final String WRITE = "notices:write";

    static final String ASSIST = "notices:assist";

    static final List<Permission> PERMISSIONS = List.of(
            Permission.of(READ, Role.RESIDENT),
            Permission.of(ASSIST, Role.GRID_WORKER),
            Permission.of(WRITE, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));

    /** The first parameter is the caller's resident id, or null. */
    static final String SELECT = "select n.id, n.title, n.body, n.state, n.audience, n.must_confirm, n.emergency,"
            + " case when n.state = 'SCHEDULED' then n.due_at end as scheduled_for, n.publication, n.published_at,"
            + " n.in_force_until, n.recalled_at, n.recall_reason, n.receivers, n.chased, c.read_at, c.confirmed_at,"
            + " n.criteria is not null as targeted, n.confidential, n.deliver_to, n.sent, n.sending"
            + " from lianhu_core.notice n left join lianhu_core.notice_receipt c on c.notice_id = n.id"
            + " and c.resident_id = $1";

    static Notice of(Row row, Actor actor) {
        List<String> audience = List.of(row.getArrayOfStrings("audience"));
        boolean managed = mayManage(actor, audience, row.getBoolean("confidential"));
        NoticeState state = NoticeState.valueOf(row.getString("state"));
        return new Notice(
                row.getUUID("id"),
                row.getString("title"),
                state == NoticeState.RECALLED && !managed ? "" : row.getString("body"),
                state,
                audience,
                row.getBoolean("must_confirm"),
                row.getBoolean("emergency"),
                instant(row.getOffsetDateTime("scheduled_for")),
                row.getUUID("publication"),
                instant(row.getOffsetDateTime("published_at")),
                instant(row.getOffsetDateTime("in_force_until")),
                instant(row.getOffsetDateTime("recalled_at")),
                row.getString("recall_reason"),
                managed ? row.getInteger("receivers") : null,
                row.getInteger("chased"),
                instant(row.getOffsetDateTime("read_at")),
                instant(row.getOffsetDateTime("confirmed_at")),
                managed,
                row.getBoolean("targeted"),
                DeliverTo.valueOf(row.getString("deliver_to")),
                managed ? progress(row) : null);
    }

    private static @Nullable Progress progress(Row row) {
        Integer receivers = row.getInteger("receivers");
        int sent = row.getInteger("sent");
        return receivers == null
                ? null
                : new Progress(sent, receivers, !"PUBLICATION".equals(row.getString("sending")) && sent >= receivers);
    }

    static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /** Whether the actor may write for the whole audience, and may know who it is. */
    static boolean mayManage(Actor actor, List<String> audience, boolean confidential) {
        return audience.stream()
                .map(DivisionCode::new)
                .allMatch(code ->
                        actor.may(WRITE, code) && (!confidential || Audiences.mayReadConfidential(actor, code)));
    }

    /** Whether it has been published, even if it was recalled since. */
    boolean out() {
        return publication != null
                && Stream.of(NoticeState.PUBLISHED, NoticeState.RECALLED).anyMatch(state::equals);
    }

    /** Whether the actor sees it whoever it was sent to: by a post over its audience, or as one of everybody there. */
    boolean isOpenTo(Actor actor) {
        return managed
                || out()
                        && !targeted
                        && actor.resident()
                                .filter(me -> Audience.of(audience.toArray(String[]::new))
                                        .contains(me.division()))
                                .isPresent();
    }
}
