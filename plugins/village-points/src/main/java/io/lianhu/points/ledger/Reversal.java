package io.lianhu.points.ledger;

import io.lianhu.sdk.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * That an award was reversed (冲正). Its id is the award's, so that there can be one at most; the points move by transfers that name it.
 */
@Entity
@Immutable
@Table(name = "points_reversal")
public class Reversal extends TenantRow {

    @Id
    @Column(name = "transfer_id")
    private UUID transferId;

    @Column(name = "reason")
    private @Nullable String reason;

    @Column(name = "reversed_at")
    private Instant reversedAt;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Reversal() {}

    UUID transferId() {
        return transferId;
    }

    @Nullable
    String reason() {
        return reason;
    }

    Instant reversedAt() {
        return reversedAt;
    }
}
