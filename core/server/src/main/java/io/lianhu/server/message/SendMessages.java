package io.lianhu.server.message;

import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.UUID;

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

    private static final String SEND = "with content as (insert into lianhu_core.message_content"
            + " (id, kind, source, emergency, title_zh, title_en, body_zh, body_en, about)"
            + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id),"
            + " chosen as (select id, subject, household_id, division_code from lianhu_core.resident"
            + " where id = any ($10) and state = 'APPROVED'),"
            + " absent as (select * from chosen where subject is null),"
            + " family as (select m.subject, a.id from absent a join lianhu_core.resident m"
            + " on m.household_id = a.household_id and m.state = 'APPROVED' and m.subject is not null),"
            + " worker as (select w.subject, a.id from absent a cross join lateral (select coalesce((select s.subject"
            + " from lianhu_core.stand_in s where s.tenant_id = p.tenant_id and s.post_id = p.id and not s.closed"
            + " and s.since <= now() and s.until > now() limit 1), p.subject) as subject from lianhu_core.post p"
            + " where p.division_code = left(a.division_code, 15) and p.role = 'GRID_WORKER' and not p.closed"
            + " and p.since <= now() and (p.until is null or p.until > now())"
            + " order by p.since, p.id limit 1) w where not exists (select 1 from family f where f.id = a.id)),"
            + " everybody as (select unnest($11::text[]) as subject, null::uuid as behalf"
            + " union all select subject, null from chosen where subject is not null"
            + " union all select subject, id from family union all select subject, id from worker),"
            + " sent as (insert into lianhu_core.message (content_id, receiver, on_behalf_of)"
            + " select $1, subject, coalesce((array_agg(distinct behalf) filter (where behalf is not null))[1:100], '{}')"
            + " from everybody group by subject returning id, receiver),"
            + " outward as (insert into lianhu_core.webhook_delivery (webhook_id, message_id, due_at)"
            + " select w.id, s.id, case when $12 or not t.quiet then now() else t.quiet_ends at time zone 'Asia/Shanghai' end"
            + " from sent s join lianhu_core.webhook w on w.state <> 'REMOVED' and $2 = any (w.kinds)"
            + " left join lianhu_core.message_preference p on p.subject = s.receiver"
            + " cross join lateral (select now() at time zone 'Asia/Shanghai' as now, coalesce(p.quiet_from, time '21:00') as start,"
            + " coalesce(p.quiet_until, time '07:00') as ends) h"
            + " cross join lateral (select case when h.start <= h.ends then h.now::time >= h.start and h.now::time < h.ends"
            + " else h.now::time >= h.start or h.now::time < h.ends end as quiet,"
            + " h.now::date + h.ends + case when h.now::time >= h.ends then interval '1 day' else interval '0' end as quiet_ends) t"
            + " where $12 or not coalesce($2 = any (p.silenced), false))"
            + " select id, receiver, count(*) over () as total from sent limit " + (TOLD_ALONE + 1);

    private final Signals signals;
    private final EmergencyMode emergency;

    SendMessages(Signals signals, EmergencyMode emergency) {
        this.signals = signals;
        this.emergency = emergency;
    }

    /** Sends to approved residents; answers how many rows were written. */
    public Uni<Integer> toResidents(MessageDraft draft, Collection<UUID> residents) {
        return send(draft, residents.toArray(UUID[]::new), new String[0]);
    }

    /** Sends to people by their subjects, whoever they are in this county. */
    public Uni<Integer> toSubjects(MessageDraft draft, Collection<String> subjects) {
        return send(draft, new UUID[0], subjects.toArray(String[]::new));
    }

    Uni<Integer> send(MessageDraft draft, UUID[] residents, String[] subjects) {
        Uni<Boolean> urgent =
                draft.emergency() ? emergency.anywhere() : Uni.createFrom().item(false);
        return urgent.chain(now -> send(draft, residents, subjects, now)).map(this::tell);
    }

    private static Uni<RowSet<Row>> send(MessageDraft draft, UUID[] residents, String[] subjects, boolean urgent) {
        Wording wording = draft.wording();
        return Statements.CORE.run(
                SEND,
                Ids.next(),
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
                urgent);
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
