package io.lianhu.server.transfer;

import io.lianhu.sdk.DivisionCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Something that can be exported, page by page; what is personal is masked. */
public interface ExportKind {

    /** The name in the register of jobs; never changed. */
    String name();

    List<String> headings();

    /** Some hundreds of rows after the last one of the page before, in a read operation; none at the end. */
    Uni<List<Line>> page(JsonObject request, List<DivisionCode> scopes, Optional<UUID> after);

    /** A row, with the place where the list goes on after it. */
    record Line(UUID id, List<String> cells) {}
}
