package io.lianhu.sdk.resident;

import io.lianhu.sdk.Event;
import io.lianhu.sdk.Resident;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two records turned out to be one person's (重复人口合并). What a plugin keeps of the one that went belongs to the one that stays, until
 * {@link ResidentMergeUndone} says otherwise. All merges of a county, and what undoes them, reach a handler in their order.
 *
 * @param kept as the record is after the merge
 * @param gone as the record was before; nobody finds it any more
 * @param emptied the household in which nobody is left for it; null where there is none
 */
public record ResidentsMerged(UUID mergeId, Resident kept, Resident gone, @Nullable UUID emptied, Instant mergedAt)
        implements Event {

    /** Of all merges of a county, because one may go on where another ended. */
    static final UUID REGISTER = new UUID(0, 1);

    @Override
    public UUID aggregate() {
        return REGISTER;
    }
}
