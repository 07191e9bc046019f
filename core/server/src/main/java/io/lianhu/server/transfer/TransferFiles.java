package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.photo.BlobStore;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The files that come and go. They are full of people's numbers, so they lie sealed as those do, and not for longer than a day. A row
 * comes before its bytes, and goes after them.
 */
@Singleton
class TransferFiles {

    /** Beside the county's photos. */
    private static final String SHELF = "/transfers";

    private static final int MOST_UNCLAIMED = 10;
    private static final int BATCH = 1_000;

    private final Operations operations;
    private final BlobStore blobs;
    private final Vault vault;

    TransferFiles(Operations operations, BlobStore blobs, Vault vault) {
        this.operations = operations;
        this.blobs = blobs;
        this.vault = vault;
    }

    /** Keeps a file; to be called outside an operation. */
    Uni<UUID> keep(String tenant, String subject, FileFormat format, byte[] sealedBytes) {
        UUID id = Ids.next();
        return operations
                .write(tenant, () -> add(id, subject, format))
                .chain(() -> blobs.put(tenant + SHELF, id, sealedBytes))
                .replaceWith(id);
    }

    private static Uni<Void> add(UUID id, String subject, FileFormat format) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.transfer_file (id, uploaded_by, format) select $1, $2, $3"
                                + " where (select count(*) from lianhu_core.transfer_file where uploaded_by = $2 and not claimed) < $4",
                        id,
                        subject,
                        format.name(),
                        MOST_UNCLAIMED)
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(TransferError.TRANSFER_FILES_TOO_MANY, Map.of("most", MOST_UNCLAIMED));
                    }
                })
                .replaceWithVoid();
    }

    /** Ties a file to a transfer, in the running transaction: once, and only who uploaded it. */
    static Uni<Void> claim(UUID id, String subject) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_file set claimed = true where id = $1 and uploaded_by = $2 and not claimed",
                        id,
                        subject)
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(TransferError.TRANSFER_FILE_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /** What the file is, in the running operation. */
    static Uni<FileFormat> format(UUID id) {
        return Statements.CORE
                .run("select format from lianhu_core.transfer_file where id = $1", id)
                .map(rows -> FileFormat.valueOf(rows.iterator().next().getString(0)));
    }

    /** The sealed bytes, to be opened on a worker. */
    Uni<byte[]> bytes(String tenant, UUID id) {
        return blobs.read(tenant + SHELF, id).map(Buffer::getBytes);
    }

    /** Takes a core for a while: for worker threads. */
    byte[] seal(String tenant, byte[] file) {
        return vault.seal(tenant, Base64.getEncoder().encodeToString(file));
    }

    /** Takes a core for a while: for worker threads. */
    byte[] open(String tenant, byte[] sealedBytes) {
        return Base64.getDecoder().decode(vault.open(tenant, sealedBytes).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Removes a file for good; to be called outside an operation. */
    Uni<Void> remove(String tenant, UUID id) {
        return blobs.remove(tenant + SHELF, List.of(id))
                .chain(() -> operations.write(tenant, () -> delete(new UUID[] {id})));
    }

    private static Uni<Void> delete(UUID[] ids) {
        return Statements.CORE
                .run(
                        "update lianhu_core.transfer_job set file_id = null, finished_at = coalesce(finished_at, now()),"
                                + " state = case when state in ('CHECKED', 'COMMITTING') then 'DISCARDED' else state end where file_id = any ($1)",
                        (Object) ids)
                .chain(() ->
                        Statements.CORE.run("delete from lianhu_core.transfer_file where id = any ($1)", (Object) ids))
                .replaceWithVoid();
    }

    /**
     * Removes the files of a day ago that nobody works on, with what waited for them; answers how many. To be run in a write operation of
     * its own.
     */
    Uni<Integer> removeOld() {
        String tenant = Operation.current().tenant();
        return Statements.CORE
                .run("select f.id from lianhu_core.transfer_file f where f.created_at < now() - interval '24 hours'"
                        + " and not exists (select 1 from lianhu_core.transfer_job j where j.tenant_id = f.tenant_id"
                        + " and j.file_id = f.id and j.state in ('CHECKING', 'COMMITTING')) limit " + BATCH
                        + " for update of f skip locked")
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toArray(UUID[]::new))
                .call(ids -> blobs.remove(tenant + SHELF, List.of(ids)))
                .call(TransferFiles::delete)
                .map(ids -> ids.length);
    }
}
