package io.lianhu.server.notice;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.audience.Audiences;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends what belongs to a notice, in slices, each in the transaction of whoever calls, with the notice's row locked. How far it has got is
 * noted in the row, in the same transaction as the messages: whoever dies in between, the next goes on where it was.
 */
@Singleton
class SendNotice {

    /** Residents, or receivers, at a time. */
    static final int SLICE = 500;

    private static final String NOTICE =
            "select id, title, body, audience, criteria, confidential, deliver_to, must_confirm, emergency, publication,"
                    + " recall_reason, sending, sending_content, sent_up_to from lianhu_core.notice where id = $1";

    private static final String RECEIPTS =
            "insert into lianhu_core.notice_receipt (notice_id, resident_id, read_at, sent_at, publication, without_login, by_worker)"
                    + " select $1, r.id, null::timestamptz, now(), $3, r.subject is null, $4 or ($5 and r.subject is null)"
                    + " from lianhu_core.resident r where r.id = any ($2)"
                    + " on conflict (tenant_id, notice_id, resident_id) do update set sent_at = excluded.sent_at,"
                    + " publication = excluded.publication, without_login = excluded.without_login, by_worker = excluded.by_worker";

    private static final String WORKERS =
            "select w.subject, sum(g.residents)::bigint from (select left(r.division_code, 15) as grid,"
                    + " count(*) as residents from lianhu_core.notice_receipt x join lianhu_core.resident r on r.id = x.resident_id"
                    + " where x.notice_id = $1 and x.by_worker and x.confirmed_at is null and r.state = 'APPROVED' group by 1) g"
                    + " cross join lateral (" + SendMessages.workerOf("g.grid") + ") w where w.subject > $2"
                    + " group by w.subject order by w.subject limit $3";

    private final Audiences audiences;
    private final SendMessages messages;

    SendNotice(Audiences audiences, SendMessages messages) {
        this.audiences = audiences;
        this.messages = messages;
    }

    /** Whom a notice's row means. */
    static Audiences.Target target(Row row) {
        return new Audiences.Target(
                Stream.of(row.getArrayOfStrings("audience"))
                        .map(DivisionCode::new)
                        .toList(),
                row.getString("criteria"),
                row.getBoolean("confidential"));
    }

    /** Publishes a notice: whom it is for is found from now on, slice by slice; a short one is out when this ends. */
    Uni<Void> publish(UUID id) {
        return row(id).chain(row -> audiences.count(target(row)))
                .chain(many -> Statements.CORE.run(
                        "update lianhu_core.notice set state = 'PUBLISHED', publication = $2, published_at = now(), receivers = $3"
                                + " where id = $1",
                        id,
                        Ids.next(),
                        many.intValue()))
                // for whom it is to some of those who live there, it is not found by where they live
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.notice_audience a set publication = n.publication from lianhu_core.notice n"
                                + " where n.id = a.notice_id and n.id = $1 and n.criteria is null",
                        id))
                .chain(() -> begin(id, Sending.PUBLICATION));
    }

    /** Reminds those who have not confirmed, or the grid workers who were to tell them. */
    Uni<Void> chase(UUID id) {
        return Statements.CORE
                .run("update lianhu_core.notice set chased = chased + 1 where id = $1 returning deliver_to", id)
                .chain(rows -> begin(
                        id,
                        rows.iterator().next().getString(0).equals("RESIDENTS")
                                ? Sending.REMINDER
                                : Sending.WORKERS_REMINDER));
    }

    /** Stops whatever is going out, takes back what did, and tells those who have it. */
    Uni<Void> recall(UUID id) {
        return SendMessages.withdraw(about(id)).chain(() -> begin(id, Sending.RECALL));
    }

    private Uni<Void> begin(UUID id, Sending what) {
        return Statements.CORE
                .run(
                        "update lianhu_core.notice set sending = $2, sending_content = $3, sent_up_to = null, due_at = now()"
                                + " where id = $1",
                        id,
                        what.name(),
                        Ids.next())
                .chain(() -> step(id))
                .replaceWithVoid();
    }

    /** Sends the next slice; answers whether there may be more. */
    Uni<Boolean> step(UUID id) {
        return row(id).chain(row -> {
            Sending what = Sending.valueOf(row.getString("sending"));
            return switch (what) {
                case PUBLICATION -> publication(row);
                case REMINDER -> reminder(row);
                case WORKERS, WORKERS_REMINDER -> workers(row, what);
                case RECALL -> recall(row);
            };
        });
    }

    private Uni<Boolean> publication(Row row) {
        UUID id = row.getUUID("id");
        boolean confidential = row.getBoolean("confidential");
        boolean toWorkers = row.getString("deliver_to").equals("GRID_WORKERS");
        return audiences
                .slice(target(row), upTo(row), SLICE)
                .call(residents -> residents.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : Statements.CORE
                                .run(
                                        RECEIPTS,
                                        id,
                                        residents.toArray(UUID[]::new),
                                        row.getString("criteria") == null ? null : row.getUUID("publication"),
                                        toWorkers,
                                        row.getBoolean("must_confirm") && !confidential)
                                .call(() -> toWorkers
                                        ? Uni.createFrom().voidItem()
                                        : toResidents(
                                                row,
                                                Wording.free(row.getString("title"), row.getString("body")),
                                                residents)))
                .chain(residents -> went(row, residents.size(), last(residents))
                        .chain(more -> more
                                ? Uni.createFrom().item(true)
                                : toWorkers ? begin(id, Sending.WORKERS).replaceWith(true) : end(id)));
    }

    private Uni<Boolean> reminder(Row row) {
        UUID id = row.getUUID("id");
        return Audience.of(row.getArrayOfStrings("audience"))
                .unconfirmed(id, row.getString("criteria") != null, upTo(row), SLICE)
                .call(residents -> toResidents(
                        row, Wording.core("notice-reminder", Map.of("title", row.getString("title"))), residents))
                .chain(residents -> went(row, residents.size(), last(residents)))
                .chain(more -> more ? Uni.createFrom().item(true) : end(id));
    }

    /** Of whom a confidential tag is so, nobody else learns it: neither the household nor the grid worker. */
    private Uni<Integer> toResidents(Row row, Wording wording, List<UUID> residents) {
        MessageDraft draft = draft(row, wording);
        UUID content = row.getUUID("sending_content");
        return row.getBoolean("confidential")
                ? Statements.CORE
                        .run(
                                "select subject from lianhu_core.resident where id = any ($1) and state = 'APPROVED'"
                                        + " and subject is not null",
                                (Object) residents.toArray(UUID[]::new))
                        .chain(rows -> messages.part(content, draft, List.of(), subjects(rows)))
                : messages.part(content, draft, residents, List.of());
    }

    private Uni<Boolean> workers(Row row, Sending what) {
        UUID id = row.getUUID("id");
        String template = what == Sending.WORKERS ? "notice-errand" : "notice-errand-reminder";
        String after = Optional.ofNullable(row.getString("sent_up_to")).orElse("");
        return Statements.CORE
                .run(WORKERS, id, after, SLICE)
                .map(rows -> {
                    List<SendMessages.Personal> people = new ArrayList<>();
                    for (Row worker : rows) {
                        people.add(new SendMessages.Personal(
                                worker.getString(0),
                                Wording.core(
                                        template,
                                        Map.of("title", row.getString("title"), "count", worker.getLong(1)))));
                    }
                    return people;
                })
                .call(people -> messages.each(draft(row, Wording.free("", "")), people))
                .chain(people -> went(
                        row,
                        people.size(),
                        people.isEmpty() ? null : people.get(people.size() - 1).subject()))
                .chain(more -> more ? Uni.createFrom().item(true) : end(id));
    }

    private Uni<Boolean> recall(Row row) {
        UUID id = row.getUUID("id");
        Wording wording = Wording.core(
                "notice-withdrawn", Map.of("title", row.getString("title"), "reason", row.getString("recall_reason")));
        String after = Optional.ofNullable(row.getString("sent_up_to")).orElse("");
        return SendMessages.toldOfWithdrawn(about(id), after, SLICE)
                .call(subjects ->
                        messages.part(row.getUUID("sending_content"), draft(row, wording), List.of(), subjects))
                .chain(subjects ->
                        went(row, subjects.size(), subjects.isEmpty() ? null : subjects.get(subjects.size() - 1)))
                .chain(more -> more ? Uni.createFrom().item(true) : end(id));
    }

    /** Notes how far it has got; answers whether the slice was a full one. */
    private static Uni<Boolean> went(Row row, int many, @Nullable Object upTo) {
        return Statements.CORE
                .run(
                        "update lianhu_core.notice set sent_up_to = coalesce($2, sent_up_to), due_at = now(),"
                                + " sent = sent + case when sending = 'PUBLICATION' then $3 else 0 end where id = $1",
                        row.getUUID("id"),
                        upTo == null ? null : upTo.toString(),
                        many)
                .replaceWith(many == SLICE);
    }

    /** Nothing more is going out; when there is to be reminded, is reckoned from now. */
    private static Uni<Boolean> end(UUID id) {
        return Statements.CORE
                .run(
                        "update lianhu_core.notice set receivers = case when sending in ('PUBLICATION', 'WORKERS') then sent"
                                + " else receivers end, sending = null, sending_content = null, sent_up_to = null,"
                                + " due_at = case when state = 'PUBLISHED' and must_confirm and chased < $2"
                                + " then now() + make_interval(hours => chase_hours) end where id = $1",
                        id,
                        PublishNotices.CHASES)
                .replaceWith(false);
    }

    private static MessageDraft draft(Row row, Wording wording) {
        return new MessageDraft(
                MessageKind.NOTICE, "core", wording, row.getBoolean("emergency"), about(row.getUUID("id")));
    }

    static GlobalId about(UUID id) {
        return new GlobalId("Notice", id);
    }

    private static @Nullable UUID upTo(Row row) {
        String text = row.getString("sent_up_to");
        return text == null ? null : UUID.fromString(text);
    }

    private static @Nullable UUID last(List<UUID> residents) {
        return residents.isEmpty() ? null : residents.get(residents.size() - 1);
    }

    private static List<String> subjects(Iterable<Row> rows) {
        List<String> subjects = new ArrayList<>();
        rows.forEach(row -> subjects.add(row.getString(0)));
        return subjects;
    }

    private static Uni<Row> row(UUID id) {
        return Statements.CORE.run(NOTICE, id).map(rows -> rows.iterator().next());
    }
}
