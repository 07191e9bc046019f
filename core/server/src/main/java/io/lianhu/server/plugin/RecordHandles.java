package io.lianhu.server.plugin;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.runtime.ObjectMethods;

/**
 * What the JDK makes of records. Up to JDK 17 the method handles of which it composes their {@code equals} and {@code hashCode} each
 * remember, strongly, the last type that they were adapted to: if that is a plugin's record, its class loader stays.
 */
final class RecordHandles {
    private RecordHandles() {}

    private record Ours(Ours next) {}

    /** Has a record of the host's own take the place of the last one. */
    static void forget() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            MethodHandle next = lookup.findGetter(Ours.class, "next", Ours.class);
            for (String method : new String[] {"equals", "hashCode", "toString"}) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, Ours.class, "next", next);
            }
        } catch (Throwable impossible) { // so says the bootstrap's signature
            throw new IllegalStateException(impossible);
        }
    }
}
