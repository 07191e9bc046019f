package io.lianhu.sdk;

import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The plugin's tables, as seen by one county. The operation owns connection and transaction, so there is nothing to open, commit or
 * close: in a query every session reads the same snapshot; a mutation field, and the handling of one event, is one transaction that
 * is committed when its {@code Uni} completes and rolled back when it fails.
 */
public interface Database {

    /**
     * Runs the work in a Hibernate session of the running operation; flushed afterwards where the operation may write. The session
     * must not be kept. Native SQL names tables as <code>{h-schema}name</code>. Row-level security confines every statement to the
     * county; statements that steer the transaction ({@code begin}, {@code set} …) are refused.
     *
     * <p>Fails with {@link IllegalStateException} outside an operation.
     */
    <T> Uni<T> session(Function<Mutiny.Session, Uni<T>> work);
}
