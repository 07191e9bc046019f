package io.lianhu.sdk.resident;

import io.lianhu.sdk.Event;
import java.time.Instant;
import java.util.UUID;

/**
 * A merge was undone (撤销合并): both records are as they were. What has come to the kept one since stays with it.
 *
 * @param mergeId that of {@link ResidentsMerged}
 */
public record ResidentMergeUndone(UUID mergeId, UUID keptId, UUID goneId, Instant undoneAt) implements Event {
    @Override
    public UUID aggregate() {
        return ResidentsMerged.REGISTER;
    }
}
