package io.lianhu.points.ledger;

import io.lianhu.sdk.TenantEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Points put aside for something that is still to happen. It is resolved exactly once: captured or released. */
@Entity
@Table(name = "points_hold")
public class Hold extends TenantEntity {

    enum State {
        OPEN,
        CAPTURED,
        RELEASED
    }

    @Column(name = "account_id")
    private UUID accountId;

    @Column(name = "amount")
    private int amount;

    @Enumerated(EnumType.STRING)
    @Column(name = "state")
    private State state;

    @Column(name = "transfer_id")
    private @Nullable UUID transferId;

    @Column(name = "placed_at")
    private Instant placedAt;

    @Column(name = "resolved_at")
    private @Nullable Instant resolvedAt;

    @Version
    @Column(name = "version")
    private int version;

    @SuppressWarnings("NullAway.Init") // filled by Hibernate
    protected Hold() {}

    Hold(Account account, int amount, Instant placedAt) {
        this.accountId = account.id();
        this.amount = amount;
        this.state = State.OPEN;
        this.placedAt = placedAt;
        account.hold(amount);
    }

    UUID accountId() {
        return accountId;
    }

    int amount() {
        return amount;
    }

    /** Takes the points for good; the transfer that moves them is to follow. */
    void capture(Account account, UUID transfer, Instant at) {
        resolve(State.CAPTURED, account, at);
        transferId = transfer;
    }

    /** Gives the points back. */
    void release(Account account, Instant at) {
        resolve(State.RELEASED, account, at);
    }

    private void resolve(State outcome, Account account, Instant at) {
        if (state != State.OPEN) {
            throw new IllegalStateException("Hold " + getId() + " was resolved before: " + state);
        }
        state = outcome;
        resolvedAt = at;
        account.hold(-amount);
    }
}
