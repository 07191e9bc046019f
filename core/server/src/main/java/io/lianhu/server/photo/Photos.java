package io.lianhu.server.photo;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The rows of photos. */
@Singleton
public class Photos {

    /** Per stage of a case. */
    private static final int MOST = 9;

    private static final int MOST_UNCLAIMED = 36;

    private final CoreStore store;
    private final BlobStore blobs;

    Photos(CoreStore store, BlobStore blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    /** Ties photos to a case, in order; only those that the uploader uploaded, and that no case has yet. */
    public Uni<Void> claim(List<GlobalId> photos, UUID about, PhotoStage stage, String uploader) {
        if (photos.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        if (photos.size() > MOST) {
            return Uni.createFrom().failure(new ApiException(PhotoError.PHOTO_TOO_MANY, Map.of("most", MOST)));
        }
        UUID[] ids = photos.stream().map(id -> id.of("Photo")).distinct().toArray(UUID[]::new);
        return Statements.CORE
                .run(
                        "update lianhu_core.photo p set case_id = $2, stage = $3, ordinal = g.place"
                                + " from unnest($1::uuid[]) with ordinality g(id, place)"
                                + " where p.id = g.id and p.case_id is null and p.uploaded_by = $4",
                        ids,
                        about,
                        stage.name(),
                        uploader)
                .invoke(rows -> {
                    if (rows.rowCount() != photos.size()) {
                        throw new ApiException(PhotoError.PHOTO_TAKEN);
                    }
                })
                .replaceWithVoid();
    }

    /** The photos of cases, those of the report first. */
    public Uni<List<Photo>> ofCases(List<UUID> cases) {
        return store.session(session -> session.createSelectionQuery(
                        "from Photo where caseId in :cases order by stage desc, ordinal", Photo.class)
                .setParameter("cases", cases)
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

    /** Adds a photo; nobody may have more than some dozens that no case has claimed yet. */
    Uni<Void> add(Photo photo) {
        return store.session(session -> session.createSelectionQuery(
                        "select count(*) from Photo where uploadedBy = :uploader and caseId is null", Long.class)
                .setParameter("uploader", photo.uploadedBy())
                .getSingleResult()
                .chain(waiting -> {
                    if (waiting >= MOST_UNCLAIMED) {
                        throw new ApiException(PhotoError.PHOTO_TOO_MANY, Map.of("most", MOST_UNCLAIMED));
                    }
                    return session.persist(photo);
                }));
    }

    /** Removes the rows of photos that no case claimed in 24 hours, at most 1,000 at a time; answers their ids. */
    public Uni<List<UUID>> removeUnclaimed() {
        return Statements.CORE
                .run(
                        "delete from lianhu_core.photo where id in (select id from lianhu_core.photo where case_id is null"
                                + " and created_at < now() - interval '24 hours' limit 1000 for update skip locked) returning id")
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toList());
    }

    /** Removes the bytes of photos whose rows are gone. */
    public Uni<Void> removeBytes(String tenant, List<UUID> photos) {
        return Multi.createFrom()
                .iterable(photos)
                .onItem()
                .transformToUniAndConcatenate(id -> blobs.remove(tenant, id))
                .collect()
                .last()
                .replaceWithVoid();
    }
}
