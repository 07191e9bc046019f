package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The county's divisions (行政区划), each answer for many in one statement. Absent ones are left out. */
public interface Divisions {

    /**
     * One division.
     *
     * @param name as people say it (高寨村)
     */
    record Division(UUID id, DivisionCode code, String name) {}

    /** Divisions by id. */
    Uni<Map<UUID, Division>> byIds(Set<UUID> ids);

    /** Divisions by code. */
    Uni<Map<DivisionCode, Division>> byCodes(Set<DivisionCode> codes);
}
