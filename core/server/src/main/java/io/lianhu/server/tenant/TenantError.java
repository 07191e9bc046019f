package io.lianhu.server.tenant;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with a county. */
public enum TenantError implements ErrorCode {
    TENANT_UNKNOWN_HOST(ErrorType.NOT_FOUND),
    TENANT_SUSPENDED(ErrorType.UNAVAILABLE),
    TENANT_MANIFEST_INVALID(ErrorType.INVALID_INPUT),
    TENANT_DIVISIONS_INVALID(ErrorType.INVALID_INPUT),
    TENANT_HOST_TAKEN(ErrorType.CONFLICT),
    TENANT_STATE(ErrorType.PRECONDITION);

    private final ErrorType type;

    TenantError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
