package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.casework.CaseClosed;
import io.lianhu.sdk.casework.CaseRated;
import io.lianhu.sdk.casework.CaseReopened;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.photo.PhotoStage;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.post.Posts;
import io.lianhu.server.post.Recusal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Takes a case from one state to the next. Every step is one transaction: the case, locked; the check of who takes the step; the history's
 * row; the event.
 */
@Singleton
class MoveCase {

    private final CoreStore store;
    private final Posts posts;
    private final Photos photos;
    private final Events events;
    private final Progress progress;
    private final Clock clock = Clock.systemUTC();

    MoveCase(CoreStore store, Posts posts, Photos photos, Events events, Progress progress) {
        this.store = store;
        this.posts = posts;
        this.photos = photos;
        this.events = events;
        this.progress = progress;
    }

    /** The input of every step; each uses its part. */
    record Step(
            GlobalId caseId,
            Optional<Integer> version,
            Optional<GlobalId> postId,
            Optional<String> note,
            Optional<String> reason,
            Optional<Integer> stars,
            Optional<String> comment,
            Optional<List<GlobalId>> photoIds) {

        String written(Optional<String> text, String field) {
            String given = text.orElseThrow(() -> ApiException.invalid(field));
            return Texts.check(given, 2, 500, field);
        }
    }

    Uni<UUID> dispatch(Call call) {
        Step step = call.input(Step.class);
        UUID post =
                step.postId().orElseThrow(() -> ApiException.invalid("postId")).of("Post");
        return move(call, step, CaseAction.DISPATCH, CasePermissions.DISPATCH, about -> {
            call.actor().require(CasePermissions.DISPATCH, about.division());
            return posts.gridWorker(post, about.division().village()).map(holder -> {
                about.dispatch(holder);
                return new Done(holder.name(), null);
            });
        });
    }

    Uni<UUID> handle(Call call) {
        Step step = call.input(Step.class);
        String note = step.written(step.note(), "note");
        return move(call, step, CaseAction.HANDLE, CasePermissions.HANDLE, about -> {
            if (!CasePermissions.isAssignee(call.actor(), about)) {
                throw ApiException.forbidden(CasePermissions.HANDLE);
            }
            about.handle();
            return done(note, null);
        });
    }

    Uni<UUID> sendBack(Call call) {
        Step step = call.input(Step.class);
        String reason = step.written(step.reason(), "reason");
        return move(call, step, CaseAction.SEND_BACK, CasePermissions.VERIFY, about -> {
            requireVerifier(call.actor(), about);
            return assigneeStays(about).chain(stays -> {
                about.sendBack(stays);
                return done(reason, null);
            });
        });
    }

    Uni<UUID> close(Call call) {
        Step step = call.input(Step.class);
        String note = Texts.check(step.note(), 500, "note").orElse(null);
        return move(call, step, CaseAction.CLOSE, CasePermissions.VERIFY, about -> {
            requireVerifier(call.actor(), about);
            Instant now = clock.instant();
            about.close(now);
            return done(
                    note,
                    new CaseClosed(
                            about.getId(),
                            about.getRound(),
                            about.getClassCode(),
                            about.division(),
                            about.reporter(),
                            now));
        });
    }

    Uni<UUID> rate(Call call) {
        Step step = call.input(Step.class);
        int stars =
                step.stars().filter(given -> given >= 1 && given <= 5).orElseThrow(() -> ApiException.invalid("stars"));
        String comment = Texts.check(step.comment(), 500, "comment").orElse(null);
        return move(call, step, CaseAction.RATE, CasePermissions.REPORT, about -> {
            requireReporter(call.actor(), about);
            Instant now = clock.instant();
            about.rate(stars, comment, now);
            return done(
                    comment,
                    new CaseRated(
                            about.getId(),
                            about.getRound(),
                            about.getClassCode(),
                            about.division(),
                            about.reporter(),
                            stars,
                            now));
        });
    }

    Uni<UUID> reopen(Call call) {
        Step step = call.input(Step.class);
        String reason = step.written(step.reason(), "reason");
        return move(call, step, CaseAction.REOPEN, CasePermissions.REPORT, about -> {
            requireReporter(call.actor(), about);
            Instant now = clock.instant();
            return assigneeStays(about).chain(stays -> {
                about.reopen(stays, now);
                return done(reason, new CaseReopened(about.getId(), about.getRound(), about.division(), now));
            });
        });
    }

    /** Whether who had the case still has a grid worker's post in its village. */
    private Uni<Boolean> assigneeStays(Case about) {
        String assignee = about.assigneeSubject();
        return assignee == null
                ? Uni.createFrom().item(false)
                : posts.isGridWorker(assignee, about.division().village());
    }

    /** Whoever reported a case does not decide whether it is done: the household may be rewarded for it. */
    private static void requireVerifier(Actor actor, Case about) {
        actor.require(CasePermissions.VERIFY, about.division());
        Recusal.require(actor, about.reporterSubject(), about.reporter().household());
    }

    private static void requireReporter(Actor actor, Case about) {
        if (!CasePermissions.isReporter(actor, about.getReporterId())) {
            throw ApiException.forbidden(CasePermissions.REPORT);
        }
    }

    /** What a step leaves: a note for the history, and an event where plugins are to know. */
    private record Done(@Nullable String note, @Nullable Event event) {}

    private static Uni<Done> done(@Nullable String note, @Nullable Event event) {
        return Uni.createFrom().item(new Done(note, event));
    }

    @FunctionalInterface
    private interface Taking {
        Uni<Done> take(Case about);
    }

    private Uni<UUID> move(Call call, Step step, CaseAction action, String permission, Taking taking) {
        UUID id = step.caseId().of("Case");
        Actor actor = call.actor();
        CaseStep.Stepper by = CaseStep.Stepper.of(actor, permission);
        return store.session(session -> session.find(Case.class, id, LockModeType.PESSIMISTIC_WRITE)
                .chain(about -> {
                    if (about == null || !CasePermissions.maySee(actor, about)) {
                        throw ApiException.notFound("Case");
                    }
                    if (step.version()
                            .filter(seen -> seen != about.getVersion())
                            .isPresent()) {
                        throw ApiException.conflict("Case");
                    }
                    CaseState before = about.getState();
                    return taking.take(about).chain(done -> keep(session, about, before, action, by, done)
                            .chain(row -> photos.claim(
                                    step.photoIds().orElse(List.of()),
                                    new Photos.Claim(id, row.getId(), PhotoStage.HANDLING),
                                    actor.subject()))
                            .chain(() ->
                                    done.event() == null ? Uni.createFrom().voidItem() : events.publish(done.event())));
                })
                .invoke(() -> progress.tell(id))
                .replaceWith(id));
    }

    /** Writes the history's row, at once: photos refer to it. */
    private Uni<CaseStep> keep(
            Mutiny.Session session, Case about, CaseState before, CaseAction action, CaseStep.Stepper by, Done done) {
        CaseStep row = new CaseStep(about, action, before, by, done.note(), clock.instant());
        return session.persist(row).call(session::flush).replaceWith(row);
    }
}
