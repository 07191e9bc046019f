package io.lianhu.server.casework;

import io.lianhu.sdk.GlobalId;
import java.util.List;
import java.util.Optional;

/** What every step of a case is given; each uses its part. */
record Step(
        GlobalId caseId,
        Optional<Integer> version,
        Optional<String> note,
        Optional<String> reason,
        Optional<String> comment,
        Optional<List<GlobalId>> photoIds) {}
