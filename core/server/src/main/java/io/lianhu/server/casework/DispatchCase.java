package io.lianhu.server.casework;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Gives a case to whoever is to handle it (派遣). */
@Singleton
class DispatchCase {

    private final MoveCase move;
    private final Posts posts;

    DispatchCase(MoveCase move, Posts posts) {
        this.move = move;
        this.posts = posts;
    }

    /** The input of a dispatch, beside that of every step. */
    record DispatchInput(GlobalId postId) {}

    Uni<UUID> dispatch(Call call) {
        UUID post = call.input(DispatchInput.class).postId().of("Post");
        return move.take(call, CaseAction.DISPATCH, (about, words, now) -> posts.gridWorker(
                        post, about.division().village())
                .map(holder -> {
                    about.give(CaseAction.DISPATCH, Assignee.gridWorker(holder));
                    return new MoveCase.Taken(holder.name(), null, null);
                }));
    }
}
