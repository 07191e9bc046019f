package io.lianhu.server.vault;

import io.lianhu.server.feature.SealedColumn;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which key each county seals with, and the sweeper that seals anew what older keys have sealed: row by row in batches, on whichever
 * replica comes first. What it needs to know is written in the envelopes, so that it goes on after any interruption. A row that another
 * transaction holds is left for the next round.
 */
@Singleton
public class VaultKeys {

    private static final Logger LOG = LoggerFactory.getLogger(VaultKeys.class);

    private static final int BATCH = 200;

    private static final String NUMBERS =
            "select tenant_id, max(number) as number, bool_or(swept_at is null) as unswept from lianhu_core.vault_key"
                    + " group by tenant_id";

    /** A replica that has not heard of the new key yet seals with the old one for some seconds more. */
    private static final String SWEPT =
            "update lianhu_core.vault_key set swept_at = now() where number <= $1 and swept_at is null"
                    + " and made_at < now() - interval '2 minutes'";

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final Vault vault;
    private final Vertx vertx;
    private final Operations operations;
    private final Counter failed;
    private final Duration every;
    private List<SealedColumn> columns = List.of();

    VaultKeys(
            Vault vault,
            Vertx vertx,
            Operations operations,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.vault.every", defaultValue = "30s") Duration every) {
        this.vault = vault;
        this.vertx = vertx;
        this.operations = operations;
        this.failed = meters.counter("lianhu.vault.failed");
        this.every = every;
    }

    /** Learns the counties' present keys and begins to sweep; completes once anything may be sealed. */
    public Uni<Void> start(List<SealedColumn> sealed) {
        columns = List.copyOf(sealed);
        return unswept().invoke(this::later).replaceWithVoid();
    }

    private void later(List<String> ignored) {
        vertx.setTimer(every.toMillis(), timer -> unswept()
                .chain(counties -> Multi.createFrom()
                        .iterable(counties)
                        .onItem()
                        .transformToUniAndConcatenate(this::sweep)
                        .collect()
                        .last())
                .onFailure()
                .invoke(failure -> failed("The counties' keys could not be looked at", failure))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> later(List.of())));
    }

    private void failed(String what, Throwable failure) {
        failed.increment();
        LOG.warn(what, failure);
    }

    /** The counties that have something to be sealed anew. */
    private Uni<List<String>> unswept() {
        return operations
                .read(Operation.PLATFORM, () -> Statements.WORKER.run(NUMBERS))
                .map(rows -> {
                    List<String> counties = new ArrayList<>();
                    for (Row row : rows) {
                        vault.use(row.getString("tenant_id"), row.getInteger("number"));
                        if (row.getBoolean("unswept")) {
                            counties.add(row.getString("tenant_id"));
                        }
                    }
                    return counties;
                });
    }

    private Uni<Void> sweep(String tenant) {
        int number = vault.number(tenant);
        return Multi.createFrom()
                .iterable(columns)
                .onItem()
                .transformToUniAndConcatenate(column -> from(tenant, column, BEFORE_ALL))
                .collect()
                .last()
                .chain(() -> operations.write(tenant, () -> remaining(number)
                        .chain(left -> left > 0
                                ? Uni.createFrom().voidItem()
                                : Statements.CORE.run(SWEPT, number).replaceWithVoid())))
                .onFailure()
                .invoke(failure -> failed("What " + tenant + " has sealed was not sealed anew", failure))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Boolean> from(String tenant, SealedColumn column, UUID after) {
        return operations
                .write(tenant, () -> batch(tenant, column, after))
                .chain(last -> last.isEmpty() ? Uni.createFrom().item(true) : from(tenant, column, last.get()));
    }

    private Uni<Optional<UUID>> batch(String tenant, SealedColumn column, UUID after) {
        String table = "lianhu_core." + column.table();
        return Statements.CORE
                .run(
                        "select id, " + column.envelope() + " from " + table + " where " + column.envelope()
                                + " is not null and get_byte(" + column.envelope() + ", 2) < $1 and id > $2"
                                + " order by id limit " + BATCH + " for update skip locked",
                        vault.number(tenant),
                        after)
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        return Uni.createFrom().item(Optional.empty());
                    }
                    List<UUID> ids = new ArrayList<>();
                    List<Buffer> envelopes = new ArrayList<>();
                    List<Buffer> digests = new ArrayList<>();
                    for (Row row : rows) {
                        String text = vault.open(tenant, row.getBuffer(1).getBytes());
                        ids.add(row.getUUID(0));
                        envelopes.add(Buffer.buffer(vault.seal(tenant, text)));
                        digests.add(Buffer.buffer(vault.digest(tenant, text)));
                    }
                    return Statements.CORE
                            .run(
                                    "update " + table + " t set " + column.envelope() + " = n.envelope"
                                            + (column.digest() == null ? "" : ", " + column.digest() + " = n.digest")
                                            + " from unnest($1::uuid[], $2::bytea[], $3::bytea[])"
                                            + " n (id, envelope, digest) where t.id = n.id",
                                    ids.toArray(UUID[]::new),
                                    envelopes.toArray(Buffer[]::new),
                                    digests.toArray(Buffer[]::new))
                            .replaceWith(Optional.of(ids.get(ids.size() - 1)));
                });
    }

    /** How much of the running operation's county is sealed by an older key than that of the number. */
    Uni<Long> remaining(int number) {
        return Multi.createFrom()
                .iterable(columns)
                .onItem()
                .transformToUniAndConcatenate(column -> Statements.CORE
                        .run(
                                "select count(*) from lianhu_core." + column.table() + " where " + column.envelope()
                                        + " is not null and get_byte(" + column.envelope() + ", 2) < $1",
                                number)
                        .map(rows -> rows.iterator().next().getLong(0)))
                .collect()
                .with(java.util.stream.Collectors.summingLong(Long::longValue));
    }
}
