/**
 * How rows are kept apart: one operation is one connection and at most one transaction at a time, which bears the county and the role
 * of whoever speaks; the database's row-level security does the rest. Start with {@link io.lianhu.server.persistence.Operation}.
 */
@NullMarked
package io.lianhu.server.persistence;

import org.jspecify.annotations.NullMarked;
