package io.lianhu.sdk;

import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What every entity bears: the county (租户) whose row it is. Filled on insert from the running operation; nobody reads it, because the
 * database shows a county no rows but its own.
 */
@MappedSuperclass
public abstract class TenantRow {

    @TenantId
    @Column(name = "tenant_id")
    private @Nullable String tenantId;
}
