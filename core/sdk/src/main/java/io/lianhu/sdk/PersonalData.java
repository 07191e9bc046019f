package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a plugin holds on people (个人信息): told to a person who asks for a copy (查阅复制), and erased (删除) for one who asks for that. A
 * plugin whose tables name a resident, a household or a subject has one; see {@link LianhuPlugin#personalData}.
 *
 * <p>Both are asked in operations of the person's county, whether the county has the plugin switched on or not: what was written while
 * it had is there still.
 */
public interface PersonalData {

    /**
     * All of the person's data, section by section; of others only what the person may see, such as a name masked. Called in an operation
     * that only reads.
     */
    Uni<List<Section>> export(Person person);

    /**
     * Erases what nothing obliges to keep, and what has to be kept makes nobody's where that is possible. Called in a transaction that is
     * committed together with the record that it was done; called again, perhaps on another day, for as long as something is kept.
     */
    Uni<List<Outcome>> erase(Person person);

    /**
     * Whose data it is.
     *
     * @param records the ids of the person's resident records: the one that stands for the person, and those that were merged into it
     * @param household where the person lives; empty where nobody has approved that yet
     * @param subject the person's identity, as {@link Actor#subject} is; empty where the person has no login
     */
    record Person(Set<UUID> records, Optional<UUID> household, Optional<String> subject) {

        public Person {
            records = Set.copyOf(records);
        }
    }

    /**
     * Some of what is held.
     *
     * @param name what it is called in the file, such as {@code points_transfer}
     * @param title the same for people, in Chinese
     * @param rows what is known, by name
     */
    record Section(String name, String title, List<Map<String, String>> rows) {

        public Section {
            rows = rows.stream().map(Map::copyOf).toList();
        }
    }

    /**
     * What became of some of it.
     *
     * @param section its name
     * @param erased how many rows are gone, or are nobody's any more, by this call; a section is not told again once all of it is
     * @param kept how many are kept as they are
     * @param reason why they are; empty where none is
     * @param until when that ends; empty where none is kept, or where nobody can tell
     */
    record Outcome(String section, int erased, int kept, Optional<String> reason, Optional<Instant> until) {

        public Outcome {
            if ((kept > 0) != reason.isPresent()) {
                throw new IllegalArgumentException("What is kept is kept for a reason: " + section);
            }
        }

        /** All of it is gone, or nobody's. */
        public static Outcome erased(String section, int rows) {
            return new Outcome(section, rows, 0, Optional.empty(), Optional.empty());
        }

        /** It is kept for now. */
        public static Outcome kept(String section, int rows, String reason, Optional<Instant> until) {
            return new Outcome(section, 0, rows, Optional.of(reason), until);
        }
    }
}
