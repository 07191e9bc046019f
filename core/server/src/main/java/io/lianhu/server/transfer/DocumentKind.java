package io.lianhu.server.transfer;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** Something that can be exported, and is no list: it comes as one zip archive. */
public interface DocumentKind {

    /** The name in the register of jobs; never changed. */
    String name();

    /**
     * The archive's bytes. Called outside an operation, on an event loop; made anew where a replica ended over it.
     *
     * @param step to be called after each part of the work, none of which takes longer than some seconds; fails where somebody else does it
     */
    Uni<byte[]> make(String tenant, JsonObject request, Supplier<Uni<Void>> step);
}
