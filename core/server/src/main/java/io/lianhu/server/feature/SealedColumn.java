package io.lianhu.server.feature;

/**
 * A column of the core's that holds envelopes, and the one beside it with the digests that they are found by: what is sealed anew when a
 * county's key is exchanged.
 *
 * @param table without its schema; it has a column {@code id}
 */
public record SealedColumn(String table, String envelope, String digest) {}
