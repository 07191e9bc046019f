package io.lianhu.points.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says of itself ({@code PointsLedgerCheck}).
 *
 * @param sound whether the balances add up to nothing and no account is at fault
 * @param faults at most {@link LedgerCheckResolvers#MOST_FAULTS} of them
 */
public record LedgerProof(
        boolean sound, long accounts, long transfers, long openHolds, long totalBalance, List<FaultyAccount> faults) {

    /** An account that its postings and holds do not explain, beside what they do. */
    public record FaultyAccount(
            String account,
            String purpose,
            @Nullable String ownerKind,
            String village,
            long balance,
            long explainedBalance,
            long held,
            long explainedHeld,
            long postings,
            long explainedPostings,
            List<Fault> kinds) {}
}
