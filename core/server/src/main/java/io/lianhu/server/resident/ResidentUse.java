package io.lianhu.server.resident;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a feature keeps of residents, and how it moves when two records turn out to be one person's. In the running transaction, with both
 * records locked and changed.
 */
public interface ResidentUse {

    /**
     * Moves what is the gone record's to the kept one, and writes each moved row with what it said before into
     * {@code resident_merge_reference}, under a kind of the feature's own.
     */
    Uni<Void> move(Merge merge);

    /**
     * Puts back what was moved.
     *
     * @throws io.lianhu.sdk.ApiException where something that has happened since stands in the way
     */
    Uni<Void> moveBack(Merge merge);

    /**
     * A merge of two records.
     *
     * @param login the kept record's after the merge; null where it has none
     * @param goneHousehold the gone record's
     * @param household the kept record's after the merge
     * @param emptied the household in which nobody is left; null where there is none
     */
    record Merge(
            UUID id,
            UUID kept,
            UUID gone,
            @Nullable String login,
            UUID goneHousehold,
            UUID household,
            @Nullable UUID emptied) {}
}
