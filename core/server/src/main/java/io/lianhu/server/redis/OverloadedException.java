package io.lianhu.server.redis;

/** More is asked of Redis at once than may wait: unlike one that is away, it says that somebody asks too much. */
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OverloadedException(Throwable cause) {
        super(cause);
    }
}
