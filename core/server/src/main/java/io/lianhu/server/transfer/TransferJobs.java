package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows of transfers, in the running operation. What is claimed is done by one replica, until its claim is over. */
final class TransferJobs {

    /** The cells that are told of; more of them are only counted. */
    static final int MOST_FAULTS = 10_000;

    private static final int BATCH = 1_000;

    /** At work or waiting, of one person. */
    private static final int MOST_OPEN = 5;

    private static final String COLUMNS =
            "id, kind, state, mode, done, total, faults, creating, updating, leaving, held_back, failure, detail, file_id,"
                    + " created_at, finished_at";

    private TransferJobs() {}

    /** What a replica has taken on. */
    record Claim(
            UUID id,
            UUID token,
            String kind,
            TransferState state,
            List<DivisionCode> scopes,
            JsonObject request,
            Optional<ImportMode> mode,
            Optional<UUID> file,
            int attempts) {}

    /** Begins a transfer; answers its id. */
    static Uni<UUID> begin(
            String kind,
            TransferState state,
            String subject,
            List<DivisionCode> scopes,
            JsonObject request,
            @Nullable UUID file) {
        UUID id = Ids.next();
        return Statements.CORE
                .run(
                        "select count(*) from lianhu_core.transfer_job where subject = $1"
                                + " and state in ('CHECKING', 'CHECKED', 'COMMITTING', 'EXPORTING')",
                        subject)
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) >= MOST_OPEN) {
                        throw new ApiException(TransferError.TRANSFER_TOO_MANY, Map.of("most", MOST_OPEN));
                    }
                })
                .chain(() -> Statements.CORE.run(
                        "insert into lianhu_core.transfer_job (id, kind, state, subject, scopes, request, file_id)"
                                + " values ($1, $2, $3, $4, $5, $6, $7)",
                        id,
                        kind,
                        state.name(),
                        subject,
                        codes(scopes),
                        request,
                        file))
                .replaceWith(id);
    }

    private static String[] codes(List<DivisionCode> scopes) {
        return scopes.stream().map(DivisionCode::value).toArray(String[]::new);
    }

    /** Confirms a checked import; answers false where it is no longer, or not yet, one that waits. */
    static Uni<Boolean> confirm(UUID id, ImportMode mode, List<DivisionCode> scopes) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set state = 'COMMITTING', mode = $2, scopes = $3, attempts = 0, done = 0,"
                                + " due_at = now(), token = null where id = $1 and state = 'CHECKED'",
                        id,
                        mode.name(),
                        codes(scopes))
                .map(rows -> rows.rowCount() == 1);
    }

    static Uni<Boolean> discard(UUID id) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set state = 'DISCARDED', finished_at = now()"
                                + " where id = $1 and state = 'CHECKED'",
                        id)
                .map(rows -> rows.rowCount() == 1);
    }

    /** Takes on what is due, for so long; empty where another has it. */
    static Uni<Optional<Claim>> claim(UUID id, Duration length) {
        UUID token = Ids.next();
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set token = $2, attempts = attempts + 1,"
                                + " due_at = now() + make_interval(secs => $3) where id = $1 and due_at <= now()"
                                + " and state in ('CHECKING', 'COMMITTING', 'EXPORTING')"
                                + " returning kind, state, scopes, request, mode, file_id, attempts",
                        id,
                        token,
                        seconds(length))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(row -> new Claim(
                                id,
                                token,
                                row.getString("kind"),
                                TransferState.valueOf(row.getString("state")),
                                List.of(row.getArrayOfStrings("scopes")).stream()
                                        .map(DivisionCode::new)
                                        .toList(),
                                row.getJsonObject("request"),
                                Optional.ofNullable(row.getString("mode")).map(ImportMode::valueOf),
                                Optional.ofNullable(row.getUUID("file_id")),
                                row.getInteger("attempts"))));
    }

    private static double seconds(Duration length) {
        return length.toMillis() / 1_000.0;
    }

    /** Says how far it is, and holds the claim for as long again; fails where the claim is lost. */
    static Uni<Void> progress(Claim claim, int done, int total, Duration length) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set done = $3, total = $4, due_at = now() + make_interval(secs => $5)"
                                + " where id = $1 and token = $2 and state in ('CHECKING', 'COMMITTING', 'EXPORTING')",
                        claim.id(),
                        claim.token(),
                        done,
                        total,
                        seconds(length))
                .invoke(rows -> requireHeld(rows.rowCount()))
                .replaceWithVoid();
    }

    private static void requireHeld(int rows) {
        if (rows != 1) {
            throw new IllegalStateException("The claim on a transfer was lost");
        }
    }

    /** The file was looked at: what is wrong with it, and what it would do. */
    static Uni<Void> checked(Claim claim, ImportKind.Plan plan, int lines, Map<Integer, String> headings) {
        List<ImportKind.Fault> told = plan.faults().stream().limit(MOST_FAULTS).toList();
        Uni<Void> kept = Statements.CORE
                .run("delete from lianhu_core.transfer_fault where job_id = $1", claim.id())
                .replaceWithVoid();
        for (int from = 0; from < told.size(); from += BATCH) {
            List<ImportKind.Fault> part = told.subList(from, Math.min(told.size(), from + BATCH));
            kept = kept.chain(() -> keep(claim, part, headings));
        }
        return kept.chain(() -> Statements.CORE.run(
                        "update lianhu_core.transfer_job set state = 'CHECKED', done = $3, total = $3, faults = $4, creating = $5,"
                                + " updating = $6, leaving = $7, held_back = $8 where id = $1 and token = $2 and state = 'CHECKING'",
                        claim.id(),
                        claim.token(),
                        lines,
                        plan.faults().size(),
                        plan.creating(),
                        plan.updating(),
                        plan.leaving(),
                        plan.heldBack()))
                .invoke(rows -> requireHeld(rows.rowCount()))
                .replaceWithVoid();
    }

    private static Uni<Void> keep(Claim claim, List<ImportKind.Fault> faults, Map<Integer, String> headings) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.transfer_fault (id, job_id, line, number, heading, code)"
                                + " select f.id, $1, f.line, f.number, f.heading, f.code"
                                + " from unnest($2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[])"
                                + " f(id, line, number, heading, code)",
                        claim.id(),
                        IntStream.range(0, faults.size())
                                .mapToObj(i -> Ids.next())
                                .toArray(UUID[]::new),
                        faults.stream().map(ImportKind.Fault::line).toArray(Integer[]::new),
                        faults.stream().map(fault -> fault.column() + 1).toArray(Integer[]::new),
                        faults.stream()
                                .map(fault -> headings.getOrDefault(fault.column(), ""))
                                .toArray(String[]::new),
                        faults.stream().map(fault -> fault.code().name()).toArray(String[]::new))
                .replaceWithVoid();
    }

    /** Last in the transaction that writes: whoever else wrote the same waits here, and finds it done. */
    static Uni<Void> done(Claim claim, int total, @Nullable UUID file) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set state = 'DONE', done = $3, total = $3, finished_at = now(), file_id = $4"
                                + " where id = $1 and token = $2 and state in ('COMMITTING', 'EXPORTING')",
                        claim.id(),
                        claim.token(),
                        total,
                        file)
                .invoke(rows -> requireHeld(rows.rowCount()))
                .replaceWithVoid();
    }

    static Uni<Void> failed(Claim claim, ApiException why) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set state = 'FAILED', finished_at = now(), failure = $3, detail = $4"
                                + " where id = $1 and token = $2 and state in ('CHECKING', 'COMMITTING', 'EXPORTING')",
                        claim.id(),
                        claim.token(),
                        why.code().name(),
                        why.params().values().stream()
                                .findFirst()
                                .map(String::valueOf)
                                .orElse(null))
                .replaceWithVoid();
    }

    /** Lets it be tried again a little later. */
    static Uni<Void> release(Claim claim) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set token = null, due_at = now() + make_interval(secs => attempts)"
                                + " where id = $1 and token = $2",
                        claim.id(),
                        claim.token())
                .replaceWithVoid();
    }

    /** The person's own transfers among these. */
    static Uni<List<Transfer>> load(UUID[] ids, String subject) {
        return Statements.CORE
                .run(
                        "select " + COLUMNS + " from lianhu_core.transfer_job where id = any ($1) and subject = $2",
                        (Object) ids,
                        subject)
                .map(TransferJobs::transfers);
    }

    static Uni<List<Transfer>> list(String subject, PageRequest page) {
        return Statements.CORE
                .run(
                        "select " + COLUMNS + " from lianhu_core.transfer_job where subject = $1"
                                + " and ($2::uuid is null or id < $2) order by id desc limit $3",
                        subject,
                        page.after().orElse(null),
                        page.limit())
                .map(TransferJobs::transfers);
    }

    private static List<Transfer> transfers(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Transfer(
                        row.getUUID("id"),
                        row.getString("kind"),
                        TransferState.valueOf(row.getString("state")),
                        row.getString("mode"),
                        row.getInteger("done"),
                        row.getInteger("total"),
                        row.getInteger("faults"),
                        row.getInteger("creating"),
                        row.getInteger("updating"),
                        row.getInteger("leaving"),
                        row.getInteger("held_back"),
                        row.getString("failure"),
                        row.getString("detail"),
                        row.getUUID("file_id"),
                        row.getOffsetDateTime("created_at").toInstant(),
                        row.getOffsetDateTime("finished_at") == null
                                ? null
                                : row.getOffsetDateTime("finished_at").toInstant()))
                .toList();
    }

    /** A faulty cell, as it is kept. */
    record KeptFault(UUID id, int line, int number, String heading, String code) {}

    static Uni<List<KeptFault>> faults(UUID job, PageRequest page) {
        return Statements.CORE
                .run(
                        "select id, line, number, heading, code from lianhu_core.transfer_fault where job_id = $1"
                                + " and ($2::uuid is null or id > $2) order by id limit $3",
                        job,
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new KeptFault(
                                row.getUUID(0),
                                row.getInteger(1),
                                row.getInteger(2),
                                row.getString(3),
                                row.getString(4)))
                        .toList());
    }
}
