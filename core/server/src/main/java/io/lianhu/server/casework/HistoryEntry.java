package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A step as the caller may see it. */
public record HistoryEntry(
        UUID id, CaseAction action, CaseState toState, String actorName, @Nullable String note, Instant occurredAt) {

    static HistoryEntry of(CaseStep step, Case about, Actor viewer, Locale locale) {
        return new HistoryEntry(
                step.getId(),
                step.action(),
                step.toState(),
                actorName(step, about, viewer, locale),
                step.action().isInternal() && !CasePermissions.isOfficial(viewer, about) ? null : step.note(),
                step.occurredAt());
    }

    /** Officials go by their names; the reporter only for who may know the reporter, and the platform has none. */
    private static String actorName(CaseStep step, Case about, Actor viewer, Locale locale) {
        boolean english = locale.getLanguage().equals("en");
        if (step.byPlatform()) {
            return english ? "the platform" : "系统";
        }
        if (step.byReporter() && !CasePermissions.mayKnowReporter(viewer, about)) {
            return english ? "the reporter" : "上报人";
        }
        return step.actorName();
    }
}
