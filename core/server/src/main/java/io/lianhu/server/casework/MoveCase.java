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
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.photo.PhotoStage;
import io.lianhu.server.photo.Photos;
import io.lianhu.server.post.Posts;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    private final Signals signals;
    private final Clock clock = Clock.systemUTC();

    MoveCase(CoreStore store, Posts posts, Photos photos, Events events, Signals signals) {
        this.store = store;
        this.posts = posts;
        this.photos = photos;
        this.events = events;
        this.signals = signals;
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
            Texts.check(given, 2, 500, field);
            return given.strip();
        }
    }

    Uni<UUID> dispatch(Call call) {
        Step step = call.input(Step.class);
        UUID post =
                step.postId().orElseThrow(() -> ApiException.invalid("postId")).of("Post");
        return move(call, step, CaseAction.DISPATCH, about -> {
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
        return move(call, step, CaseAction.HANDLE, about -> {
            if (!CasePermissions.isAssignee(call.actor(), about)) {
                throw ApiException.forbidden(CasePermissions.HANDLE);
            }
            about.handle();
            return photos.claim(
                            step.photoIds().orElse(List.of()),
                            about.getId(),
                            PhotoStage.HANDLING,
                            call.actor().subject())
                    .replaceWith(new Done(note, null));
        });
    }

    Uni<UUID> sendBack(Call call) {
        Step step = call.input(Step.class);
        String reason = step.written(step.reason(), "reason");
        return move(call, step, CaseAction.SEND_BACK, about -> {
            call.actor().require(CasePermissions.VERIFY, about.division());
            about.sendBack();
            return done(reason, null);
        });
    }

    Uni<UUID> close(Call call) {
        Step step = call.input(Step.class);
        step.note().ifPresent(note -> Texts.check(note, 0, 500, "note"));
        return move(call, step, CaseAction.CLOSE, about -> {
            call.actor().require(CasePermissions.VERIFY, about.division());
            Instant now = clock.instant();
            about.close(now);
            return done(
                    step.note().orElse(null),
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
        step.comment().ifPresent(comment -> Texts.check(comment, 0, 500, "comment"));
        return move(call, step, CaseAction.RATE, about -> {
            requireReporter(call.actor(), about);
            Instant now = clock.instant();
            about.rate(stars, step.comment().orElse(null), now);
            return done(
                    step.comment().orElse(null),
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
        return move(call, step, CaseAction.REOPEN, about -> {
            requireReporter(call.actor(), about);
            Instant now = clock.instant();
            about.reopen(now);
            return done(reason, new CaseReopened(about.getId(), about.getRound(), about.division(), now));
        });
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

    private Uni<UUID> move(Call call, Step step, CaseAction action, Taking taking) {
        UUID id = step.caseId().of("Case");
        Actor actor = call.actor();
        return store.session(session -> session.find(Case.class, id, jakarta.persistence.LockModeType.PESSIMISTIC_WRITE)
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
                    return taking.take(about).chain(done -> {
                        CaseStep row =
                                new CaseStep(about, action, before, stepper(actor), done.note(), clock.instant());
                        return session.persist(row)
                                .chain(() -> done.event() == null
                                        ? Uni.createFrom().voidItem()
                                        : events.publish(done.event()));
                    });
                })
                .invoke(() -> tell(id))
                .replaceWith(id));
    }

    private void tell(UUID id) {
        Operation operation = Operation.current();
        String topic = CaseFeature.topic(operation.tenant(), id);
        operation.afterCommit(
                () -> signals.send(topic, id.toString()).subscribe().with(sent -> {}, failure -> {}));
    }

    private static CaseStep.Stepper stepper(Actor actor) {
        String name = actor.resident().map(io.lianhu.sdk.Resident::name).orElseGet(() -> Person.current()
                .name());
        String role = actor.posts().isEmpty() ? "" : actor.posts().get(0).role().name();
        return new CaseStep.Stepper(actor.subject(), name, role);
    }
}
