package io.lianhu.server.message;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The inbox (站内信), over GraphQL: everybody reads the own one, and nobody another's. */
@Singleton
class InboxFeature implements CoreFeature {

    private static final String SELECT =
            "select m.id, c.kind, c.source, c.title_zh, c.title_en, c.body_zh, c.body_en, c.about, c.emergency, m.on_behalf_of,"
                    + " m.created_at, m.read_at, c.withdrawn_at from lianhu_core.message m join lianhu_core.message_content c"
                    + " on c.tenant_id = m.tenant_id and c.id = m.content_id where m.receiver = $1";

    private static final int MOST_UNREAD = 999;

    private final Signals signals;
    private final Operations operations;

    InboxFeature(Signals signals, Operations operations) {
        this.signals = signals;
        this.operations = operations;
    }

    @Override
    public String schema() {
        return "message";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Message", this::load)
                .query("messages", this::list)
                .query("messagesUnread", this::unread)
                .mutation("messageRead", this::read)
                .mutation("messageReadAll", this::readAll);
    }

    @Override
    public Map<String, Subscription> subscriptions() {
        return Map.of("messageArrived", this::arrived);
    }

    /** What somebody's inbox tells: ids of messages. */
    static String topic(String tenant, String subject) {
        return tenant + ":inbox:" + subject;
    }

    /** That so many got a message that everybody had better look. */
    static String everybody(String tenant) {
        return tenant + ":inbox";
    }

    /** A message, as the schema has it. */
    public record Received(
            UUID id,
            MessageKind kind,
            String source,
            String title,
            String body,
            @Nullable String about,
            boolean emergency,
            List<String> onBehalfOf,
            Instant createdAt,
            @Nullable Instant readAt,
            @Nullable Instant withdrawnAt) {}

    private static List<Received> received(RowSet<Row> rows, Call call) {
        boolean english = call.locale().getLanguage().equals("en");
        List<Received> messages = new ArrayList<>();
        for (Row row : rows) {
            messages.add(new Received(
                    row.getUUID(0),
                    MessageKind.valueOf(row.getString(1)),
                    row.getString(2),
                    row.getString(english ? 4 : 3),
                    row.getString(english ? 6 : 5),
                    row.getString(7),
                    row.getBoolean(8),
                    Stream.of(row.getArrayOfUUIDs(9))
                            .map(resident -> new GlobalId("Resident", resident).encode())
                            .toList(),
                    row.getOffsetDateTime(10).toInstant(),
                    instant(row.getOffsetDateTime(11)),
                    instant(row.getOffsetDateTime(12))));
        }
        return messages;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private Uni<Map<UUID, Received>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(SELECT + " and m.id = any ($2)", call.actor().subject(), ids.toArray(UUID[]::new))
                .map(rows ->
                        received(rows, call).stream().collect(Collectors.toMap(Received::id, Function.identity())));
    }

    private Uni<Connection<Received>> list(Call call) {
        PageRequest page = call.page();
        boolean unread = call.argument("unread", Boolean.class).orElse(false);
        return Statements.CORE
                .run(
                        SELECT + (unread ? " and m.read_at is null" : "")
                                + " and ($2::uuid is null or m.id < $2) order by m.id desc limit $3",
                        call.actor().subject(),
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(received(rows, call), page, Received::id));
    }

    private Uni<Long> unread(Call call) {
        return Statements.CORE
                .run(
                        "select count(*) from (select 1 from lianhu_core.message where receiver = $1 and read_at is null"
                                + " limit " + MOST_UNREAD + ") unread",
                        call.actor().subject())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** The input of reading one, and of reading all up to one. */
    record ReadInput(GlobalId messageId) {}

    private Uni<UUID> read(Call call) {
        return read(call, "id = $2");
    }

    private Uni<UUID> readAll(Call call) {
        return read(
                call,
                "id <= $2 and (read_at is null or id = $2)"
                        + " and exists (select 1 from lianhu_core.message upto where upto.id = $2 and upto.receiver = $1)");
    }

    private static Uni<UUID> read(Call call, String which) {
        UUID id = call.input(ReadInput.class).messageId().of("Message");
        return Statements.CORE
                .run(
                        "update lianhu_core.message set read_at = coalesce(read_at, now()) where receiver = $1 and "
                                + which,
                        call.actor().subject(),
                        id)
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("Message");
                    }
                    return id;
                });
    }

    /** Listening begins before the newest is looked for, so that none falls in between. */
    private Uni<Multi<UUID>> arrived(Call call) {
        String tenant = Operation.current().tenant();
        String subject = call.actor().subject();
        Multi<UUID> alone = signals.stream(topic(tenant, subject)).map(UUID::fromString);
        Multi<UUID> among = Multi.createBy()
                .merging()
                .streams(signals.stream(everybody(tenant)), Multi.createFrom().item(""))
                .onItem()
                .transformToMultiAndConcatenate(
                        look -> operations.read(tenant, () -> newest(subject)).toMulti())
                .onItem()
                .transformToMultiAndConcatenate(found -> Multi.createFrom().items(found.stream()));
        return Uni.createFrom()
                .item(Multi.createBy().merging().streams(alone, among).skip().repetitions());
    }

    private static Uni<Optional<UUID>> newest(String subject) {
        return Statements.CORE
                .run("select id from lianhu_core.message where receiver = $1 order by id desc limit 1", subject)
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID(0)));
    }
}
