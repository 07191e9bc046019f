package io.lianhu.server.audit;

import io.lianhu.server.feature.BackgroundWork;
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
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chains what was written to the audit trails, in batches. Every replica tries; the row of the chain's end is locked by the one that does
 * it for a county, and a batch is one transaction, so that one that is killed leaves nothing half done. Each new end is kept in the
 * platform's table and logged: whoever keeps the logs elsewhere can prove later what the chain was.
 */
@Singleton
class AuditSealer implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(AuditSealer.class);

    private static final int BATCH = 500;

    private static final String BEGIN =
            "insert into lianhu_core.audit_head (seq, hash, sealed_at) values (0, $1, now()) on conflict do nothing";

    private static final String HEAD = "select seq, hash from lianhu_core.audit_head for update skip locked";

    private static final String WAITING = "select " + AuditRow.COLUMNS.replace("s.seq", "null::bigint as seq")
            + " from lianhu_core.audit_unsealed q join lianhu_core.audit_entry e on e.tenant_id = q.tenant_id and e.id = q.entry_id"
            + " order by q.entry_id limit " + BATCH;

    private static final String SEAL =
            "insert into lianhu_core.audit_seal (seq, entry_id, hash) select * from unnest($1::bigint[], $2::uuid[], $3::bytea[])";

    private static final String DONE = "delete from lianhu_core.audit_unsealed where entry_id = any ($1)";

    private static final String MOVE = "update lianhu_core.audit_head set seq = $1, hash = $2, sealed_at = now()";

    private static final String ANCHOR =
            "insert into lianhu_platform.audit_anchor (county, seq, hash, sealed_at) values ($1, $2, $3, now())"
                    + " on conflict (county) do update set seq = $2, hash = $3, sealed_at = now()";

    private final Vertx vertx;
    private final Operations operations;
    private final Counter failed;
    private final Duration every;

    AuditSealer(
            Vertx vertx,
            Operations operations,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.audit.every", defaultValue = "2s") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.failed = meters.counter("lianhu.audit.failed");
        this.every = every;
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> waiting()
                .chain(counties -> Multi.createFrom()
                        .iterable(counties)
                        .onItem()
                        .transformToUniAndConcatenate(this::county)
                        .collect()
                        .last()
                        .replaceWithVoid())
                .onFailure()
                .invoke(failure -> failed("Counties to be sealed could not be looked for", failure))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private void failed(String what, Throwable failure) {
        failed.increment();
        LOG.warn(what, failure);
    }

    private Uni<List<String>> waiting() {
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run("select distinct tenant_id from lianhu_core.audit_unsealed"))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList());
    }

    private Uni<Void> county(String tenant) {
        return Uni.createFrom()
                .deferred(() -> operations.write(tenant, () -> batch(tenant)))
                .repeat()
                .whilst(rows -> rows == BATCH)
                .collect()
                .last()
                .onFailure()
                .invoke(failure -> failed("The audit trail of " + tenant + " was not sealed", failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** Seals what waits; answers how much, 0 where another replica is at it. */
    private static Uni<Integer> batch(String tenant) {
        return Statements.CORE
                .run(BEGIN, Buffer.buffer(Chain.beginning(tenant)))
                .chain(() -> Statements.CORE.run(HEAD))
                .chain(head -> {
                    if (head.rowCount() == 0) {
                        return Uni.createFrom().item(0);
                    }
                    Row end = head.iterator().next();
                    return Statements.CORE.run(WAITING).chain(rows -> {
                        List<AuditRow> found = StreamSupport.stream(rows.spliterator(), false)
                                .map(AuditRow::of)
                                .toList();
                        return found.isEmpty()
                                ? Uni.createFrom().item(0)
                                : seal(tenant, end.getLong(0), end.getBuffer(1).getBytes(), found);
                    });
                });
    }

    private static Uni<Integer> seal(String tenant, long last, byte[] before, List<AuditRow> found) {
        List<Long> numbers = new ArrayList<>();
        List<Buffer> hashes = new ArrayList<>();
        long seq = last;
        byte[] hash = before;
        for (AuditRow row : found) {
            seq++;
            hash = Chain.next(hash, seq, row);
            numbers.add(seq);
            hashes.add(Buffer.buffer(hash));
        }
        UUID[] ids = found.stream().map(AuditRow::id).toArray(UUID[]::new);
        long end = seq;
        Buffer endHash = Buffer.buffer(hash);
        return Statements.CORE
                .run(SEAL, numbers.toArray(Long[]::new), ids, hashes.toArray(Buffer[]::new))
                .chain(() -> Statements.CORE.run(DONE, (Object) ids))
                .chain(() -> Statements.CORE.run(MOVE, end, endHash))
                .chain(() -> Statements.PLATFORM.run(ANCHOR, tenant, end, endHash))
                .invoke(() -> Operation.current()
                        .afterCommit(() -> LOG.info(
                                "Audit trail of {} sealed to {} {}",
                                tenant,
                                end,
                                HexFormat.of().formatHex(endHash.getBytes()))))
                .replaceWith(found.size());
    }
}
