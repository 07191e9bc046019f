package io.lianhu.server.escalation;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may go wrong with an escalation. */
public enum EscalationError implements ErrorCode {
    ESCALATION_ACKNOWLEDGED(ErrorType.PRECONDITION);

    private final ErrorType type;

    EscalationError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
