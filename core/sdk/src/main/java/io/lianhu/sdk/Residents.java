package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The county's residents, each answer for many in one statement. Absent ids are left out. */
public interface Residents {

    /** Approved residents by id. */
    Uni<Map<UUID, Resident>> byIds(Set<UUID> ids);

    /** The names of households, as the head of household's (户主) name. */
    Uni<Map<UUID, String>> householdNames(Set<UUID> households);
}
