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

/** Events that could not be handled, over GraphQL. */
@Singleton
class DeadLetterFeature implements CoreFeature {

    private static final String OPERATE = "events:operate";
    private static final String SELECT =
            "select d.id, d.handler, e.type, d.error, d.attempts, e.occurred_at from lianhu_core.event_delivery d"
                    + " join lianhu_core.event e on e.tenant_id = d.tenant_id and e.id = d.event_id";

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
                .query("deadLetters", this::list)
                .mutation("deadLetterReplay", this::replay);
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
                    row.getString(2).replaceAll(".*\\.", ""),
                    row.getString(3),
                    row.getInteger(4),
                    row.getOffsetDateTime(5).toInstant()));
        }
        return letters;
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
}
