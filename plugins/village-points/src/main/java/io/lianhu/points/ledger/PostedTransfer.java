package io.lianhu.points.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transfer as clients see it ({@code PointsTransfer}).
 *
 * @param points unsigned
 * @param earnedAt when what it is for happened
 * @param reversedAt when it was reversed, if it was
 */
public record PostedTransfer(
        UUID id,
        TransferKind kind,
        int points,
        @Nullable String memo,
        UUID earnerId,
        @Nullable UUID caseId,
        Instant earnedAt,
        Instant postedAt,
        @Nullable Instant reversedAt,
        @Nullable String reversalReason) {

    static PostedTransfer of(Transfer transfer, @Nullable Reversal reversal) {
        return new PostedTransfer(
                transfer.id(),
                transfer.kind(),
                transfer.amount(),
                transfer.memo(),
                transfer.earnerId(),
                transfer.caseId(),
                transfer.earnedAt(),
                transfer.postedAt(),
                reversal == null ? null : reversal.reversedAt(),
                reversal == null ? null : reversal.reason());
    }
}
