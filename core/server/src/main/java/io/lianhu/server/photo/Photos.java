package io.lianhu.server.photo;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows of photos. */
@Singleton
public class Photos {

    /** Per stage of a case. */
    private static final int MOST = 9;

    private final CoreStore store;

    Photos(CoreStore store) {
        this.store = store;
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

    Uni<Void> add(Photo photo) {
        return store.session(session -> session.persist(photo));
    }
}
