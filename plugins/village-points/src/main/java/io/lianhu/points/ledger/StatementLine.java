package io.lianhu.points.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of an account's statement ({@code PointsStatementLine}): a transfer as that account sees it.
 *
 * @param points signed
 */
public record StatementLine(
        UUID transferId,
        TransferKind kind,
        int points,
        long balanceAfter,
        @Nullable String memo,
        UUID earnerId,
        @Nullable UUID caseId,
        Instant postedAt) {

    static StatementLine of(Transfer transfer, UUID account) {
        return new StatementLine(
                transfer.id(),
                transfer.kind(),
                transfer.signedAmount(account),
                transfer.balanceAfter(account),
                transfer.memo(),
                transfer.earnerId(),
                transfer.caseId(),
                transfer.postedAt());
    }
}
