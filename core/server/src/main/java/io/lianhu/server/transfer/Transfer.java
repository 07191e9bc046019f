package io.lianhu.server.transfer;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import or export (导入导出任务), as who began it sees it.
 *
 * @param done of {@code total}; both 0 before it is known
 * @param failure the code of what it failed of, with its {@code detail}
 */
public record Transfer(
        UUID id,
        String kind,
        TransferState state,
        @Nullable String mode,
        int done,
        int total,
        int faults,
        int creating,
        int updating,
        int leaving,
        int heldBack,
        @Nullable String failure,
        @Nullable String detail,
        @Nullable UUID fileId,
        Instant createdAt,
        @Nullable Instant finishedAt) {}
