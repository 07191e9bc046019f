package io.lianhu.server.persistence;

import io.lianhu.sdk.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.persistence.FlushModeType;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.TenantId;
import org.hibernate.boot.registry.BootstrapServiceRegistry;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.boot.registry.StandardServiceRegistry;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.boot.registry.classloading.internal.TcclLookupPrecedence;
import org.hibernate.cfg.Configuration;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.pool.ReactiveConnectionPool;
import org.hibernate.reactive.provider.ReactiveServiceRegistryBuilder;
import org.hibernate.reactive.vertx.VertxInstance;
import org.hibernate.reactive.vertx.impl.ProvidedVertxInstance;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.jspecify.annotations.Nullable;

/**
 * The entities of the core, or of one version of one plugin, mapped on one PostgreSQL schema and spoken for by one role. Made on a
 * worker thread; used on any event loop; closed after its last session.
 */
public final class EntityStore implements Database, AutoCloseable {

    private final StandardServiceRegistry registry;
    private final SessionFactory factory;
    private final Mutiny.SessionFactory sessions;

    private EntityStore(StandardServiceRegistry registry, SessionFactory factory) {
        this.registry = registry;
        this.factory = factory;
        this.sessions = factory.unwrap(Mutiny.SessionFactory.class);
    }

    /**
     * Maps the entities. Blocks.
     *
     * @param owner the entities' class loader
     * @param schema the PostgreSQL schema, which is also the name of the role
     * @throws IllegalArgumentException if an entity is not mapped or bears no {@code @TenantId}
     */
    public static EntityStore open(Vertx vertx, ClassLoader owner, List<Class<?>> entities, String schema) {
        OperationSqlClientPool pool = new OperationSqlClientPool(schema);
        BootstrapServiceRegistryBuilder bootstrap =
                new BootstrapServiceRegistryBuilder().applyClassLoader(new EntityClassLoader(owner));
        bootstrap.applyTcclLookupPrecedence(TcclLookupPrecedence.NEVER);
        BootstrapServiceRegistry boot = bootstrap.build();
        StandardServiceRegistry registry = new ReactiveServiceRegistryBuilder(boot)
                .applySetting("hibernate.hbm2ddl.auto", "none")
                .applySetting("hibernate.default_schema", schema)
                .applySetting("hibernate.jdbc.batch_size", 100)
                // Not order_inserts: its sorter is one object for all sessions, without a lock, so that an insertion of
                // one
                // county may come into the transaction of another; and it holds on to the last entity that it has
                // sorted
                // (hibernate-reactive #2797, mended in 3.3).
                .applySetting("hibernate.order_updates", true)
                // Hibernate may not ask the database who it is: at boot there is no county to ask for.
                .applySetting("hibernate.boot.allow_jdbc_metadata_access", "false")
                .applySetting("jakarta.persistence.database-product-name", "PostgreSQL")
                .applySetting("jakarta.persistence.database-product-version", "18.0")
                .applySetting("jakarta.persistence.database-major-version", "18")
                .applySetting("jakarta.persistence.database-minor-version", "0")
                .applySetting("hibernate.tenant_identifier_resolver", new FilterOff())
                .addService(VertxInstance.class, new ProvidedVertxInstance(vertx))
                .addService(ReactiveConnectionPool.class, pool)
                .build();
        EntityStore store = null;
        try {
            pool.connect((ServiceRegistryImplementor) registry);
            Configuration configuration = new Configuration(boot);
            entities.forEach(configuration::addAnnotatedClass);
            store = new EntityStore(registry, configuration.buildSessionFactory(registry));
            store.check(entities);
            store.warmUp();
            return store;
        } catch (RuntimeException | LinkageError failure) {
            if (store != null) {
                store.close();
            } else {
                StandardServiceRegistryBuilder.destroy(registry);
            }
            throw failure;
        }
    }

    /** An annotation that the plugin's loader cannot see is dropped by the JVM in silence: so look whether each entity arrived. */
    private void check(List<Class<?>> entities) {
        MappingMetamodel mapped =
                factory.unwrap(SessionFactoryImplementor.class).getMappingMetamodel();
        List<String> faults = entities.stream()
                .filter(entity -> !mapped.isEntityClass(entity) || !bearsTenant(entity))
                .map(Class::getName)
                .toList();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("Not mapped, or without a @TenantId property: " + faults);
        }
    }

    /** Reading the first query loads Hibernate's grammar, which takes longer than an event loop may be held. */
    private void warmUp() {
        SessionFactoryImplementor implementor = factory.unwrap(SessionFactoryImplementor.class);
        factory.getMetamodel().getEntities().stream().findFirst().ifPresent(entity -> implementor
                .getQueryEngine()
                .getHqlTranslator()
                .translate("from " + entity.getName(), Object.class));
    }

    private static boolean bearsTenant(Class<?> entity) {
        return Stream.<Class<?>>iterate(entity, type -> type != null, Class::getSuperclass)
                .flatMap(type ->
                        Stream.concat(Stream.of(type.getDeclaredFields()), Stream.of(type.getDeclaredMethods())))
                .anyMatch(member -> ((AnnotatedElement) member).isAnnotationPresent(TenantId.class));
    }

    @Override
    public <T> Uni<T> session(Function<Mutiny.Session, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Operation operation = Operation.current();
            return sessions.openSession(operation.tenant()).chain(session -> {
                Uni<T> result;
                if (operation.writes()) {
                    result =
                            Uni.createFrom().deferred(() -> work.apply(session)).call(session::flush);
                } else {
                    session.setDefaultReadOnly(true);
                    session.setFlushMode(FlushModeType.COMMIT);
                    result = Uni.createFrom().deferred(() -> work.apply(session));
                }
                return result.onTermination().call(session::close);
            });
        });
    }

    @Override
    public void close() {
        factory.close();
        StandardServiceRegistryBuilder.destroy(registry);
    }

    /**
     * Every tenant is "root", so that Hibernate adds no tenant predicate of its own: with it, it could not cache its query plans, and
     * the database's policy filters anyway. {@code @TenantId} is left as what fills the column on insert.
     */
    private static final class FilterOff implements CurrentTenantIdentifierResolver<Object> {
        @Override
        @SuppressWarnings(
                "NullAway") // asked for by each session builder; a session without a tenant gets no connection
        public @Nullable Object resolveCurrentTenantIdentifier() {
            return null;
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return false;
        }

        @Override
        public boolean isRoot(Object tenant) {
            return true;
        }
    }
}
