package io.lianhu.server.photo;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The rows of photos. */
@Singleton
public class Photos {

    /** Per step of a case. */
    private static final int MOST = 9;

    private static final int MOST_UNCLAIMED = 36;

    private static final int BATCH = 1000;

    private final CoreStore store;
    private final BlobStore blobs;

    Photos(CoreStore store, BlobStore blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    /** What photos are claimed for: a case, and the step in its history that brings them. */
    public record Claim(UUID about, UUID step, PhotoStage stage) {}

    /** Ties photos to a step of a case, in order; only those that the uploader uploaded, and that no case has yet. */
    public Uni<Void> claim(List<GlobalId> photos, Claim claim, String uploader) {
        if (photos.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        if (photos.size() > MOST) {
            return Uni.createFrom().failure(new ApiException(PhotoError.PHOTO_TOO_MANY, Map.of("most", MOST)));
        }
        UUID[] ids = photos.stream().map(id -> id.of("Photo")).distinct().toArray(UUID[]::new);
        return Statements.CORE
                .run(
                        "update lianhu_core.photo p set case_id = $2, step_id = $3, stage = $4, ordinal = g.place"
                                + " from unnest($1::uuid[]) with ordinality g(id, place)"
                                + " where p.id = g.id and p.case_id is null and p.uploaded_by = $5",
                        ids,
                        claim.about(),
                        claim.step(),
                        claim.stage().name(),
                        uploader)
                .invoke(rows -> {
                    if (rows.rowCount() != photos.size()) {
                        throw new ApiException(PhotoError.PHOTO_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /**
     * The photos of cases, in the order of the steps that brought them.
     *
     * @param steps no more than so many steps can have brought: those of the report, and the latest others
     */
    public Uni<List<Photo>> ofCases(List<UUID> cases, int steps) {
        return store.session(session -> session.createSelectionQuery(
                        "select p from (select q.id as id, row_number() over (partition by q.caseId"
                                + " order by q.stage desc, q.stepId desc nulls last, q.ordinal) as place"
                                + " from Photo q where q.caseId in :cases) ranked join Photo p on p.id = ranked.id"
                                + " where ranked.place <= :most order by p.stage desc, p.stepId nulls first, p.ordinal",
                        Photo.class)
                .setParameter("cases", cases)
                .setParameter("most", steps * MOST)
                .getResultList());
    }

    /** Photos by id. */
    public Uni<List<Photo>> load(List<UUID> ids) {
        return store.session(session -> session.createSelectionQuery("from Photo where id in :ids", Photo.class)
                .setParameter("ids", ids)
                .getResultList());
    }

    Uni<Optional<Photo>> find(UUID id) {
        return store.session(session -> session.find(Photo.class, id).map(Optional::ofNullable));
    }

    /** Refuses who has uploaded some dozens of photos that no case has claimed yet. */
    Uni<Void> requireRoom(String uploader) {
        return store.session(session -> session.createSelectionQuery(
                                "select count(*) from Photo where uploadedBy = :uploader and caseId is null",
                                Long.class)
                        .setParameter("uploader", uploader)
                        .getSingleResult())
                .invoke(waiting -> {
                    if (waiting >= MOST_UNCLAIMED) {
                        throw new ApiException(PhotoError.PHOTO_UNCLAIMED_TOO_MANY, Map.of("most", MOST_UNCLAIMED));
                    }
                })
                .replaceWithVoid();
    }

    /** Adds a photo, if there is room for it. */
    Uni<Void> add(Photo photo) {
        return requireRoom(photo.uploadedBy()).chain(() -> store.session(session -> session.persist(photo)));
    }

    /**
     * Removes photos that no case claimed in 24 hours, at most {@value #BATCH} at a time; answers how many. To be run in a write
     * operation of its own: the rows are locked, the bytes go first, and a crash leaves rows whose bytes are gone for the next run,
     * never a person's photo without a row.
     */
    public Uni<Integer> removeUnclaimed() {
        String tenant = Operation.current().tenant();
        return Statements.CORE
                .run(
                        "select id from lianhu_core.photo where case_id is null and created_at < now() - interval '24 hours'"
                                + " limit " + BATCH + " for update skip locked")
                .map(Photos::ids)
                .call(ids -> blobs.remove(tenant, ids))
                .call(ids -> Statements.CORE.run(
                        "delete from lianhu_core.photo where id = any($1)", (Object) ids.toArray(UUID[]::new)))
                .map(List::size);
    }

    /**
     * Removes files that have no row, as a crash between a file and its row leaves them. Looks at a sample, so that it costs the same
     * however many files there are, and at none of the last 24 hours, whose rows may be about to come. To be run in an operation.
     */
    public Uni<Void> removeOrphans() {
        String tenant = Operation.current().tenant();
        return blobs.sampleOld(tenant, BATCH)
                .chain(ids -> ids.isEmpty()
                        ? Uni.createFrom().item(List.<UUID>of())
                        : Statements.CORE
                                .run(
                                        "select f.id from unnest($1::uuid[]) f(id)"
                                                + " where not exists (select 1 from lianhu_core.photo p where p.id = f.id)",
                                        (Object) ids.toArray(UUID[]::new))
                                .map(Photos::ids))
                .chain(orphans -> blobs.remove(tenant, orphans));
    }

    private static List<UUID> ids(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getUUID(0))
                .toList();
    }
}
