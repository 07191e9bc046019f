package io.lianhu.server.persistence;

import org.jspecify.annotations.Nullable;

/** A statement came too late: the client went away, the deadline passed, or the operation was over. */
public final class OperationEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OperationEndedException(@Nullable String why) {
        super(why);
    }
}
