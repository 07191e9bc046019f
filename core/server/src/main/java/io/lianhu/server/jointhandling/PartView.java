package io.lianhu.server.jointhandling;

import io.lianhu.sdk.Actor;
import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CasePermissions;
import io.lianhu.server.casework.ClockState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A part as the caller may see it: that a unit helps, to whoever may see the case; what is said, to those whose work it is. */
public record PartView(
        UUID id,
        String unitName,
        CasePart.PartState state,
        Instant askedAt,
        TimeLimit limit,
        Instant dueAt,
        ClockState clockState,
        @Nullable Instant answeredAt,
        @Nullable String asked,
        @Nullable String askedByName,
        @Nullable String answer,
        @Nullable String answeredByName,
        @Nullable UUID replacesId) {

    static PartView of(CasePart part, Case about, Actor viewer, Instant now) {
        boolean internal =
                viewer.units().contains(part.unitId()) && part.isSeen() || CasePermissions.isOfficial(viewer, about);
        return new PartView(
                part.getId(),
                part.unitName(),
                part.state(),
                part.askedAt(),
                part.limit(),
                part.dueAt(),
                part.clockState(now),
                part.answeredAt(),
                internal ? part.asked() : null,
                internal ? part.askedByName() : null,
                internal ? part.answer() : null,
                internal ? part.answeredByName() : null,
                internal ? part.replacesId() : null);
    }
}
