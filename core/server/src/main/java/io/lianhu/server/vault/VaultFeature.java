package io.lianhu.server.vault;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The exchange of a county's keys, over GraphQL. */
@Singleton
class VaultFeature implements CoreFeature {

    private static final String ROTATE = "vault:rotate";

    private static final int LAST = 127;

    private static final String SELECT = "select id, number, reason, made_by, made_at from lianhu_core.vault_key";

    private final Vault vault;
    private final VaultKeys keys;

    VaultFeature(Vault vault, VaultKeys keys) {
        this.vault = vault;
        this.keys = keys;
    }

    @Override
    public String schema() {
        return "vault";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(ROTATE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("VaultKey", this::load)
                .query("vaultKeys", this::list)
                .field(
                        "VaultKey",
                        "remaining",
                        call -> keys.remaining(call.<VaultKey>source().number()))
                .mutation("vaultRotate", this::rotate);
    }

    /** A key, as the schema has it. */
    public record VaultKey(UUID id, int number, String reason, String madeBy, Instant madeAt) {}

    private static List<VaultKey> keys(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new VaultKey(
                        row.getUUID(0),
                        row.getInteger(1),
                        row.getString(2),
                        row.getString(3),
                        row.getOffsetDateTime(4).toInstant()))
                .toList();
    }

    private Uni<Map<UUID, VaultKey>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(ROTATE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run(SELECT + " where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> keys(rows).stream().collect(Collectors.toMap(VaultKey::id, Function.identity())));
    }

    private Uni<Connection<VaultKey>> list(Call call) {
        PageRequest page = call.page();
        return Statements.CORE
                .run(
                        SELECT + " where ($1::uuid is null or id < $1) order by id desc limit $2",
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> Connection.of(keys(rows), page, VaultKey::id));
    }

    /** The input of an exchange. */
    record RotateInput(String reason) {}

    /** One at a time: look-ups know the present key's digests and the one's before. */
    private Uni<UUID> rotate(Call call) {
        String reason = Texts.check(call.input(RotateInput.class).reason(), 2, 200, "reason");
        String tenant = Operation.current().tenant();
        UUID id = Ids.next();
        return Statements.CORE
                .run(
                        "select coalesce(max(number), 1), coalesce(bool_or(swept_at is null), false) from lianhu_core.vault_key")
                .map(rows -> rows.iterator().next())
                .invoke(row -> {
                    // a replica that has not learnt of the key yet may still seal with the one before
                    if (row.getBoolean(1)) {
                        throw new ApiException(VaultError.VAULT_ROTATING, Map.of("remaining", 0));
                    }
                })
                .map(row -> row.getInteger(0))
                .chain(present -> keys.remaining(present).chain(left -> {
                    if (left > 0) {
                        throw new ApiException(VaultError.VAULT_ROTATING, Map.of("remaining", left));
                    }
                    if (present == LAST) {
                        throw new ApiException(VaultError.VAULT_KEYS_USED_UP);
                    }
                    return Statements.CORE
                            .run(
                                    "insert into lianhu_core.vault_key (id, number, reason, made_by) values ($1, $2, $3, $4)"
                                            + " on conflict do nothing",
                                    id,
                                    present + 1,
                                    reason,
                                    call.actor().subject())
                            .invoke(made -> {
                                if (made.rowCount() == 0) {
                                    throw ApiException.conflict("VaultKey");
                                }
                                Operation.current().afterCommit(() -> vault.use(tenant, present + 1));
                            });
                }))
                .replaceWith(id);
    }
}
