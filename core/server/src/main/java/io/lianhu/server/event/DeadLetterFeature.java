package io.lianhu.server.event;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Events that could not be handled, over GraphQL: tried again, or given up for a reason. */
@Singleton
class DeadLetterFeature implements CoreFeature {

    private static final String OPERATE = "events:operate";
    private static final String SELECT =
            "select d.id, d.handler, e.type, d.error, d.attempts, e.occurred_at from lianhu_core.event_delivery d"
                    + " join lianhu_core.event e on e.tenant_id = d.tenant_id and e.id = d.event_id";

    private static final String DISCARDED =
            "select id, handler, event_type, error, attempts, occurred_at, reason, discarded_by, discarded_at"
                    + " from lianhu_core.discarded_letter";

    /** One statement: the delivery goes, and the row that tells of it comes. */
    private static final String DISCARD =
            "with gone as (delete from lianhu_core.event_delivery where id = $1 and state = 'DEAD'"
                    + " returning id, event_id, aggregate, handler, error, attempts)"
                    + " insert into lianhu_core.discarded_letter (id, event_id, event_type, aggregate, handler, error, attempts,"
                    + " occurred_at, reason, discarded_by)"
                    + " select gone.id, e.id, e.type, gone.aggregate, gone.handler, gone.error, gone.attempts, e.occurred_at, $2, $3"
                    + " from gone join lianhu_core.event e on e.id = gone.event_id";

    private static final int LONGEST_REASON = 200;

    private final Provider<Relay> relay;

    DeadLetterFeature(Provider<Relay> relay) {
        this.relay = relay;
    }

    @Override
    public String schema() {
        return "event";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(OPERATE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("DeadLetter", this::load)
                .node("DiscardedLetter", this::loadDiscarded)
                .query("deadLetters", this::list)
                .query("discardedLetters", this::listDiscarded)
                .mutation("deadLetterReplay", this::replay)
                .mutation("deadLetterDiscard", this::discard);
    }

    /** A delivery that failed, as the schema has it. */
    public record DeadLetter(
            UUID id, String handler, String eventType, @Nullable String error, int attempts, Instant occurredAt) {}

    private static List<DeadLetter> letters(RowSet<Row> rows) {
        List<DeadLetter> letters = new ArrayList<>();
        for (Row row : rows) {
            letters.add(new DeadLetter(
                    row.getUUID(0),
                    row.getString(1),
                    simpleName(row.getString(2)),
                    row.getString(3),
                    row.getInteger(4),
                    row.getOffsetDateTime(5).toInstant()));
        }
        return letters;
    }

    private static String simpleName(String type) {
        return type.replaceAll(".*\\.", "");
    }

    /** A dead letter that was given up, as the schema has it. */
    public record DiscardedLetter(
            UUID id,
            String handler,
            String eventType,
            @Nullable String error,
            int attempts,
            Instant occurredAt,
            String reason,
            String discardedBy,
            Instant discardedAt) {}

    private static List<DiscardedLetter> discarded(RowSet<Row> rows) {
        List<DiscardedLetter> letters = new ArrayList<>();
        for (Row row : rows) {
            letters.add(new DiscardedLetter(
                    row.getUUID(0),
                    row.getString(1),
                    simpleName(row.getString(2)),
                    row.getString(3),
                    row.getInteger(4),
                    row.getOffsetDateTime(5).toInstant(),
                    row.getString(6),
                    row.getString(7),
                    row.getOffsetDateTime(8).toInstant()));
        }
        return letters;
    }

    private Uni<Map<UUID, DiscardedLetter>> loadDiscarded(Set<UUID> ids, Call call) {
        if (!call.actor().may(OPERATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(DISCARDED + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows ->
                        discarded(rows).stream().collect(Collectors.toMap(DiscardedLetter::id, Function.identity())));
    }

    private Uni<Connection<DiscardedLetter>> listDiscarded(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        DISCARDED + " where ($1::uuid is null or id < $1) order by id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(discarded(rows), page, DiscardedLetter::id));
    }

    private Uni<Map<UUID, DeadLetter>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(OPERATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(SELECT + " where d.id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> letters(rows).stream().collect(Collectors.toMap(DeadLetter::id, Function.identity())));
    }

    private Uni<Connection<DeadLetter>> list(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        SELECT
                                + " where d.state = 'DEAD' and ($1::uuid is null or d.id < $1) order by d.id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(letters(rows), page, DeadLetter::id));
    }

    /** The input of a replay. */
    record ReplayInput(GlobalId deadLetterId) {}

    private Uni<UUID> replay(Call call) {
        UUID id = call.input(ReplayInput.class).deadLetterId().of("DeadLetter");
        return Statements.CORE
                .run(
                        "update lianhu_core.event_delivery set state = 'PENDING', attempts = 0, due_at = now()"
                                + " where id = $1 and state = 'DEAD'",
                        id)
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("DeadLetter");
                    }
                    Operation.current().afterCommit(() -> relay.get().wake());
                    return id;
                });
    }

    /** The input of giving one up. */
    record DiscardInput(GlobalId deadLetterId, String reason) {}

    /** What was held back goes on at once. */
    private Uni<UUID> discard(Call call) {
        DiscardInput input = call.input(DiscardInput.class);
        UUID id = input.deadLetterId().of("DeadLetter");
        if (input.reason().isBlank() || input.reason().length() > LONGEST_REASON) {
            return Uni.createFrom().failure(ApiException.invalid("reason"));
        }
        return Statements.CORE
                .run(DISCARD, id, input.reason(), call.actor().subject())
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ApiException.notFound("DeadLetter");
                    }
                    Operation.current().afterCommit(() -> relay.get().wake());
                    return id;
                });
    }
}
