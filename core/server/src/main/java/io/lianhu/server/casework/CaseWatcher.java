package io.lianhu.server.casework;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What follows from a step of a case, for a feature that is more than casework needs to know of. */
public interface CaseWatcher {

    /**
     * Told after the history's row is written, in the step's transaction, which holds the case locked.
     *
     * @param before the state before the step
     * @param note what was said with it; null where nothing was
     */
    Uni<Void> taken(Case about, CaseAction action, CaseState before, @Nullable String note, Instant now);
}
