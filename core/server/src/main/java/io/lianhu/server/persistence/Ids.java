package io.lianhu.server.persistence;

import java.util.UUID;
import org.hibernate.id.uuid.UuidVersion7Strategy;

/** Ids for rows that are not made as entities, of the kind that Hibernate gives to entities. */
public final class Ids {

    private Ids() {}

    /** A new UUID of version 7: greater than those made before by this process, so that ids tell the order of making. */
    public static UUID next() {
        return UuidVersion7Strategy.INSTANCE.generateUuid(null);
    }
}
