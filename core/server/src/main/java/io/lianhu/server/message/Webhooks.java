package io.lianhu.server.message;

import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent to a webhook, taken and settled in transactions of the county. What is taken is due again half a minute later: longer
 * than any call takes, so that nobody else takes it meanwhile, and it is not lost with the one who took it. Whoever changes deliveries
 * together with their webhook locks the webhook first.
 */
@Singleton
class Webhooks {

    static final ZoneId COUNTIES = ZoneId.of("Asia/Shanghai");

    /** Calls to one webhook at a time, by one replica. */
    private static final int CONCURRENCY = 8;

    /** Failures in a row until a webhook is left alone for a while. */
    private static final int PATIENCE = 5;

    private static final String TAKE =
            "with due as (select id from lianhu_core.webhook_delivery where webhook_id = $1 and state = 'PENDING' and due_at <= now()"
                    + " order by due_at, id limit $2 for update skip locked),"
                    + " taken as (update lianhu_core.webhook_delivery d set attempts = d.attempts + 1,"
                    + " due_at = now() + interval '30 seconds' from due where d.id = due.id"
                    + " returning d.id, d.message_id, d.attempts)"
                    + " select t.id, t.attempts, m.id as message, m.receiver, m.on_behalf_of, m.created_at, c.kind, c.source,"
                    + " c.emergency, c.title_zh, c.title_en, c.body_zh, c.body_en, c.about, p.language, r.id as resident, r.name,"
                    + " r.telephone, c.withdrawn_at, c.id as content from taken t left join lianhu_core.message m on m.id = t.message_id"
                    + " left join lianhu_core.message_content c on c.id = m.content_id"
                    + " left join lianhu_core.message_preference p on p.subject = m.receiver"
                    + " left join lianhu_core.resident r on r.subject = m.receiver and r.state = 'APPROVED'";

    private final Operations operations;
    private final Vault vault;
    private final int attempts;
    private final Duration backoff;
    private final Duration circuit;

    Webhooks(
            Operations operations,
            Vault vault,
            @ConfigProperty(name = "lianhu.webhook.attempts", defaultValue = "12") int attempts,
            @ConfigProperty(name = "lianhu.webhook.backoff", defaultValue = "5s") Duration backoff,
            @ConfigProperty(name = "lianhu.webhook.circuit", defaultValue = "30s") Duration circuit) {
        this.operations = operations;
        this.vault = vault;
        this.attempts = attempts;
        this.backoff = backoff;
        this.circuit = circuit;
    }

    /** One delivery that was taken. */
    record Taken(UUID id, URI url, List<String> secrets, String body) {}

    /** How it went; no failure where it arrived. */
    record Outcome(UUID id, @Nullable Throwable failure) {}

    /** Takes what is due; nothing from a webhook that is paused or left alone. */
    Uni<List<Taken>> take(String tenant, UUID webhook) {
        return operations.write(tenant, () -> Statements.CORE
                .run(
                        "select url, with_telephone, state, secret,"
                                + " case when previous_until > now() then previous_secret end, failures,"
                                + " state <> 'ACTIVE' or coalesce(open_until > now(), false)"
                                + " from lianhu_core.webhook where id = $1 for no key update",
                        webhook)
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(List.<Taken>of())
                        : take(tenant, webhook, rows.iterator().next())));
    }

    private Uni<List<Taken>> take(String tenant, UUID id, Row webhook) {
        if (webhook.getBoolean(6)) {
            return Uni.createFrom().item(List.of());
        }
        // one that was left alone is tried with a single call first
        int many = webhook.getInteger(5) >= PATIENCE ? 1 : CONCURRENCY;
        URI url = URI.create(webhook.getString(0));
        List<String> secrets = Stream.of(
                        Optional.ofNullable(webhook.getBuffer(3)), Optional.ofNullable(webhook.getBuffer(4)))
                .flatMap(Optional::stream)
                .map(envelope -> vault.open(tenant, envelope.getBytes()))
                .toList();
        return Statements.CORE
                .run(TAKE, id, many)
                .call(rows -> dropWithdrawn(id, rows))
                .map(rows -> {
                    List<Taken> taken = new ArrayList<>();
                    for (Row row : rows) {
                        if (row.getValue("withdrawn_at") != null) {
                            continue;
                        }
                        taken.add(new Taken(
                                row.getUUID("id"),
                                url,
                                secrets,
                                body(tenant, row, webhook.getBoolean(1)).encode()));
                    }
                    return taken;
                });
    }

    /** Nobody is told any more of what was taken back, neither those whose turn it is nor the others. */
    private static Uni<Void> dropWithdrawn(UUID webhook, RowSet<Row> taken) {
        UUID[] contents = StreamSupport.stream(taken.spliterator(), false)
                .filter(row -> row.getValue("withdrawn_at") != null)
                .map(row -> row.getUUID("content"))
                .distinct()
                .toArray(UUID[]::new);
        return contents.length == 0
                ? Uni.createFrom().voidItem()
                : Statements.CORE
                        .run(
                                "delete from lianhu_core.webhook_delivery d using lianhu_core.message m where m.id = d.message_id"
                                        + " and m.content_id = any ($2) and d.webhook_id = $1 and d.state = 'PENDING'",
                                webhook,
                                contents)
                        .replaceWithVoid();
    }

    private JsonObject body(String tenant, Row row, boolean withTelephone) {
        JsonObject body = new JsonObject()
                .put("delivery", row.getUUID("id").toString())
                .put("county", tenant)
                .put("test", row.getUUID("message") == null);
        if (row.getUUID("message") == null) {
            return body;
        }
        String language = Optional.ofNullable(row.getString("language")).orElse("zh-CN");
        String ending = language.equals("en") ? "en" : "zh";
        JsonObject receiver = new JsonObject().put("subject", row.getString("receiver"));
        if (row.getUUID("resident") != null) {
            receiver.put("resident", row.getUUID("resident").toString()).put("name", row.getString("name"));
        }
        Buffer telephone = row.getBuffer("telephone");
        if (withTelephone && telephone != null) {
            receiver.put("telephone", vault.open(tenant, telephone.getBytes()));
        }
        JsonArray onBehalfOf = new JsonArray();
        Stream.of(row.getArrayOfUUIDs("on_behalf_of")).map(UUID::toString).forEach(onBehalfOf::add);
        return body.put("message", row.getUUID("message").toString())
                .put("kind", row.getString("kind"))
                .put("source", row.getString("source"))
                .put("emergency", row.getBoolean("emergency"))
                .put("language", language)
                .put("title", row.getString("title_" + ending))
                .put("body", row.getString("body_" + ending))
                .put("about", row.getString("about"))
                .put(
                        "createdAt",
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                row.getOffsetDateTime("created_at").atZoneSameInstant(COUNTIES)))
                .put("receiver", receiver)
                .put("onBehalfOf", onBehalfOf);
    }

    /** Notes how it went: what arrived is gone, and what did not is due again later, or dead. Answers how many died. */
    Uni<Integer> settle(String tenant, UUID webhook, List<Outcome> outcomes) {
        UUID[] arrived = outcomes.stream()
                .filter(outcome -> outcome.failure() == null)
                .map(Outcome::id)
                .toArray(UUID[]::new);
        Map<Boolean, List<Outcome>> parts =
                outcomes.stream().collect(Collectors.partitioningBy(outcome -> outcome.failure() != null));
        List<Outcome> failed = parts.getOrDefault(true, List.of());
        return operations.write(tenant, () -> note(webhook, arrived.length > 0, failed)
                .chain(() -> Statements.CORE.run(
                        "delete from lianhu_core.webhook_delivery where id = any ($1)", (Object) arrived))
                .chain(deleted -> postpone(failed)));
    }

    private Uni<Integer> postpone(List<Outcome> failed) {
        if (failed.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        return Statements.CORE
                .run(
                        "update lianhu_core.webhook_delivery d set error = f.error,"
                                + " state = case when d.attempts >= $3 then 'DEAD' else 'PENDING' end,"
                                + " due_at = now() + least(interval '1 hour', make_interval(secs => $4 * power(2, least(d.attempts - 1, 20))))"
                                + " from unnest($1::uuid[], $2::text[]) f (id, error) where d.id = f.id and d.state = 'PENDING'"
                                + " returning d.state",
                        failed.stream().map(Outcome::id).toArray(UUID[]::new),
                        failed.stream().map(Webhooks::told).toArray(String[]::new),
                        attempts,
                        backoff.toMillis() / 1_000.0)
                .map(rows -> {
                    int dead = 0;
                    for (Row row : rows) {
                        dead += row.getString(0).equals("DEAD") ? 1 : 0;
                    }
                    return dead;
                });
    }

    private static String told(Outcome outcome) {
        String text = String.valueOf(
                outcome.failure() == null ? null : outcome.failure().getMessage());
        return text.length() <= 300 ? text : text.substring(0, 300);
    }

    private Uni<RowSet<Row>> note(UUID webhook, boolean any, List<Outcome> failed) {
        return Statements.CORE.run(
                "update lianhu_core.webhook set failures = case when $2 then 0 else failures + $3 end,"
                        + " open_until = case when not $2 and failures + $3 >= $4 then now() + least(interval '15 minutes',"
                        + " make_interval(secs => $5 * power(2, least(greatest(failures - $4, 0), 10)))) end,"
                        + " last_delivered_at = case when $2 then now() else last_delivered_at end,"
                        + " last_failed_at = case when $3 > 0 then now() else last_failed_at end,"
                        + " last_error = coalesce($6, last_error) where id = $1",
                webhook,
                any,
                failed.size(),
                PATIENCE,
                circuit.toMillis() / 1_000.0,
                failed.isEmpty() ? null : told(failed.get(failed.size() - 1)));
    }
}
