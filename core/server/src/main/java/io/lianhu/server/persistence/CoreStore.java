package io.lianhu.server.persistence;

import io.lianhu.sdk.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The core's own entities. */
@Singleton
public class CoreStore implements Database {

    private final Vertx vertx;
    private volatile @Nullable EntityStore store;

    CoreStore(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Maps the entities; to be called once, after the migrations. Blocks. */
    public void open(List<Class<?>> entities) {
        store = EntityStore.open(vertx, CoreStore.class.getClassLoader(), entities, Migrations.CORE);
    }

    @Override
    public <T> Uni<T> session(Function<Mutiny.Session, Uni<T>> work) {
        EntityStore open = store;
        return open == null
                ? Uni.createFrom().failure(new IllegalStateException("The core's entities are not mapped yet"))
                : open.session(work);
    }
}
