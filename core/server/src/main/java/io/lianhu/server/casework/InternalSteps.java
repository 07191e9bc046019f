package io.lianhu.server.casework;

import java.util.List;
import java.util.stream.Stream;

/** What of a case's history stays between those who have the case or stand over it. */
public final class InternalSteps {

    /** The actions whose notes nobody else reads. */
    public static final List<String> ACTIONS = Stream.of(CaseAction.values())
            .filter(CaseAction::isInternal)
            .map(CaseAction::name)
            .toList();

    private InternalSteps() {}
}
