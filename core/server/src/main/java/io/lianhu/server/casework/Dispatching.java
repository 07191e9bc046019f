package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.post.Posts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds to whom a case goes by itself. */
@Singleton
class Dispatching {

    private final Posts posts;

    Dispatching(Posts posts) {
        this.posts = posts;
    }

    /** The grid worker of the place; empty where none is known, so that somebody dispatches it. */
    Uni<Optional<Assignee>> assignee(CaseClass caseClass, DivisionCode where) {
        return posts.gridWorker(where).map(worker -> worker.map(Assignee::gridWorker));
    }
}
