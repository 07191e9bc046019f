package io.lianhu.server.tenant;

/**
 * One county as a customer of the platform (租户).
 *
 * @param code its GB/T 2260 code; the key of everything, and frozen even where the county's code changes
 * @param digest of everything that was last applied; equal digests make applying again a no-op
 */
public record Tenant(String code, TenantState state, TenantManifest manifest, String digest) {}
