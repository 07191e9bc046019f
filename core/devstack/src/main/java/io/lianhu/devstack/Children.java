package io.lianhu.devstack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The running children of this JVM. When it goes down they are ended one after the other, the last to start first: each may need those
 * before it until its end, as the server needs PostgreSQL to answer its last requests.
 */
final class Children {
    private static final Deque<Child> RUNNING = new ArrayDeque<>();
    private static volatile Progress farewell = line -> {};
    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Children::end, "devstack-stop"));
    }

    private Children() {}

    /** Has the children's ends told to somebody when this JVM goes down. */
    static void tellEnds(Progress listener) {
        farewell = listener;
    }

    /** From here on the child ends with this JVM; fails when that goes down already. */
    static void add(Child child) {
        synchronized (RUNNING) {
            if (ending) {
                throw new DevstackFailure(child.name() + " is not started, since this process ends");
            }
            RUNNING.push(child);
        }
    }

    static void remove(Child child) {
        synchronized (RUNNING) {
            RUNNING.remove(child);
        }
    }

    private static void end() {
        List<Child> running;
        synchronized (RUNNING) {
            ending = true;
            running = List.copyOf(RUNNING);
        }
        for (Child child : running) {
            farewell.report(child.name() + ": stopping");
            child.close();
        }
    }
}
