package io.lianhu.server.persistence;

import io.vertx.sqlclient.Pool;
import java.sql.ResultSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.jdbc.spi.SqlExceptionHelper;
import org.hibernate.engine.jdbc.spi.SqlStatementLogger;
import org.hibernate.reactive.pool.impl.SqlClientPool;
import org.hibernate.reactive.util.impl.CompletionStages;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.jspecify.annotations.Nullable;

/** Hibernate Reactive's connection pool, on top of the running operation. It touches Hibernate's internals: see the pin in the pom. */
final class OperationSqlClientPool extends SqlClientPool {

    private static final Pool NOBODY = new RolePool(null);

    private final Pool pool;
    private volatile @Nullable ServiceRegistryImplementor registry;

    OperationSqlClientPool(String role) {
        this.pool = new RolePool(role);
    }

    /** To be called once the registry stands: Hibernate does not inject it into a service that it was given ready-made. */
    void connect(ServiceRegistryImplementor services) {
        registry = services;
    }

    private ServiceRegistryImplementor registry() {
        ServiceRegistryImplementor services = registry;
        if (services == null) {
            throw new IllegalStateException("The pool is not connected to its registry");
        }
        return services;
    }

    @Override
    protected Pool getPool() {
        return NOBODY;
    }

    @Override
    protected Pool getTenantPool(String tenant) {
        if (!tenant.equals(Operation.current().tenant())) {
            throw new IllegalStateException("The session's county is not the operation's");
        }
        return pool;
    }

    @Override
    protected SqlStatementLogger getSqlStatementLogger() {
        return registry().requireService(JdbcServices.class).getSqlStatementLogger();
    }

    @Override
    protected SqlExceptionHelper getSqlExceptionHelper() {
        return registry().requireService(JdbcServices.class).getSqlExceptionHelper();
    }

    @Override
    public CompletionStage<Void> getCloseFuture() {
        return CompletionStages.voidFuture();
    }

    @Override
    public CompletionStage<ResultSet> selectJdbcOutsideTransaction(String sql, Object[] parameters) {
        return CompletableFuture.failedFuture(
                new IllegalStateException("Sequences are not kept apart by county: make ids as UUIDs"));
    }
}
