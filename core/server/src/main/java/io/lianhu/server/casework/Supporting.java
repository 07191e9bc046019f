package io.lianhu.server.casework;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;

/** Asks units to support who has a case (协办), as a rule of dispatching says. */
public interface Supporting {

    /** In the running transaction, which holds the case; a unit that has it, or is retired, is left out. */
    Uni<Void> ask(Case about, List<Support> whom, Instant now);
}
