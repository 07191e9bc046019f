package io.lianhu.server.casework;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is done by whoever has the case: answer, handle, or pass it on. */
@Singleton
class HandleCase {

    private final MoveCase move;
    private final Posts posts;
    private final DivisionDirectory divisions;

    HandleCase(MoveCase move, Posts posts, DivisionDirectory divisions) {
        this.move = move;
        this.posts = posts;
        this.divisions = divisions;
    }

    /** Tells the reporter how it stands (回复). */
    Uni<UUID> reply(Call call) {
        return move.take(call, CaseAction.REPLY, (about, words, now) -> {
            about.move(CaseAction.REPLY);
            return MoveCase.Taken.noted(words);
        });
    }

    Uni<UUID> handle(Call call) {
        return move.take(call, CaseAction.HANDLE, (about, words, now) -> {
            about.handle(call.actor().subject());
            return MoveCase.Taken.noted(words);
        });
    }

    /** Gives it back to be dispatched (退回): it is not the assignee's. */
    Uni<UUID> giveBack(Call call) {
        return move.take(call, CaseAction.RETURN, (about, words, now) -> {
            about.giveBack(call.actor().subject());
            return MoveCase.Taken.noted(words);
        });
    }

    /** The input of a transfer, beside that of every step. */
    record TransferInput(GlobalId postId) {}

    /** Passes it on (转办) to another grid worker of the village. */
    Uni<UUID> transfer(Call call) {
        UUID post = call.input(TransferInput.class).postId().of("Post");
        return move.take(call, CaseAction.TRANSFER, (about, words, now) -> posts.gridWorker(
                        post, about.division().village())
                .map(holder -> passedOn(call, about, CaseAction.TRANSFER, Assignee.gridWorker(holder), words)));
    }

    /** Passes it up (上报) to the cadres of the village. */
    Uni<UUID> escalate(Call call) {
        return move.take(call, CaseAction.ESCALATE, (about, words, now) -> {
            DivisionCode village = about.division().village();
            return divisions
                    .require(village)
                    .map(found -> passedOn(call, about, CaseAction.ESCALATE, Assignee.village(found.name()), words));
        });
    }

    private static MoveCase.Taken passedOn(
            Call call, Case about, CaseAction action, Assignee to, @Nullable String words) {
        about.passOn(action, to, call.actor().subject());
        return new MoveCase.Taken(words, to, null);
    }
}
