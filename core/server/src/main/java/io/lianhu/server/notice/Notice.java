package io.lianhu.server.notice;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
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
        boolean managed) {

    static final String READ = "notices:read";
    static final String WRITE = "notices:write";

    static final List<Permission> PERMISSIONS = List.of(
            Permission.of(READ, Role.RESIDENT),
            Permission.of(WRITE, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR));

    /** The first parameter is the caller's resident id, or null. */
    static final String SELECT = "select n.id, n.title, n.body, n.state, n.audience, n.must_confirm, n.emergency,"
            + " case when n.state = 'SCHEDULED' then n.due_at end as scheduled_for, n.publication, n.published_at,"
            + " n.in_force_until, n.recalled_at, n.recall_reason, n.receivers, n.chased, c.read_at, c.confirmed_at"
            + " from lianhu_core.notice n left join lianhu_core.notice_receipt c on c.notice_id = n.id"
            + " and c.resident_id = $1";

    static Notice of(Row row, Actor actor) {
        List<String> audience = List.of(row.getArrayOfStrings("audience"));
        boolean managed = mayManage(actor, audience);
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
                managed);
    }

    static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /** Whether the actor may write for the whole audience. */
    static boolean mayManage(Actor actor, List<String> audience) {
        return audience.stream().allMatch(code -> actor.may(WRITE, new DivisionCode(code)));
    }

    /** Whether the actor may see it: by a post over its audience, or as one of whom it was published for. */
    boolean isFor(Actor actor) {
        boolean out = publication != null
                && Stream.of(NoticeState.PUBLISHED, NoticeState.RECALLED).anyMatch(state::equals);
        return managed
                || out
                        && actor.resident()
                                .filter(me -> Audience.of(audience.toArray(String[]::new))
                                        .contains(me.division()))
                                .isPresent();
    }
}
