package io.lianhu.server.feature;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What goes on by itself while the server runs, such as a sweep over what is due. */
public interface BackgroundWork {

    /** Called once, when all stands that the server needs; does not block. */
    void start();

    /**
     * Takes nothing more: the server ends.
     *
     * @return completed once what is under way has ended; at once where it may be broken off at any time
     */
    default CompletionStage<Void> stop() {
        return CompletableFuture.completedFuture(null);
    }
}
