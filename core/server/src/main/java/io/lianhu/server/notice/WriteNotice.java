package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.server.audience.Audiences;
import io.lianhu.server.audience.SavedAudiences;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Takes a notice from draft to publication and recall; and notes who has read it. */
@Singleton
class WriteNotice {

    private static final int MOST_HOURS = 168;
    private static final Duration FURTHEST = Duration.ofDays(366);

    private final Audiences audiences;
    private final SavedAudiences saved;
    private final SendNotice send;
    private final Clock clock = Clock.systemUTC();

    WriteNotice(Audiences audiences, SavedAudiences saved, SendNotice send) {
        this.audiences = audiences;
        this.saved = saved;
        this.send = send;
    }

    /** For whom a notice is to be: one of the three is given. */
    record Whom(
            Optional<List<GlobalId>> divisionIds, Optional<Audiences.Asked> audience, Optional<GlobalId> audienceId) {}

    /** The people that the caller may write for; fails where they are not all such, or are not said in one way. */
    Uni<Audiences.Target> target(Call call, Whom whom) {
        long ways = Stream.of(whom.divisionIds(), whom.audience(), whom.audienceId())
                .filter(Optional::isPresent)
                .count();
        if (ways != 1) {
            throw ApiException.invalid("divisionIds");
        }
        return whom.audienceId().isPresent()
                ? saved.target(whom.audienceId().get().of("SavedAudience"), Notice.WRITE, call.actor())
                : audiences.target(
                        whom.audience()
                                .orElseGet(() -> new Audiences.Asked(
                                        whom.divisionIds(), Optional.empty(), Optional.empty(), Optional.empty())),
                        Notice.WRITE,
                        call.actor());
    }

    /** What is filled into a template's blank. */
    record Blank(String name, String value) {}

    /** What a draft says, by itself or from a template. */
    private record Words(String title, String body, boolean mustConfirm) {}

    private static Uni<Words> words(WriteInput input) {
        boolean whole = input.title().isPresent() && input.body().isPresent();
        if (input.templateId().isEmpty()) {
            if (!whole || input.blanks().isPresent()) {
                throw ApiException.invalid(whole ? "blanks" : input.title().isPresent() ? "body" : "title");
            }
            return Uni.createFrom()
                    .item(new Words(
                            input.title().orElse(""),
                            input.body().orElse(""),
                            input.mustConfirm().orElse(false)));
        }
        if (input.title().isPresent() || input.body().isPresent()) {
            throw ApiException.invalid("templateId");
        }
        List<Blank> blanks = input.blanks().orElse(List.of());
        Map<String, String> values = new HashMap<>();
        blanks.forEach(blank -> values.put(blank.name(), Texts.check(blank.value(), 1, 500, "blanks")));
        if (values.size() < blanks.size()) {
            throw ApiException.invalid("blanks");
        }
        return NoticeTemplateFeature.find(input.templateId().get().of("NoticeTemplate"))
                .map(template -> template.filled(values))
                .map(filled -> new Words(
                        filled.title(), filled.body(), input.mustConfirm().orElse(filled.mustConfirm())));
    }

    /** The input of a draft. */
    record WriteInput(
            Optional<String> title,
            Optional<String> body,
            Optional<GlobalId> templateId,
            Optional<List<Blank>> blanks,
            Optional<List<GlobalId>> divisionIds,
            Optional<Audiences.Asked> audience,
            Optional<GlobalId> audienceId,
            Optional<Notice.DeliverTo> deliverTo,
            Optional<Boolean> mustConfirm,
            Optional<Boolean> emergency,
            Optional<Integer> chaseHours,
            Optional<OffsetDateTime> inForceUntil) {}

    Uni<UUID> write(Call call) {
        WriteInput input = call.input(WriteInput.class);
        return words(input).chain(words -> write(call, input, words));
    }

    private Uni<UUID> write(Call call, WriteInput input, Words words) {
        String title = Texts.check(words.title(), 2, 60, "title");
        String body = Texts.check(words.body(), 1, 5_000, "body");
        boolean mustConfirm = words.mustConfirm();
        if (input.chaseHours()
                .filter(hours -> !mustConfirm || hours < 1 || hours > MOST_HOURS)
                .isPresent()) {
            throw ApiException.invalid("chaseHours");
        }
        if (input.inForceUntil()
                .filter(until -> !until.toInstant().isAfter(clock.instant()))
                .isPresent()) {
            throw ApiException.invalid("inForceUntil");
        }
        UUID id = Ids.next();
        Notice.DeliverTo deliverTo = input.deliverTo().orElse(Notice.DeliverTo.RESIDENTS);
        return target(call, new Whom(input.divisionIds(), input.audience(), input.audienceId()))
                .invoke(target -> {
                    if (target.confidential() && deliverTo == Notice.DeliverTo.GRID_WORKERS) {
                        throw new ApiException(NoticeError.NOTICE_CONFIDENTIAL);
                    }
                })
                .chain(target -> Statements.CORE.run(
                        "with written as (insert into lianhu_core.notice (id, title, body, state, audience, must_confirm, emergency,"
                                + " chase_hours, in_force_until, author_subject, criteria, confidential, deliver_to)"
                                + " values ($1, $2, $3, 'DRAFT', $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id)"
                                + " insert into lianhu_core.notice_audience (notice_id, division_code)"
                                + " select id, unnest($4::text[]) from written",
                        id,
                        title,
                        body,
                        target.where().stream().map(DivisionCode::value).toArray(String[]::new),
                        mustConfirm,
                        input.emergency().orElse(false),
                        input.chaseHours().orElse(null),
                        input.inForceUntil().map(WriteNotice::utc).orElse(null),
                        call.actor().subject(),
                        target.criteria(),
                        target.confidential(),
                        deliverTo.name()))
                .chain(() -> NoticeFilter.put(id))
                .replaceWith(id);
    }

    private static OffsetDateTime utc(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC);
    }

    /** The input of a publication. */
    record PublishInput(GlobalId noticeId, Optional<OffsetDateTime> publishAt) {}

    Uni<UUID> publish(Call call) {
        PublishInput input = call.input(PublishInput.class);
        input.publishAt().ifPresent(at -> {
            Duration ahead = Duration.between(clock.instant(), at.toInstant());
            if (ahead.isNegative() || ahead.compareTo(FURTHEST) > 0) {
                throw ApiException.invalid("publishAt");
            }
        });
        return managed(call, input.noticeId(), Set.of(NoticeState.DRAFT, NoticeState.SCHEDULED), row -> {
            UUID id = row.getUUID("id");
            OffsetDateTime until = row.getOffsetDateTime("in_force_until");
            if (until != null
                    && input.publishAt().filter(at -> !at.isBefore(until)).isPresent()) {
                throw ApiException.invalid("publishAt");
            }
            Audiences.Target target = SendNotice.target(row);
            Uni<Audiences.Target> still =
                    audiences.target(target.where(), target.criteria(), Notice.WRITE, call.actor());
            return input.publishAt().isEmpty()
                    ? still.chain(() -> send.publish(id))
                    : still.chain(() -> Statements.CORE.run(
                                    "update lianhu_core.notice set state = 'SCHEDULED', due_at = $2 where id = $1",
                                    id,
                                    utc(input.publishAt().get())))
                            .replaceWithVoid();
        });
    }

    /** The input of a recall. */
    record RecallInput(GlobalId noticeId, String reason) {}

    Uni<UUID> recall(Call call) {
        RecallInput input = call.input(RecallInput.class);
        String reason = Texts.check(input.reason(), 2, 200, "reason");
        return managed(
                call, input.noticeId(), Set.of(NoticeState.SCHEDULED, NoticeState.PUBLISHED), row -> Statements.CORE
                        .run(
                                "update lianhu_core.notice set state = 'RECALLED', recalled_at = now(), recall_reason = $2,"
                                        + " due_at = null, sending = null where id = $1",
                                row.getUUID("id"),
                                reason)
                        .chain(() -> row.getUUID("publication") == null
                                ? Uni.createFrom().voidItem()
                                : send.recall(row.getUUID("id"))));
    }

    /** The input of whatever needs no more than the notice. */
    record ActInput(GlobalId noticeId) {}

    Uni<UUID> chase(Call call) {
        return managed(call, call.input(ActInput.class).noticeId(), Set.of(NoticeState.PUBLISHED), row -> {
            if (!row.getBoolean("must_confirm")) {
                throw ApiException.invalid("noticeId");
            }
            if (row.getInteger("chased") >= PublishNotices.CHASES) {
                throw new ApiException(NoticeError.NOTICE_CHASED, Map.of("most", PublishNotices.CHASES));
            }
            if (row.getString("sending") != null) {
                throw new ApiException(NoticeError.NOTICE_SENDING);
            }
            return send.chase(row.getUUID("id"));
        });
    }

    /** Does it with the notice's row locked, if the caller may write for its audience and it is in one of the states. */
    private static Uni<UUID> managed(
            Call call, GlobalId notice, Set<NoticeState> states, Function<Row, Uni<Void>> work) {
        UUID id = notice.of("Notice");
        return Statements.CORE
                .run(
                        "select id, state, audience, criteria, confidential, must_confirm, chased, in_force_until, publication, sending"
                                + " from lianhu_core.notice"
                                + " where id = $1 for update",
                        id)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Notice");
                    }
                    Row row = rows.iterator().next();
                    if (!Notice.mayManage(
                            call.actor(), List.of(row.getArrayOfStrings("audience")), row.getBoolean("confidential"))) {
                        throw ApiException.notFound("Notice");
                    }
                    NoticeState state = NoticeState.valueOf(row.getString("state"));
                    if (!states.contains(state)) {
                        throw new ApiException(NoticeError.NOTICE_STATE, Map.of("state", state));
                    }
                    return work.apply(row);
                })
                .replaceWith(id);
    }

    Uni<UUID> read(Call call) {
        return note(call, false);
    }

    Uni<UUID> confirm(Call call) {
        return note(call, true);
    }

    /** Only what is published for the caller's home, and to be confirmed only where that is asked for. */
    private static Uni<UUID> note(Call call, boolean confirm) {
        UUID id = call.input(ActInput.class).noticeId().of("Notice");
        Resident me = call.actor().requireResident();
        return Statements.CORE
                .run(
                        "select audience, state, must_confirm, criteria is null or exists (select 1 from lianhu_core.notice_receipt c"
                                + " where c.notice_id = $1 and c.resident_id = $2 and c.sent_at is not null)"
                                + " from lianhu_core.notice where id = $1 and publication is not null for share",
                        id,
                        me.id())
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Notice");
                    }
                    Row row = rows.iterator().next();
                    if (!row.getBoolean(3)
                            || !Audience.of(row.getArrayOfStrings("audience")).contains(me.division())) {
                        throw ApiException.notFound("Notice");
                    }
                    NoticeState state = NoticeState.valueOf(row.getString("state"));
                    if (confirm && (state != NoticeState.PUBLISHED || !row.getBoolean("must_confirm"))) {
                        throw new ApiException(NoticeError.NOTICE_STATE, Map.of("state", state));
                    }
                    return Statements.CORE.run(
                            "insert into lianhu_core.notice_receipt (notice_id, resident_id, read_at, confirmed_at)"
                                    + " values ($1, $2, now(), case when $3 then now() end)"
                                    + " on conflict (tenant_id, notice_id, resident_id) do update set"
                                    + " read_at = coalesce(notice_receipt.read_at, excluded.read_at),"
                                    + " confirmed_at = coalesce(notice_receipt.confirmed_at, excluded.confirmed_at)",
                            id,
                            me.id(),
                            confirm);
                })
                .replaceWith(id);
    }
}
