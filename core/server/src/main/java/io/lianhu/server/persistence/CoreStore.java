package io.lianhu.server.persistence;

import io.lianhu.sdk.Database;
import io.lianhu.server.feature.CoreEntities;
import io.quarkus.arc.All;
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
    private final List<CoreEntities> features;
    private volatile @Nullable EntityStore store;

    CoreStore(Vertx vertx, @All List<CoreEntities> features) {
        this.vertx = vertx;
        this.features = features;
    }

    /** Maps the entities; to be called once, after the migrations. Blocks. */
    public void open() {
        List<Class<?>> entities =
                features.stream().flatMap(feature -> feature.entities().stream()).toList();
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
