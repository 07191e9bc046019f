package io.lianhu.server.notice;

import io.lianhu.sdk.GlobalId;
import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes notices whose time has come, and reminds who has not confirmed one. Every replica does so: the notice's row is locked, and
 * what is done is noted in it, in the transaction that sends the messages. So each is done once, whoever dies in between.
 */
@Singleton
class PublishNotices implements BackgroundWork {

    /** How often people are reminded, by hand and by itself together. */
    static final int CHASES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(PublishNotices.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final SendMessages messages;

    PublishNotices(Vertx vertx, Operations operations, TenantRegistry tenants, SendMessages messages) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.messages = messages;
    }

    /** Begins to look for what is due; each look comes a second after the one before. */
    @Override
    public void start() {
        vertx.setTimer(SWEEP.toMillis(), timer -> sweep().onFailure()
                .invoke(failure -> LOG.warn("Notices could not be published: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> sweep() {
        String[] waiting = tenants.all().stream()
                .filter(tenant -> tenant.state() != TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "select tenant_id, id from lianhu_core.notice where due_at <= now() and tenant_id <> all ($1)"
                                        + " order by due_at limit 50",
                                (Object) waiting))
                .chain(rows -> Multi.createFrom()
                        .items(StreamSupport.stream(rows.spliterator(), false))
                        .onItem()
                        .transformToUniAndConcatenate(row -> perform(row.getString(0), row.getUUID(1)))
                        .collect()
                        .last())
                .replaceWithVoid();
    }

    /** One that fails is tried again in a minute, and holds up no other. */
    private Uni<Void> perform(String tenant, UUID id) {
        return operations.write(tenant, () -> due(id)).onFailure().recoverWithUni(failure -> {
            LOG.warn("A notice of {} could not be published", tenant, failure);
            return operations
                    .write(
                            tenant,
                            () -> Statements.CORE.run(
                                    "update lianhu_core.notice set due_at = now() + interval '1 minute' where id = $1 and due_at <= now()",
                                    id))
                    .onFailure()
                    .recoverWithNull()
                    .replaceWithVoid();
        });
    }

    private Uni<Void> due(UUID id) {
        return Statements.CORE
                .run(
                        "select state, must_confirm from lianhu_core.notice where id = $1 and due_at <= now() for update skip locked",
                        id)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        return Uni.createFrom().voidItem();
                    }
                    Row row = rows.iterator().next();
                    return switch (NoticeState.valueOf(row.getString(0))) {
                        case SCHEDULED -> publish(id);
                        case PUBLISHED -> row.getBoolean(1) ? chase(id) : rest(id);
                        case DRAFT, RECALLED -> rest(id);
                    };
                });
    }

    /** Nothing is to be done with it by itself any more. */
    private static Uni<Void> rest(UUID id) {
        return Statements.CORE
                .run("update lianhu_core.notice set due_at = null where id = $1", id)
                .replaceWithVoid();
    }

    /** Publishes a notice whose row the transaction has locked. */
    Uni<Void> publish(UUID id) {
        UUID publication = Ids.next();
        return notice(id).chain(row -> audience(row)
                .residents()
                .call(residents -> Statements.CORE.run(
                        "update lianhu_core.notice set state = 'PUBLISHED', publication = $2, published_at = now(), receivers = $3,"
                                + " due_at = case when must_confirm then now() + make_interval(hours => chase_hours) end where id = $1",
                        id,
                        publication,
                        residents.size()))
                .call(residents -> Statements.CORE.run(
                        "update lianhu_core.notice_audience set publication = $2 where notice_id = $1",
                        id,
                        publication))
                .chain(residents ->
                        send(id, row, Wording.free(row.getString("title"), row.getString("body")), residents)));
    }

    /** Reminds who has not confirmed a notice whose row the transaction has locked. */
    Uni<Void> chase(UUID id) {
        return notice(id).chain(row -> audience(row)
                .unconfirmed(id)
                .call(residents -> Statements.CORE.run(
                        "update lianhu_core.notice set chased = chased + 1,"
                                + " due_at = case when chased + 1 < $2 then now() + make_interval(hours => chase_hours) end"
                                + " where id = $1",
                        id,
                        CHASES))
                .chain(residents -> send(
                        id, row, Wording.core("notice-reminder", Map.of("title", row.getString("title"))), residents)));
    }

    private Uni<Void> send(UUID id, Row row, Wording wording, List<UUID> residents) {
        MessageDraft draft = new MessageDraft(
                MessageKind.NOTICE, "core", wording, row.getBoolean("emergency"), new GlobalId("Notice", id));
        return messages.toResidents(draft, residents).replaceWithVoid();
    }

    private static Uni<Row> notice(UUID id) {
        return Statements.CORE
                .run("select title, body, audience, emergency from lianhu_core.notice where id = $1", id)
                .map(rows -> rows.iterator().next());
    }

    private static Audience audience(Row row) {
        return Audience.of(row.getArrayOfStrings("audience"));
    }
}
