package io.lianhu.devstack;

import org.jspecify.annotations.Nullable;

/** The stack cannot be started or has broken; the message says what happened, with the end of the log, and what to do. */
public final class DevstackFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DevstackFailure(String message) {
        super(message);
    }

    DevstackFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
