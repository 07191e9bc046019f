package io.lianhu.server.vault;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with a county's keys. */
public enum VaultError implements ErrorCode {
    VAULT_ROTATING(ErrorType.PRECONDITION),
    VAULT_KEYS_USED_UP(ErrorType.PRECONDITION);

    private final ErrorType type;

    VaultError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
