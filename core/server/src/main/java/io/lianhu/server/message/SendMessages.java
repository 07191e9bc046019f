package io.lianhu.server.message;

import io.lianhu.sdk.GlobalId;
import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages in the running transaction: one statement, however many receive them.
 *
 * <p>A resident without a login (elders, imports) has no inbox. The members of the household who have one get the message on that
 * resident's behalf; where there are none, the grid worker of the home's grid, the one longest in the post. Somebody who would get it
 * several times gets it once. Who is no approved resident gets nothing.
 *
 * <p>To every webhook of the county that wants the kind, the same goes out for each who has not silenced it: at once, or when the
 * receiver's quiet hours end. An emergency message passes both while the county is in emergency mode.
 */
@Singleton
public class SendMessages {

    /** Of so many receivers each is told alone; of more, all who listen look for themselves. */
    private static final int TOLD_ALONE = 50;

    private static final String TELL =
            " select id, receiver, count(*) over () as total from sent where fresh limit " + (TOLD_ALONE + 1);

    private static final String CONTENT = "insert into lianhu_core.message_content"
            + " (id, kind, source, emergency, title_zh, title_en, body_zh, body_en, about)";

    private static final String SEND = "with content as (" + CONTENT
            + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, id) do nothing),"
            + " chosen as (select id, subject, household_id, division_code from lianhu_core.resident"
            + " where id = any ($10) and state = 'APPROVED'),"
            + " absent as (select * from chosen where subject is null),"
            + " family as (select m.subject, a.id from absent a join lianhu_core.resident m"
            + " on m.household_id = a.household_id and m.state = 'APPROVED' and m.subject is not null),"
            + " worker as (select w.subject, a.id from absent a cross join lateral ("
            + workerOf("left(a.division_code, 15)")
            + ") w where not exists (select 1 from family f where f.id = a.id)),"
            + " everybody as (select unnest($11::text[]) as subject, null::uuid as behalf"
            + " union all select subject, null from chosen where subject is not null"
            + " union all select subject, id from family union all select subject, id from worker),"
            + " sent as (insert into lianhu_core.message (content_id, receiver, on_behalf_of)"
            + " select $1, subject, coalesce((array_agg(distinct behalf) filter (where behalf is not null))[1:100], '{}')"
            + " from everybody group by subject on conflict (tenant_id, content_id, receiver) do update set on_behalf_of ="
            + " coalesce((select (array_agg(distinct b))[1:100] from unnest(message.on_behalf_of || excluded.on_behalf_of) b), '{}')"
            + " returning id, receiver, old.id is null as fresh)," + outward("$2", "$12") + TELL;

    private static final String EACH =
            "with item as (select * from unnest($1::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $10::text[])"
                    + " i (id, title_zh, title_en, body_zh, body_en, receiver)),"
                    + " content as (" + CONTENT
                    + " select id, $2::text, $3::text, $4::boolean, title_zh, title_en, body_zh, body_en, $9::text from item),"
                    + " sent as (insert into lianhu_core.message (content_id, receiver) select id, receiver from item"
                    + " returning id, receiver, true as fresh)," + outward("$2", "$11") + TELL;

    /** Several messages, each about something of its own and to its own receivers. */
    private static final String LETTERS = "with content as (" + CONTENT
            + " select c.id, $2, $3, $4, c.title_zh, c.title_en, c.body_zh, c.body_en, c.about"
            + " from unnest($1::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])"
            + " c (id, title_zh, title_en, body_zh, body_en, about)),"
            + " sent as (insert into lianhu_core.message (content_id, receiver)"
            + " select distinct content_id, receiver from unnest($10::uuid[], $11::text[]) r (content_id, receiver)"
            + " returning id, receiver, true as fresh)," + outward("$2", "$12") + TELL;

    private final Signals signals;
    private final EmergencyMode emergency;
    private final MessageTemplates templates;

    SendMessages(Signals signals, EmergencyMode emergency, MessageTemplates templates) {
        this.templates = templates;
        this.signals = signals;
        this.emergency = emergency;
    }

    /** SQL that finds who answers for a grid: the grid worker longest in the post, or who stands in for that one. */
    public static String workerOf(String grid) {
        return "select coalesce((select s.subject from lianhu_core.stand_in s where s.tenant_id = p.tenant_id and s.post_id = p.id"
                + " and not s.closed and s.since <= now() and s.until > now() limit 1), p.subject) as subject"
                + " from lianhu_core.post p where p.division_code = " + grid
                + " and p.role = 'GRID_WORKER' and not p.closed"
                + " and p.since <= now() and (p.until is null or p.until > now()) order by p.since, p.id limit 1";
    }

    /** What goes out by webhooks, of what was {@code sent}. */
    private static String outward(String kind, String urgent) {
        return " outward as (insert into lianhu_core.webhook_delivery (webhook_id, message_id, due_at)"
                + " select w.id, s.id, case when " + urgent
                + " or not t.quiet then now() else t.quiet_ends at time zone 'Asia/Shanghai' end"
                + " from sent s join lianhu_core.webhook w on w.state <> 'REMOVED' and " + kind + " = any (w.kinds)"
                + " left join lianhu_core.message_preference p on p.subject = s.receiver"
                + " cross join lateral (select now() at time zone 'Asia/Shanghai' as now, coalesce(p.quiet_from, time '21:00') as start,"
                + " coalesce(p.quiet_until, time '07:00') as ends) h"
                + " cross join lateral (select case when h.start <= h.ends then h.now::time >= h.start and h.now::time < h.ends"
                + " else h.now::time >= h.start or h.now::time < h.ends end as quiet,"
                + " h.now::date + h.ends + case when h.now::time >= h.ends then interval '1 day' else interval '0' end as quiet_ends) t"
                + " where s.fresh and (" + urgent + " or not coalesce(" + kind + " = any (p.silenced), false)))";
    }

    /** Sends to approved residents; answers how many rows were written. */
    public Uni<Integer> toResidents(MessageDraft draft, Collection<UUID> residents) {
        return send(Ids.next(), draft, residents.toArray(UUID[]::new), new String[0]);
    }

    /** Sends to people by their subjects, whoever they are in this county. */
    public Uni<Integer> toSubjects(MessageDraft draft, Collection<String> subjects) {
        return send(Ids.next(), draft, new UUID[0], subjects.toArray(String[]::new));
    }

    /**
     * Sends a part of a message that is sent in several transactions. It says what the first part said, and whoever has got it, on
     * whosever behalf, does not get it again.
     *
     * @param content which message; the same for all parts
     */
    public Uni<Integer> part(
            UUID content, MessageDraft draft, Collection<UUID> residents, Collection<String> subjects) {
        return send(content, draft, residents.toArray(UUID[]::new), subjects.toArray(String[]::new));
    }

    /** What somebody alone is told. */
    public record Personal(String subject, Wording wording) {}

    /** Sends to each of some people what is for that one alone; the draft's own wording goes nowhere. */
    public Uni<Integer> each(MessageDraft draft, List<Personal> people) {
        return urgent(draft)
                .chain(now -> templates
                        .worded(people.stream().map(Personal::wording).toList())
                        .chain(wordings -> Statements.CORE.run(
                                EACH,
                                people.stream().map(one -> Ids.next()).toArray(UUID[]::new),
                                draft.kind().name(),
                                draft.source(),
                                draft.emergency(),
                                texts(wordings, Wording::titleZh),
                                texts(wordings, Wording::titleEn),
                                texts(wordings, Wording::bodyZh),
                                texts(wordings, Wording::bodyEn),
                                draft.about() == null ? null : draft.about().encode(),
                                texts(people, Personal::subject),
                                now)))
                .map(this::tell);
    }

    private static <T> String[] texts(List<T> all, Function<T, String> text) {
        return all.stream().map(text).toArray(String[]::new);
    }

    /** One of several messages that have kind, source and urgency in common. */
    public record Letter(Wording wording, @Nullable GlobalId about, Collection<String> subjects) {}

    /** Sends each of the core's letters to its receivers, in one statement; none goes out in quiet hours. */
    public Uni<Integer> letters(MessageKind kind, List<Letter> letters) {
        UUID[] ids = letters.stream().map(letter -> Ids.next()).toArray(UUID[]::new);
        List<UUID> contents = new ArrayList<>();
        List<String> receivers = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            for (String subject : letters.get(i).subjects()) {
                contents.add(ids[i]);
                receivers.add(subject);
            }
        }
        return Statements.CORE
                .run(
                        LETTERS,
                        ids,
                        kind.name(),
                        "core",
                        false,
                        parts(letters, letter -> letter.wording().titleZh()),
                        parts(letters, letter -> letter.wording().titleEn()),
                        parts(letters, letter -> letter.wording().bodyZh()),
                        parts(letters, letter -> letter.wording().bodyEn()),
                        parts(
                                letters,
                                letter -> letter.about() == null
                                        ? null
                                        : letter.about().encode()),
                        contents.toArray(UUID[]::new),
                        receivers.toArray(String[]::new),
                        false)
                .map(this::tell);
    }

    private static @Nullable String[] parts(List<Letter> letters, Function<Letter, @Nullable String> part) {
        return letters.stream().map(part).toArray(String[]::new);
    }

    /** Takes back what was said about something: the titles stay in the inboxes, the texts are gone, and nothing more of it goes out. */
    public static Uni<Void> withdraw(GlobalId about) {
        return Statements.CORE
                .run(
                        "update lianhu_core.message_content set body_zh = '', body_en = '', withdrawn_at = now()"
                                + " where about = $1 and withdrawn_at is null",
                        about.encode())
                .replaceWithVoid();
    }

    /** Some of those who got what was withdrawn, in the order of their subjects. */
    public static Uni<List<String>> toldOfWithdrawn(GlobalId about, String after, int most) {
        return Statements.CORE
                .run(
                        "select distinct m.receiver from lianhu_core.message_content c join lianhu_core.message m"
                                + " on m.content_id = c.id where c.about = $1 and c.withdrawn_at is not null"
                                + " and m.receiver > $2 order by 1 limit $3",
                        about.encode(),
                        after,
                        most)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList());
    }

    Uni<Integer> send(MessageDraft draft, UUID[] residents, String[] subjects) {
        return send(Ids.next(), draft, residents, subjects);
    }

    private Uni<Boolean> urgent(MessageDraft draft) {
        return draft.emergency() ? emergency.anywhere() : Uni.createFrom().item(false);
    }

    private Uni<Integer> send(UUID content, MessageDraft draft, UUID[] residents, String[] subjects) {
        return urgent(draft)
                .chain(now -> templates
                        .worded(List.of(draft.wording()))
                        .map(worded -> worded.get(0))
                        .chain(wording -> Statements.CORE.run(
                                SEND,
                                content,
                                draft.kind().name(),
                                draft.source(),
                                draft.emergency(),
                                wording.titleZh(),
                                wording.titleEn(),
                                wording.bodyZh(),
                                wording.bodyEn(),
                                draft.about() == null ? null : draft.about().encode(),
                                residents,
                                subjects,
                                now)))
                .map(this::tell);
    }

    private int tell(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return 0;
        }
        Operation operation = Operation.current();
        String tenant = operation.tenant();
        if (rows.rowCount() > TOLD_ALONE) {
            operation.afterCommit(() -> tell(InboxFeature.everybody(tenant), ""));
        } else {
            for (Row row : rows) {
                String topic = InboxFeature.topic(tenant, row.getString(1));
                String message = row.getUUID(0).toString();
                operation.afterCommit(() -> tell(topic, message));
            }
        }
        return rows.iterator().next().getLong(2).intValue();
    }

    private void tell(String topic, String message) {
        signals.send(topic, message).subscribe().with(sent -> {}, failure -> {});
    }
}
