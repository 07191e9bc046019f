package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.casework.CaseRated;
import io.lianhu.sdk.casework.CaseReopened;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** What the reporter does while a case goes its way, and afterwards; urging is for superiors too. */
@Singleton
class FollowCase {

    private final MoveCase move;
    private final Posts posts;
    private final CaseClasses classes;
    private final ClockBases clocks;
    private final EmergencyTeams teams;

    FollowCase(MoveCase move, Posts posts, CaseClasses classes, ClockBases clocks, EmergencyTeams teams) {
        this.move = move;
        this.posts = posts;
        this.classes = classes;
        this.clocks = clocks;
        this.teams = teams;
    }

    /** Urges (催办). */
    Uni<UUID> urge(Call call) {
        return move.take(call, CaseAction.URGE, (about, words, now) -> {
            about.urge(Hand.REPORTER.holds(call.actor(), about), now);
            return MoveCase.Taken.noted(words);
        });
    }

    /** Takes the report back (撤回), before anybody has handled it. */
    Uni<UUID> withdraw(Call call) {
        return move.take(call, CaseAction.WITHDRAW, (about, words, now) -> {
            about.end(CaseAction.WITHDRAW, words, null, now);
            return MoveCase.Taken.noted(words);
        });
    }

    /** The input of a rating, beside that of every step. */
    record RateInput(int stars) {}

    Uni<UUID> rate(Call call) {
        int stars = call.input(RateInput.class).stars();
        if (stars < 1 || stars > 5) {
            throw ApiException.invalid("stars");
        }
        return move.take(call, CaseAction.RATE, (about, words, now) -> {
            about.rate(stars, words, now);
            if (about.isMerged()) {
                return MoveCase.Taken.noted(words); // plugins are told of the main case alone
            }
            return MoveCase.Taken.telling(
                    words,
                    new CaseRated(
                            about.getId(),
                            about.getRound(),
                            about.getClassCode(),
                            about.division(),
                            about.reporter().orElseThrow().resident(),
                            stars,
                            now));
        });
    }

    /** Has it done again (重办). */
    Uni<UUID> reopen(Call call) {
        return move.take(call, CaseAction.REOPEN, (about, words, now) -> VerifyCase.stays(posts, about)
                .chain(stays -> classes.of(about.getClassCode()).chain(caseClass -> clocks.held()
                        .chain(basis -> teams.mayHave(about, basis).chain(may -> {
                            about.reopen(stays && may, now);
                            about.clocks().begin(caseClass, true, now, basis.calendar());
                            basis.follow(about, caseClass);
                            return MoveCase.Taken.telling(
                                    words, new CaseReopened(about.getId(), about.getRound(), about.division(), now));
                        })))));
    }
}
