package io.lianhu.server.transfer;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.ErrorCode;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Supplier;

/**
 * Something that can be imported. The same four steps check a file and, later, write it; between checking and writing the register may
 * have changed, so that nothing is kept from one to the other.
 *
 * @param <D> the file as far as it is understood; used by one thread after the other
 */
public interface ImportKind<D> {

    /** The name in the API and in the register of jobs; never changed. */
    String name();

    /** Whoever holds it may import, for the divisions of the own posts. */
    String permission();

    List<Table.Column> columns();

    /** Understands the table, without looking at the register. Called on a worker thread. */
    D read(String tenant, Table table);

    /** Learns what the register has on it, in a read operation. */
    Uni<Void> look(D draft, List<DivisionCode> scopes);

    /** Says what is wrong and what is to be done. Called on a worker thread. */
    Plan plan(D draft);

    /**
     * A cell that is wrong.
     *
     * @param line as spreadsheets count, from 1
     * @param column the first being 0
     */
    record Fault(int line, int column, ErrorCode code) {}

    /**
     * What an import would do.
     *
     * @param faults in the order of the lines
     * @param heldBack lines that are sound, but depend on one that is not
     * @param steps in their order; each some hundreds of rows in one statement or a few, in the one transaction of the import. They write
     *     the good rows alone
     */
    record Plan(
            List<Fault> faults,
            int creating,
            int updating,
            int leaving,
            int heldBack,
            List<Supplier<Uni<Void>>> steps) {}
}
