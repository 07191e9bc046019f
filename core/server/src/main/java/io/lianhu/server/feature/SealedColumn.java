package io.lianhu.server.feature;

import org.jspecify.annotations.Nullable;

/**
 * A column of the core's that holds envelopes, and the one beside it with the digests that they are found by: what is sealed anew when a
 * county's key is exchanged.
 *
 * @param table without its schema; it has a column {@code id}
 * @param digest null where there is none of the present key
 */
public record SealedColumn(String table, String envelope, @Nullable String digest) {}
