package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.photo.PhotoAccess;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** A case's photos are for who may see the case. */
@Singleton
class CaseAccess implements PhotoAccess {

    private final CoreStore store;

    CaseAccess(CoreStore store) {
        this.store = store;
    }

    @Override
    public Uni<Boolean> maySee(Actor actor, UUID about) {
        return store.session(session -> session.find(Case.class, about))
                .map(found -> found != null && CasePermissions.maySee(actor, found));
    }
}
