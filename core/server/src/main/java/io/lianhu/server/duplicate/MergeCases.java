package io.lianhu.server.duplicate;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.casework.CaseMerged;
import io.lianhu.sdk.casework.CaseUnmerged;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseAction;
import io.lianhu.server.casework.CaseClasses;
import io.lianhu.server.casework.CaseError;
import io.lianhu.server.casework.CasePermissions;
import io.lianhu.server.casework.CaseState;
import io.lianhu.server.casework.CaseStep;
import io.lianhu.server.casework.ClockBases;
import io.lianhu.server.casework.EmergencyTeams;
import io.lianhu.server.casework.MoveCase;
import io.lianhu.server.casework.Progress;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Merges cases that are the same, and undoes it. Open cases are locked in the order of their ids, and those that are merged into one after it,
 * so that no two mergings wait for each other.
 */
@Singleton
class MergeCases {

    private static final int MOST_AT_ONCE = 20;

    /** All that are told when the main case goes on. */
    private static final int MOST = 500;

    private final CoreStore store;
    private final MoveCase move;
    private final CaseClasses classes;
    private final ClockBases clocks;
    private final Posts posts;
    private final EmergencyTeams teams;
    private final Events events;
    private final Progress progress;
    private final Followers followers;
    private final Clock clock = Clock.systemUTC();

    MergeCases(
            CoreStore store,
            MoveCase move,
            CaseClasses classes,
            ClockBases clocks,
            Posts posts,
            EmergencyTeams teams,
            Events events,
            Progress progress,
            Followers followers) {
        this.store = store;
        this.move = move;
        this.classes = classes;
        this.clocks = clocks;
        this.posts = posts;
        this.teams = teams;
        this.events = events;
        this.progress = progress;
        this.followers = followers;
    }

    /** The input of merging. */
    record MergeInput(GlobalId mainId, List<GlobalId> caseIds, Optional<String> note) {}

    /** Merges cases into a main one; answers that one. */
    Uni<UUID> merge(Call call) {
        MergeInput input = call.input(MergeInput.class);
        UUID mainId = input.mainId().of("Case");
        Set<UUID> ids = input.caseIds().stream().map(id -> id.of("Case")).collect(Collectors.toSet());
        if (ids.isEmpty()
                || ids.size() > MOST_AT_ONCE
                || ids.size() < input.caseIds().size()
                || ids.contains(mainId)) {
            throw ApiException.invalid("caseIds");
        }
        Optional<String> note = Texts.check(input.note(), 200, "note");
        Instant now = clock.instant();
        return classes.all()
                .chain(byCode ->
                        store.session(session -> locked(session, mainId, ids).chain(found -> {
                            Case main = require(found.get(mainId), call.actor());
                            List<Case> cases = ids.stream()
                                    .sorted()
                                    .map(id -> require(found.get(id), call.actor()))
                                    .toList();
                            if (!main.isOpen()) {
                                throw new ApiException(CaseError.CASE_STATE, Map.of("state", main.getState()));
                            }
                            for (Case one : found.values()) {
                                if (CaseClasses.of(byCode, one.getClassCode()).petition()) {
                                    throw new ApiException(CaseError.CASE_PETITION);
                                }
                            }
                            return merge(session, main, cases, note, call.actor(), now);
                        })));
    }

    private static Uni<Map<UUID, Case>> locked(Mutiny.Session session, UUID mainId, Set<UUID> ids) {
        Set<UUID> all = new HashSet<>(ids);
        all.add(mainId);
        return session.createSelectionQuery("from Case c where c.id in :ids order by c.id", Case.class)
                .setParameter("ids", List.copyOf(all))
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(Case::getId, Function.identity())));
    }

    private static Case require(@Nullable Case about, Actor actor) {
        if (about == null || !CasePermissions.maySee(actor, about)) {
            throw ApiException.notFound("Case");
        }
        CaseAction.MERGE.require(actor, about);
        return about;
    }

    private Uni<UUID> merge(
            Mutiny.Session session, Case main, List<Case> cases, Optional<String> note, Actor actor, Instant now) {
        int more = cases.stream().mapToInt(one -> 1 + one.getMergedCount()).sum();
        if (main.getMergedCount() + more > MOST) {
            throw new ApiException(MergeError.CASE_MERGED_FULL, Map.of("most", MOST));
        }
        CaseStep.Stepper by = CaseStep.Stepper.of(actor, CasePermissions.VERIFY);
        String into = note.map(words -> main.getNumber() + "：" + words).orElse(main.getNumber());
        List<CaseStep> steps = new ArrayList<>();
        Map<UUID, CaseState> before = cases.stream().collect(Collectors.toMap(Case::getId, Case::getState));
        for (Case one : cases) {
            CaseState state = one.getState();
            main.takeIn(one.merge(main.getId(), now));
            steps.add(new CaseStep(one, CaseAction.MERGE, state, one.getState(), by, into, now));
        }
        String numbers = cases.stream().map(Case::getNumber).collect(Collectors.joining("、"));
        steps.add(new CaseStep(main, CaseAction.MERGE, main.getState(), main.getState(), by, numbers, now));
        Uni<Void> ended = session.persistAll(steps.toArray()).chain(session::flush);
        for (Case one : cases) {
            ended = ended.chain(() -> move.tell(one, CaseAction.MERGE, state(before, one), into, now));
        }
        return ended.chain(() -> followers.moved(cases, main, by, now))
                .chain(moved -> {
                    Uni<Void> told = Uni.createFrom().voidItem();
                    List<CaseMerged> all = Stream.concat(
                                    cases.stream().map(one -> Followers.merged(one, main, now)), moved.stream())
                            .toList();
                    for (CaseMerged event : all) {
                        told = told.chain(() -> events.publish(event));
                        progress.tell(event.caseId());
                    }
                    return told.chain(() -> followers.tellMerged(all, main));
                })
                .invoke(() -> progress.tell(main.getId()))
                .replaceWith(main.getId());
    }

    private static CaseState state(Map<UUID, CaseState> before, Case one) {
        return before.getOrDefault(one.getId(), one.getState());
    }

    /** The input of undoing. */
    record UnmergeInput(GlobalId caseId, String reason) {}

    /** Takes a case out of the main one again, while that is open. */
    Uni<UUID> unmerge(Call call) {
        UnmergeInput input = call.input(UnmergeInput.class);
        UUID id = input.caseId().of("Case");
        String reason = Texts.check(input.reason(), 2, 500, "reason");
        Instant now = clock.instant();
        return Statements.CORE
                .run("select merged_into from lianhu_core.case_record where id = $1", id)
                .map(rows -> rows.rowCount() == 0
                        ? Optional.<UUID>empty()
                        : Optional.ofNullable(rows.iterator().next().getUUID(0)))
                // the main one first, as whoever takes a step of it
                .chain(mainId -> store.session(session -> mainId.isEmpty()
                        ? single(session, id).map(one -> {
                            require(one, call.actor());
                            throw new ApiException(CaseError.CASE_STATE, Map.of("state", one.getState()));
                        })
                        : single(session, mainId.get()).chain(main -> single(session, id)
                                .chain(one -> unmerge(
                                        session, require(one, call.actor()), main, reason, call.actor(), now)))));
    }

    private static Uni<Case> single(Mutiny.Session session, UUID id) {
        return session.find(Case.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> ApiException.notFound("Case"));
    }

    private Uni<UUID> unmerge(Mutiny.Session session, Case one, Case main, String reason, Actor actor, Instant now) {
        CaseAction.UNMERGE.require(actor, main);
        if (!main.getId().equals(one.getMergedIntoId())) {
            throw ApiException.conflict("Case"); // it was moved with that one meanwhile
        }
        if (!main.isOpen()) {
            throw new ApiException(CaseError.CASE_STATE, Map.of("state", main.getState()));
        }
        CaseStep.Stepper by = CaseStep.Stepper.of(actor, CasePermissions.VERIFY);
        Uni<Boolean> stays = one.leadSubject()
                .map(subject -> posts.isGridWorker(subject, one.where().village()))
                .orElseGet(() -> Uni.createFrom().item(true));
        return stays.chain(there -> classes.of(one.getClassCode())
                        .chain(caseClass -> clocks.held().chain(basis -> teams.mayHave(one, basis)
                                .invoke(may -> one.unmerge(there && may, now, basis, caseClass)))))
                .invoke(() -> main.takeIn(-1))
                .chain(() -> session.persistAll(
                        new CaseStep(one, CaseAction.UNMERGE, CaseState.MERGED, one.getState(), by, reason, now),
                        new CaseStep(
                                main, CaseAction.UNMERGE, main.getState(), main.getState(), by, one.getNumber(), now)))
                .chain(() -> events.publish(new CaseUnmerged(one.getId(), main.getId(), one.where(), now)))
                .chain(() -> followers.tellUnmerged(one, reason))
                .invoke(() -> {
                    progress.tell(one.getId());
                    progress.tell(main.getId());
                })
                .replaceWith(one.getId());
    }
}
