package io.lianhu.server.graphql;

import io.lianhu.sdk.GlobalId;
import io.lianhu.server.audit.AuditEntry;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The objects that arguments name: those of the first type that comes, so that a row of the audit trail is about one kind of thing. */
record Named(String type, List<UUID> ids) {

    private static final int MOST = 100;

    static Named in(Map<String, ?> arguments) {
        Set<GlobalId> found = new LinkedHashSet<>();
        collect(arguments, found);
        String type = found.stream().map(GlobalId::type).findFirst().orElse("");
        return new Named(
                type,
                found.stream()
                        .filter(id -> id.type().equals(type))
                        .map(GlobalId::uuid)
                        .limit(MOST)
                        .toList());
    }

    private static void collect(@Nullable Object value, Set<GlobalId> found) {
        if (value instanceof String text) {
            GlobalId.decode(text).filter(id -> id.type().length() <= MOST).ifPresent(found::add);
        } else if (value instanceof Map<?, ?> fields) {
            fields.values().forEach(inner -> collect(inner, found));
        } else if (value instanceof Collection<?> many) {
            many.forEach(one -> collect(one, found));
        }
    }

    AuditEntry refused(String action) {
        return AuditEntry.refused(action, type, ids);
    }
}
