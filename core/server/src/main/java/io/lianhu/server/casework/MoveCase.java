package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Event;
import io.lianhu.sdk.Events;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.photo.PhotoStage;
import io.lianhu.server.photo.Photos;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Takes a case from one state to the next. Every step is one transaction: the case, locked; the check of who takes the step; what the step
 * does; the history's rows; the event.
 */
@Singleton
public class MoveCase {

    private final CoreStore store;
    private final Photos photos;
    private final Events events;
    private final Progress progress;
    private final EmergencyTeams teams;
    private final Supporting supporting;
    private final List<CaseWatcher> watchers;
    private final Clock clock = Clock.systemUTC();

    MoveCase(
            CoreStore store,
            Photos photos,
            Events events,
            Progress progress,
            EmergencyTeams teams,
            Supporting supporting,
            @All List<CaseWatcher> watchers) {
        this.store = store;
        this.photos = photos;
        this.events = events;
        this.progress = progress;
        this.teams = teams;
        this.supporting = supporting;
        this.watchers = watchers;
    }

    /**
     * What a step leaves.
     *
     * @param note for the history
     * @param given who has the case now, where the step gave it to somebody; null otherwise
     * @param event for the plugins; null where they need not know
     * @param support who is to support who was given the case
     */
    public record Taken(@Nullable String note, @Nullable Assignee given, @Nullable Event event, List<Support> support) {

        Taken(@Nullable String note, @Nullable Assignee given, @Nullable Event event) {
            this(note, given, event, List.of());
        }

        public static Uni<Taken> noted(@Nullable String note) {
            return Uni.createFrom().item(new Taken(note, null, null));
        }

        static Uni<Taken> telling(@Nullable String note, Event event) {
            return Uni.createFrom().item(new Taken(note, null, event));
        }
    }

    /** What a step does with the case, which it has to change by one of its methods. */
    @FunctionalInterface
    public interface Taking {
        Uni<Taken> take(Case about, @Nullable String words, Instant now);
    }

    /** Takes the step for the caller; answers the case's id. */
    public Uni<UUID> take(Call call, CaseAction action, Taking taking) {
        Step step = call.input(Step.class);
        String words = action.words().of(step);
        UUID id = step.caseId().of("Case");
        Actor actor = call.actor();
        Instant now = clock.instant();
        return store.session(session -> session.find(Case.class, id, LockModeType.PESSIMISTIC_WRITE)
                        .invoke(about -> check(about, step, actor, action))
                        .chain(about -> {
                            CaseState before = about.getState();
                            CaseStep.Stepper by =
                                    CaseStep.Stepper.of(actor, action.hand().permission(actor, about));
                            return taking.take(about, words, now)
                                    .invoke(() -> about.clocks().meet(action.meets(), now))
                                    .chain(taken -> keep(session, about, before, action, by, taken, now)
                                            .call(row -> photos.claim(
                                                    step.photoIds().orElse(List.of()),
                                                    new Photos.Claim(id, row.getId(), PhotoStage.HANDLING),
                                                    actor.subject()))
                                            .call(() -> action == CaseAction.DISPATCH || taken.given() != null
                                                    ? teams.given(about)
                                                    : Uni.createFrom().voidItem())
                                            .call(() -> told(about, action, before, taken, now))
                                            .call(() -> taken.event() == null
                                                    ? Uni.createFrom().voidItem()
                                                    : events.publish(taken.event())));
                        }))
                .invoke(() -> progress.tell(id))
                .replaceWith(id);
    }

    private Uni<Void> told(Case about, CaseAction action, CaseState before, Taken taken, Instant now) {
        return (taken.support().isEmpty() ? Uni.createFrom().voidItem() : supporting.ask(about, taken.support(), now))
                .chain(() -> tell(about, action, before, taken.note(), now));
    }

    /** Tells what watches the cases, in the running transaction, of a step that was taken and written down. */
    public Uni<Void> tell(Case about, CaseAction action, CaseState before, @Nullable String note, Instant now) {
        Uni<Void> told = Uni.createFrom().voidItem();
        for (CaseWatcher watcher : watchers) {
            told = told.chain(() -> watcher.taken(about, action, before, note, now));
        }
        return told;
    }

    private static void check(@Nullable Case about, Step step, Actor actor, CaseAction action) {
        if (about == null || !CasePermissions.maySee(actor, about)) {
            throw ApiException.notFound("Case");
        }
        if (step.version().filter(seen -> seen != about.getVersion()).isPresent()) {
            throw ApiException.conflict("Case");
        }
        action.hand().require(actor, about);
    }

    /** Writes the history's row, at once: photos refer to it. To whom the case went stands in a row of its own, as when it is dispatched. */
    private static Uni<CaseStep> keep(
            Mutiny.Session session,
            Case about,
            CaseState before,
            CaseAction action,
            CaseStep.Stepper by,
            Taken taken,
            Instant now) {
        Assignee given = taken.given();
        if (given == null) {
            CaseStep row = new CaseStep(about, action, before, about.getState(), by, taken.note(), now);
            return session.persist(row).call(session::flush).replaceWith(row);
        }
        CaseStep row = new CaseStep(about, action, before, action.to(before), by, taken.note(), now);
        CaseStep next = CaseStep.dispatched(about, action.to(before), now);
        return session.persist(row)
                .chain(() -> session.persist(next))
                .call(session::flush)
                .replaceWith(row);
    }
}
