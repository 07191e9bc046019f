package io.lianhu.server.notice;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** Whom grid workers tell of notices (入户告知), by where people live now: elders without a telephone, or whoever a notice is brought to. */
@Singleton
class Errands {

    /** The residents whom grid workers are to tell; the codes of the grids are the first parameter. */
    private static final String TOLD = " from unnest($1::text[]) g (code) join lianhu_core.resident r"
            + " on r.division_code >= g.code collate \"C\" and r.division_code < (g.code || ':') collate \"C\""
            + " and r.state = 'APPROVED' join lianhu_core.notice_receipt c on c.resident_id = r.id and c.by_worker";

    private static String[] grids(Actor actor) {
        return actor.scopes(Notice.ASSIST).stream().map(DivisionCode::value).toArray(String[]::new);
    }

    /** Of these notices those of which somebody is to be told by the actor, or which the actor's household was sent. */
    static Uni<RowSet<Row>> concerning(UUID[] notices, Actor actor) {
        return Statements.CORE.run(
                "select c.notice_id" + TOLD + " where c.notice_id = any ($2) union select c.notice_id"
                        + " from lianhu_core.resident r join lianhu_core.notice_receipt c on c.resident_id = r.id"
                        + " and c.sent_at is not null join lianhu_core.notice n on n.id = c.notice_id"
                        + " where r.household_id = $3 and (r.id = $4 or r.subject is null and not n.confidential)"
                        + " and c.notice_id = any ($2)",
                grids(actor),
                notices,
                actor.resident().map(me -> me.household()).orElse(null),
                actor.residentId().orElse(null));
    }

    /** The notices in force of which somebody is still to be told, the newest first. */
    Uni<RowSet<Row>> open(Call call, PageRequest page) {
        return Statements.CORE.run(
                Notice.SELECT + " where n.id in (select c.notice_id" + TOLD.replace("$1", "$2")
                        + " where c.confirmed_at is null) and n.state = 'PUBLISHED'"
                        + " and coalesce(n.in_force_until > now(), true) and ($3::uuid is null or n.publication < $3)"
                        + " order by n.publication desc limit $4",
                call.actor().residentId().orElse(null),
                grids(call.actor()),
                page.after().orElse(null),
                page.limit());
    }

    /** Whom the actor is to tell of a notice, as {@link Audience#receipts}. */
    Uni<RowSet<Row>> of(Call call, PageRequest page) {
        return Statements.CORE.run(
                "select r.id, c.read_at, c.confirmed_at, c.confirmed_by_name, r.subject is null" + TOLD
                        + " where c.notice_id = $2 and ($3::boolean is null or $3 = (c.confirmed_at is not null))"
                        + " and ($4::uuid is null or r.id < $4) order by r.id desc limit $5",
                grids(call.actor()),
                call.id("noticeId", "Notice"),
                call.argument("confirmed", Boolean.class).orElse(null),
                page.after().orElse(null),
                page.limit());
    }

    /** The input of a confirmation for somebody. */
    record ConfirmInput(GlobalId noticeId, GlobalId residentId) {}

    /** Notes that a resident was told (代确认), and by whom; a second time changes nothing. */
    Uni<UUID> confirm(Call call) {
        ConfirmInput input = call.input(ConfirmInput.class);
        UUID notice = input.noticeId().of("Notice");
        UUID resident = input.residentId().of("Resident");
        return Statements.CORE
                .run("select state from lianhu_core.notice where id = $1 and publication is not null for share", notice)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Notice");
                    }
                    NoticeState state =
                            NoticeState.valueOf(rows.iterator().next().getString(0));
                    if (state != NoticeState.PUBLISHED) {
                        throw new ApiException(NoticeError.NOTICE_STATE, Map.of("state", state));
                    }
                    return Statements.CORE.run(
                            "update lianhu_core.notice_receipt u set confirmed_at = coalesce(u.confirmed_at, now()),"
                                    + " confirmed_by = case when u.confirmed_at is null then $4 else u.confirmed_by end,"
                                    + " confirmed_by_name = case when u.confirmed_at is null then $5 else u.confirmed_by_name end"
                                    + " where u.notice_id = $2 and u.resident_id = $3 and exists (select 1" + TOLD
                                    + " where c.notice_id = $2 and r.id = $3)",
                            grids(call.actor()),
                            notice,
                            resident,
                            call.actor().subject(),
                            Person.current().name());
                })
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Resident");
                    }
                })
                .replaceWith(notice);
    }
}
