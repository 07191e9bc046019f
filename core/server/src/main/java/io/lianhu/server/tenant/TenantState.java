package io.lianhu.server.tenant;

/** Where a county stands in its life. */
public enum TenantState {
    /** Being taken on; not visible to anyone until PostgreSQL and Keycloak both hold it. */
    PROVISIONING,
    /** Served. */
    ACTIVE,
    /** Not served for now; nothing is lost. */
    SUSPENDED,
    /** Leaving: no longer served, its data being exported. */
    CLOSING,
    /** Left: its data is deleted, its code stays taken. */
    GONE
}
