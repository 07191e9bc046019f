package io.lianhu.server.audit;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one row of the audit trail says was done. Who did it, and in which request, the trail knows by itself.
 *
 * @param action the API's name of it, such as {@code residentReveal}
 * @param objectType the type of the objects, as the schema has it; empty where there are none
 * @param objects the ids of what was seen or changed, at most {@value #MOST_OBJECTS}; never anything personal
 * @param reason what the person gave as the reason, at most {@value #LONGEST_REASON} characters
 */
public record AuditEntry(
        String action, String objectType, List<UUID> objects, Optional<String> reason, Outcome outcome) {

    public static final int MOST_OBJECTS = 1_000;

    public static final int LONGEST_REASON = 200;

    private static final int LONGEST_NAME = 200;

    /** How it ended. */
    public enum Outcome {
        DONE,
        REFUSED
    }

    public AuditEntry {
        objects = List.copyOf(objects);
        if (action.isEmpty()
                || action.length() > LONGEST_NAME
                || objectType.length() > LONGEST_NAME
                || objects.size() > MOST_OBJECTS
                || reason.filter(text -> text.codePointCount(0, text.length()) > LONGEST_REASON)
                        .isPresent()) {
            throw new IllegalArgumentException("An entry beyond its bounds: " + action + " of " + objectType);
        }
    }

    /** It was done. */
    public static AuditEntry done(String action, String objectType, List<UUID> objects) {
        return new AuditEntry(action, objectType, objects, Optional.empty(), Outcome.DONE);
    }

    /** It was tried by somebody who may not. */
    public static AuditEntry refused(String action, String objectType, List<UUID> objects) {
        return new AuditEntry(action, objectType, objects, Optional.empty(), Outcome.REFUSED);
    }

    /** The same for a reason. */
    public AuditEntry because(String given) {
        return new AuditEntry(action, objectType, objects, Optional.of(given), outcome);
    }
}
