package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.audience.Audiences;
import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.identity.Actors;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
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
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes notices whose time has come, goes on with what is being sent, and reminds who has not confirmed. Every replica does so: the
 * notice's row is locked, and what is done is noted in it, in the transaction that sends the messages. So each is done once, whoever
 * dies in between.
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
    private final Audiences audiences;
    private final SendMessages messages;
    private final SendNotice send;

    PublishNotices(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Audiences audiences,
            SendMessages messages,
            SendNotice send) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.audiences = audiences;
        this.messages = messages;
        this.send = send;
    }

    /** Begins to look for what is due: a second after the look before, or at once while something is being sent. */
    @Override
    public void start() {
        next(SWEEP);
    }

    private void next(Duration pause) {
        vertx.setTimer(pause.toMillis(), timer -> sweep().onFailure()
                .invoke(failure -> LOG.warn("Notices could not be published: {}", failure.toString()))
                .onFailure()
                .recoverWithItem(false)
                .subscribe()
                .with(more -> next(more ? Duration.ofMillis(1) : SWEEP)));
    }

    /** One step of each that is due, whoever has waited longest first; answers whether one of them has more. */
    private Uni<Boolean> sweep() {
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
                        .asList())
                .map(more -> more.contains(true));
    }

    /** One that fails is tried again in a minute, and holds up no other. */
    private Uni<Boolean> perform(String tenant, UUID id) {
        return operations.write(tenant, () -> due(id)).onFailure().recoverWithUni(failure -> {
            LOG.warn("A notice of {} could not be sent", tenant, failure);
            return operations
                    .write(
                            tenant,
                            () -> Statements.CORE.run(
                                    "update lianhu_core.notice set due_at = now() + interval '1 minute' where id = $1 and due_at <= now()",
                                    id))
                    .onFailure()
                    .recoverWithNull()
                    .replaceWith(false);
        });
    }

    private Uni<Boolean> due(UUID id) {
        return Statements.CORE
                .run(
                        "select id, state, must_confirm, sending, title, audience, criteria, confidential, author_subject"
                                + " from lianhu_core.notice where id = $1 and due_at <= now() for update skip locked",
                        id)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        return Uni.createFrom().item(false);
                    }
                    Row row = rows.iterator().next();
                    if (row.getString("sending") != null) {
                        return send.step(id);
                    }
                    return switch (NoticeState.valueOf(row.getString("state"))) {
                        case SCHEDULED -> publish(row).replaceWith(true);
                        case PUBLISHED ->
                            row.getBoolean("must_confirm")
                                    ? send.chase(id).replaceWith(true)
                                    : rest(id).replaceWith(false);
                        case DRAFT, RECALLED -> rest(id).replaceWith(false);
                    };
                });
    }

    /** Publishes with the rights that its author has by now; where they do not suffice any more, the author is told. */
    private Uni<Void> publish(Row row) {
        UUID id = row.getUUID("id");
        Audiences.Target target = SendNotice.target(row);
        return Actors.member(row.getString("author_subject"), PublishNotices::holders)
                .chain(author -> audiences.target(target.where(), target.criteria(), Notice.WRITE, author))
                .map(still -> true)
                .onFailure(ApiException.class)
                .recoverWithItem(false)
                .chain(may -> may ? send.publish(id) : hold(row));
    }

    private static Set<Role> holders(String permission) {
        return Stream.concat(Notice.PERMISSIONS.stream(), Audiences.PERMISSIONS.stream())
                .filter(one -> one.name().equals(permission))
                .findFirst()
                .map(Permission::holders)
                .orElse(Set.of());
    }

    private Uni<Void> hold(Row row) {
        UUID id = row.getUUID("id");
        Wording wording = Wording.core("notice-held", Map.of("title", row.getString("title")));
        return Statements.CORE
                .run("update lianhu_core.notice set state = 'DRAFT', due_at = null where id = $1", id)
                .chain(() -> messages.toSubjects(
                        MessageDraft.of(MessageKind.NOTICE, wording, SendNotice.about(id)),
                        List.of(row.getString("author_subject"))))
                .replaceWithVoid();
    }

    /** Nothing is to be done with it by itself any more. */
    private static Uni<Void> rest(UUID id) {
        return Statements.CORE
                .run("update lianhu_core.notice set due_at = null where id = $1", id)
                .replaceWithVoid();
    }
}
