package io.lianhu.server.message;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.SealedColumn;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The county's webhooks, over GraphQL. */
@Singleton
class WebhookFeature implements CoreFeature {

    static final String OPERATE = "messages:operate";

    private static final int MOST = 10;
    private static final int SECRET_BYTES = 32;

    private static final String SELECT =
            "select id, name, url, kinds, with_telephone, state, case when previous_until > now() then previous_until end,"
                    + " failures, case when open_until > now() then open_until end, last_delivered_at, last_failed_at, last_error,"
                    + " created_at from lianhu_core.webhook";

    private final Vault vault;
    private final AddressGuard guard;
    private final SecureRandom random = new SecureRandom();

    /** Secrets that were made in a request, until that has ended: this is how each is shown once. */
    private final Map<Operation, Map<UUID, String>> fresh = Collections.synchronizedMap(new WeakHashMap<>());

    WebhookFeature(Vault vault, AddressGuard guard) {
        this.vault = vault;
        this.guard = guard;
    }

    @Override
    public String schema() {
        return "webhook";
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(
                new SealedColumn("webhook", "secret", null), new SealedColumn("webhook", "previous_secret", null));
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(OPERATE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Webhook", this::load)
                .query("webhooks", this::list)
                .field("Webhook", "secret", this::secret)
                .mutation("webhookAdd", this::add)
                .mutation("webhookRotate", this::rotate)
                .mutation("webhookPause", call -> change(call, "state = 'PAUSED'"))
                .mutation("webhookResume", call -> change(call, "state = 'ACTIVE', failures = 0, open_until = null"))
                .mutation("webhookRemove", call -> change(call, "state = 'REMOVED'")
                        .call(WebhookFeature::forget))
                .mutation("webhookTest", this::trial);
    }

    /** Whether a webhook sends. */
    enum State {
        ACTIVE,
        PAUSED,
        REMOVED
    }

    /** A webhook, as the schema has it. */
    public record Webhook(
            UUID id,
            String name,
            String url,
            List<MessageKind> kinds,
            boolean withTelephone,
            State state,
            @Nullable Instant previousSecretUntil,
            int failures,
            @Nullable Instant openUntil,
            @Nullable Instant lastDeliveredAt,
            @Nullable Instant lastFailedAt,
            @Nullable String lastError,
            Instant createdAt) {}

    private static List<Webhook> webhooks(RowSet<Row> rows) {
        List<Webhook> webhooks = new ArrayList<>();
        for (Row row : rows) {
            webhooks.add(new Webhook(
                    row.getUUID(0),
                    row.getString(1),
                    row.getString(2),
                    Stream.of(row.getArrayOfStrings(3))
                            .map(MessageKind::valueOf)
                            .toList(),
                    row.getBoolean(4),
                    State.valueOf(row.getString(5)),
                    instant(row.getOffsetDateTime(6)),
                    row.getInteger(7),
                    instant(row.getOffsetDateTime(8)),
                    instant(row.getOffsetDateTime(9)),
                    instant(row.getOffsetDateTime(10)),
                    row.getString(11),
                    row.getOffsetDateTime(12).toInstant()));
        }
        return webhooks;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private Uni<Map<UUID, Webhook>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(OPERATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(SELECT + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> webhooks(rows).stream().collect(Collectors.toMap(Webhook::id, Function.identity())));
    }

    private Uni<Connection<Webhook>> list(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        SELECT + " where ($1::uuid is null or id < $1) order by id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(webhooks(rows), page, Webhook::id));
    }

    private Uni<Optional<String>> secret(Call call) {
        Webhook webhook = call.source();
        return Uni.createFrom()
                .item(Optional.ofNullable(
                        fresh.getOrDefault(Operation.current(), Map.of()).get(webhook.id())));
    }

    private String newSecret(UUID webhook) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Operation operation = Operation.current();
        operation.afterCommit(() -> fresh.merge(operation, Map.of(webhook, secret), WebhookFeature::both));
        return secret;
    }

    private static Map<UUID, String> both(Map<UUID, String> before, Map<UUID, String> now) {
        return Stream.of(before, now)
                .flatMap(one -> one.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (old, last) -> last));
    }

    /** The input of an addition. */
    record AddInput(String name, String url, List<MessageKind> kinds, Optional<Boolean> withTelephone) {}

    private Uni<UUID> add(Call call) {
        AddInput input = call.input(AddInput.class);
        String name = Texts.check(input.name(), 1, 40, "name");
        URI url = guard.check(input.url()).orElseThrow(() -> ApiException.invalid("url"));
        String[] kinds = input.kinds().stream().map(Enum::name).distinct().toArray(String[]::new);
        if (kinds.length == 0) {
            throw ApiException.invalid("kinds");
        }
        UUID id = Ids.next();
        String tenant = Operation.current().tenant();
        // One at a time in a county, so that two together are not too many.
        return Statements.CORE
                .run("select pg_advisory_xact_lock(hashtext('webhook ' || $1))", tenant)
                .chain(locked ->
                        Statements.CORE.run("select count(*) from lianhu_core.webhook where state <> 'REMOVED'"))
                .chain(rows -> {
                    if (rows.iterator().next().getLong(0) >= MOST) {
                        throw new ApiException(MessageError.WEBHOOK_TOO_MANY, Map.of("most", MOST));
                    }
                    return Statements.CORE.run(
                            "insert into lianhu_core.webhook (id, name, url, kinds, with_telephone, state, secret, created_by)"
                                    + " values ($1, $2, $3, $4, $5, 'ACTIVE', $6, $7)",
                            id,
                            name,
                            url.toString(),
                            kinds,
                            input.withTelephone().orElse(false),
                            envelope(tenant, newSecret(id)),
                            call.actor().subject());
                })
                .replaceWith(id);
    }

    private Buffer envelope(String tenant, String secret) {
        return Buffer.buffer(vault.seal(tenant, secret));
    }

    /** The input of every other change. */
    record ChangeInput(GlobalId webhookId) {}

    private Uni<UUID> rotate(Call call) {
        UUID id = call.input(ChangeInput.class).webhookId().of("Webhook");
        return change(
                call,
                "previous_secret = secret, previous_until = now() + interval '24 hours', secret = $2",
                envelope(Operation.current().tenant(), newSecret(id)));
    }

    private static Uni<UUID> change(Call call, String what, Object... parameters) {
        UUID id = call.input(ChangeInput.class).webhookId().of("Webhook");
        return Statements.CORE
                .run("select state from lianhu_core.webhook where id = $1 for no key update", id)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Webhook");
                    }
                    if (rows.iterator().next().getString(0).equals(State.REMOVED.name())) {
                        throw new ApiException(MessageError.WEBHOOK_REMOVED);
                    }
                    return Statements.CORE.run(
                            "update lianhu_core.webhook set " + what + " where id = $1",
                            Stream.concat(Stream.of(id), Stream.of(parameters)).toArray());
                })
                .replaceWith(id);
    }

    private static Uni<RowSet<Row>> forget(UUID id) {
        return Statements.CORE.run(
                "delete from lianhu_core.webhook_delivery where webhook_id = $1 and state = 'PENDING'", id);
    }

    private Uni<UUID> trial(Call call) {
        return change(call, "failures = failures")
                .call(id -> Statements.CORE.run(
                        "insert into lianhu_core.webhook_delivery (webhook_id) select $1"
                                + " where not exists (select 1 from lianhu_core.webhook_delivery"
                                + " where webhook_id = $1 and message_id is null and state = 'PENDING')",
                        id));
    }
}
