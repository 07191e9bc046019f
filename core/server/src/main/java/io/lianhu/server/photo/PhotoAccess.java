package io.lianhu.server.photo;

import io.lianhu.sdk.Actor;
import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Who may see the photos of what they were taken for. */
@FunctionalInterface
public interface PhotoAccess {

    /** Whether the actor may see the case. */
    Uni<Boolean> maySee(Actor actor, UUID about);
}
