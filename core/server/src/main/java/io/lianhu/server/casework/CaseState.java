package io.lianhu.server.casework;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a case stands: the stages of GB/T 30428 that a report passes through, and the ways in which it may end. */
public enum CaseState {
    AWAITING_VERIFICATION,
    AWAITING_DISPATCH,
    DISPATCHED,
    HANDLED,
    CLOSED,
    REFUSED,
    REFERRED,
    WITHDRAWN,
    MERGED;

    /** Those in which something is still to be done. */
    public static final Set<CaseState> OPEN = Arrays.stream(values())
            .filter(CaseState::isOpen)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(CaseState.class)));

    public boolean isOpen() {
        return switch (this) {
            case AWAITING_VERIFICATION, AWAITING_DISPATCH, DISPATCHED, HANDLED -> true;
            case CLOSED, REFUSED, REFERRED, WITHDRAWN, MERGED -> false;
        };
    }
}
