package io.lianhu.server.casework;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.casework.CaseClosed;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** What the verifier does: opens a case or not, refers what is a petition, and closes what is handled or sends it back. */
@Singleton
class VerifyCase {

    private final MoveCase move;
    private final CaseClasses classes;
    private final Dispatching dispatching;
    private final Posts posts;
    private final ClockBases clocks;
    private final EmergencyTeams teams;

    VerifyCase(
            MoveCase move,
            CaseClasses classes,
            Dispatching dispatching,
            Posts posts,
            ClockBases clocks,
            EmergencyTeams teams) {
        this.move = move;
        this.classes = classes;
        this.dispatching = dispatching;
        this.posts = posts;
        this.clocks = clocks;
        this.teams = teams;
    }

    /** The input of opening, beside that of every step. */
    record AcceptInput(Optional<String> classCode) {}

    /** Opens a case (立案), of another class where the reporter chose the wrong one; it goes on as if reported now. */
    Uni<UUID> accept(Call call) {
        Optional<String> as = call.input(AcceptInput.class).classCode();
        return move.take(
                call, CaseAction.ACCEPT, (about, words, now) -> classes.require(as.orElse(about.getClassCode()))
                        .chain(found -> clocks.held().chain(basis -> {
                            about.accept(found);
                            about.clocks().open(found, now, basis.calendar());
                            basis.follow(about, found);
                            return dispatching.destination(found, about.division(), basis);
                        }))
                        .map(found -> {
                            found.lead().ifPresent(assignee -> about.give(assignee));
                            return new MoveCase.Taken(words, found.lead().orElse(null), null, found.support());
                        }));
    }

    /** Does not open it (不予立案). */
    Uni<UUID> refuse(Call call) {
        return move.take(call, CaseAction.REFUSE, (about, words, now) -> {
            about.end(CaseAction.REFUSE, words, null, now);
            return MoveCase.Taken.noted(words);
        });
    }

    /** The input of referring, beside that of every step. */
    record ReferInput(String referredTo) {}

    /** Refers a petition (信访) to whom it belongs: no case of ours any longer. */
    Uni<UUID> refer(Call call) {
        String to = Texts.check(call.input(ReferInput.class).referredTo(), 2, 60, "referredTo");
        return move.take(call, CaseAction.REFER, (about, words, now) -> {
            about.end(CaseAction.REFER, words, to, now);
            return MoveCase.Taken.noted(words);
        });
    }

    Uni<UUID> sendBack(Call call) {
        return move.take(call, CaseAction.SEND_BACK, (about, words, now) -> stays(posts, about)
                .chain(stays -> classes.of(about.getClassCode()).chain(caseClass -> clocks.held()
                        .chain(basis -> teams.mayHave(about, basis).chain(may -> {
                            about.sendBack(stays && may);
                            about.clocks().unresolve(now, basis.calendar());
                            basis.follow(about, caseClass);
                            return MoveCase.Taken.noted(words);
                        })))));
    }

    Uni<UUID> close(Call call) {
        return move.take(call, CaseAction.CLOSE, (about, words, now) -> {
            about.close(now);
            return MoveCase.Taken.telling(
                    words,
                    new CaseClosed(
                            about.getId(),
                            about.getRound(),
                            about.getClassCode(),
                            about.division(),
                            about.reporter().map(Reporter::resident).orElse(null),
                            now));
        });
    }

    /** Whether who had the case is still there to have it: a grid worker may have left the village. */
    static Uni<Boolean> stays(Posts posts, Case about) {
        return about.assignee()
                .map(assignee -> assignee.kind() == Assignee.Kind.GRID_WORKER
                        ? posts.isGridWorker(
                                String.valueOf(assignee.subject()),
                                about.division().village())
                        : Uni.createFrom().item(true))
                .orElseGet(() -> Uni.createFrom().item(false));
    }
}
