package io.lianhu.sdk;

import java.util.Set;

/**
 * Something that may be allowed (权限): the plugin's GraphQL prefix, a colon, a verb, as in {@code points:redeem}.
 *
 * @param holders the roles that hold it; a county cannot hand it to others yet
 */
public record Permission(String name, Set<Role> holders) {
    public Permission {
        if (!name.matches("[a-z][a-z-]*:[a-z][a-z-]*")) {
            throw new IllegalArgumentException("A permission is named prefix:verb, not " + name);
        }
        holders = Set.copyOf(holders);
    }

    /** A permission held by the given roles. */
    public static Permission of(String name, Role... holders) {
        return new Permission(name, Set.of(holders));
    }
}
