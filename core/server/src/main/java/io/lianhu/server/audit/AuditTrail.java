package io.lianhu.server.audit;

import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Writes to the audit trail of the running operation's county. Runs on the caller's event loop; never blocks. */
@Singleton
public class AuditTrail {

    /** Nobody waits for anybody here: the chain is made later, by the sealer. */
    private static final String INSERT =
            "with entry as (insert into lianhu_core.audit_entry (id, subject, roles, action, object_type, objects, reason,"
                    + " outcome, request_id, client) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id, objects),"
                    + " search as (insert into lianhu_core.audit_object (object_id, entry_id)"
                    + " select distinct unnest(objects), id from entry)"
                    + " insert into lianhu_core.audit_unsealed (entry_id) select id from entry";

    /**
     * Writes a row. In a write transaction it becomes part of that, and is rolled back with it. Of an operation that reads, the row is
     * written in a transaction of its own before the answer leaves, and where it cannot be written there is no answer.
     */
    public Uni<Void> write(AuditEntry entry) {
        return Uni.createFrom().deferred(() -> {
            Operation operation = Operation.current();
            AuditOrigin origin = AuditOrigin.current();
            if (operation.writes()) {
                return insert(origin, entry);
            }
            operation.beforeAnswer(() -> insert(origin, entry));
            return Uni.createFrom().voidItem();
        });
    }

    private static Uni<Void> insert(AuditOrigin origin, AuditEntry entry) {
        return Statements.CORE
                .run(
                        INSERT,
                        Ids.next(),
                        origin.subject(),
                        origin.roles(),
                        entry.action(),
                        entry.objectType(),
                        entry.objects().toArray(UUID[]::new),
                        entry.reason().orElse(null),
                        entry.outcome().name(),
                        origin.requestId(),
                        origin.client())
                .replaceWithVoid();
    }
}
