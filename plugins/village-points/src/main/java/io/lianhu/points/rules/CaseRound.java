package io.lianhu.points.rules;

import io.lianhu.points.ledger.DerivedId;
import io.lianhu.sdk.TenantRow;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * One closing of a case, as far as points go. Order is promised within one handler only, so a closing may be handled after its own
 * reopening: the handlers take turns at this row, and it remembers the reopening.
 */
@Entity
@Table(name = "points_case_round")
public class CaseRound extends TenantRow {

    @Id
    private UUID id;

    @Column(name = "case_id")
    private UUID caseId;

    @Column(name = "round")
    private int round;

    @Column(name = "reopened")
    private boolean reopened;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected CaseRound() {}

    /** The row, locked for the rest of the transaction; made where there is none. */
    static Uni<CaseRound> lock(Mutiny.Session session, UUID caseId, int round) {
        UUID id = DerivedId.of("CASE_ROUND", caseId, round);
        return session.createNativeQuery(
                        """
                        insert into {h-schema}points_case_round (id, case_id, round) values (:id, :caseId, :round)
                        on conflict do nothing""")
                .setParameter("id", id)
                .setParameter("caseId", caseId)
                .setParameter("round", round)
                .executeUpdate()
                .chain(() -> session.find(CaseRound.class, id, LockModeType.PESSIMISTIC_WRITE));
    }

    boolean reopened() {
        return reopened;
    }

    void reopen() {
        reopened = true;
    }
}
