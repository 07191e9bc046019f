package io.lianhu.server.message;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What webhooks did not take, over GraphQL: tried again, or given up for a reason. */
@Singleton
class DeadDeliveryFeature implements CoreFeature {

    private static final String SELECT =
            "select id, webhook_id, state, attempts, error, created_at, reason, given_up_at from lianhu_core.webhook_delivery"
                    + " where state <> 'PENDING'";

    @Override
    public String schema() {
        return "delivery";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("DeadDelivery", this::load)
                .query("deadDeliveries", this::list)
                .mutation("deadDeliveryReplay", this::replay)
                .mutation("deadDeliveryGiveUp", this::giveUp);
    }

    /** What became of it. */
    enum State {
        DEAD,
        GIVEN_UP
    }

    /** A delivery that failed, as the schema has it. */
    public record DeadDelivery(
            UUID id,
            UUID webhookId,
            State state,
            int attempts,
            @Nullable String error,
            Instant createdAt,
            @Nullable String reason,
            @Nullable Instant givenUpAt) {}

    private static List<DeadDelivery> deliveries(RowSet<Row> rows) {
        List<DeadDelivery> deliveries = new ArrayList<>();
        for (Row row : rows) {
            deliveries.add(new DeadDelivery(
                    row.getUUID(0),
                    row.getUUID(1),
                    State.valueOf(row.getString(2)),
                    row.getInteger(3),
                    row.getString(4),
                    row.getOffsetDateTime(5).toInstant(),
                    row.getString(6),
                    Optional.ofNullable(row.getOffsetDateTime(7))
                            .map(time -> time.toInstant())
                            .orElse(null)));
        }
        return deliveries;
    }

    private Uni<Map<UUID, DeadDelivery>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(WebhookFeature.OPERATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(SELECT + " and id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows ->
                        deliveries(rows).stream().collect(Collectors.toMap(DeadDelivery::id, Function.identity())));
    }

    private Uni<Connection<DeadDelivery>> list(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        SELECT + " and ($1::text is null or state = $1) and ($2::uuid is null or id < $2)"
                                + " order by id desc limit $3",
                        call.argument("state", State.class).map(Enum::name).orElse(null),
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(deliveries(rows), page, DeadDelivery::id));
    }

    /** The input of a replay. */
    record ReplayInput(GlobalId deadDeliveryId) {}

    private Uni<UUID> replay(Call call) {
        UUID id = call.input(ReplayInput.class).deadDeliveryId().of("DeadDelivery");
        return changed(
                id,
                Statements.CORE.run(
                        "update lianhu_core.webhook_delivery d set state = 'PENDING', attempts = 0, due_at = now()"
                                + " where d.id = $1 and d.state = 'DEAD' and exists (select 1 from lianhu_core.webhook w"
                                + " where w.id = d.webhook_id and w.state <> 'REMOVED')",
                        id));
    }

    /** The input of giving one up. */
    record GiveUpInput(GlobalId deadDeliveryId, String reason) {}

    private Uni<UUID> giveUp(Call call) {
        GiveUpInput input = call.input(GiveUpInput.class);
        UUID id = input.deadDeliveryId().of("DeadDelivery");
        return changed(
                id,
                Statements.CORE.run(
                        "update lianhu_core.webhook_delivery set state = 'GIVEN_UP', reason = $2, given_up_by = $3,"
                                + " given_up_at = now() where id = $1 and state = 'DEAD'",
                        id,
                        Texts.check(input.reason(), 1, 200, "reason"),
                        call.actor().subject()));
    }

    private static Uni<UUID> changed(UUID id, Uni<RowSet<Row>> change) {
        return change.map(rows -> {
            if (rows.rowCount() == 0) {
                throw ApiException.notFound("DeadDelivery");
            }
            return id;
        });
    }
}
