package io.lianhu.points.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

/** Ids that follow from what they name, so that the same thing done twice meets its own primary key. */
public final class DerivedId {

    private DerivedId() {}

    /** The one id of these parts, in this order; none of them free text. */
    public static UUID of(Object... parts) {
        String name = Arrays.stream(parts).map(Object::toString).collect(Collectors.joining("/"));
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
