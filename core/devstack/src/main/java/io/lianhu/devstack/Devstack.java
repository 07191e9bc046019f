package io.lianhu.devstack;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running PostgreSQL, Redis and Keycloak.
 *
 * <p>The accessors may be called from any thread; they throw {@link DevstackFailure} with the end of the log once one
 * of the three has died.
 */
public final class Devstack implements AutoCloseable {
    private static @Nullable Devstack shared;

    private final Postgres postgres;
    private final Redis redis;
    private final Keycloak keycloak;
    private final Supplier<@Nullable String> crash;
    private final Runnable closing;

    Devstack(State state, Supplier<@Nullable String> crash, Runnable closing) {
        this.postgres = new Postgres(state.ports().postgres(), state.secrets());
        this.redis =
                new Redis(Loopback.HOST, state.ports().redis(), state.secrets().redis());
        this.keycloak = new Keycloak(state.ports().keycloak(), state.secrets().adminClient());
        this.crash = crash;
        this.closing = closing;
    }

    /**
     * For home: starts the stack whose data lives in a folder, or starts it again, and blocks until all three answer.
     * Data, passwords and, where they are free, ports stay the same from start to start. The first start takes about a
     * minute, a later one some ten seconds. All three end with this JVM at the latest; after a SIGKILL, at the next
     * start.
     *
     * @throws DevstackFailure when one cannot be started or the folder is in use
     */
    public static Devstack start(Path dir, Ports ports, Progress progress) {
        Stack stack = Stack.start(Stack.Plan.home(dir, ports), progress);
        return new Devstack(stack.state(), stack::crashed, stack::close);
    }

    /**
     * For tests: the one stack of this Maven run, without the data of earlier runs. Whoever comes first starts it, in
     * a JVM of its own that lives until Maven ends; everybody shares it, so make your own database or organization.
     * {@link #close} leaves it running.
     *
     * @throws DevstackFailure when it cannot be started
     */
    public static synchronized Devstack shared() {
        Devstack stack = shared;
        if (stack == null) {
            stack = SharedStack.attach(Progress.printed());
            shared = stack;
        }
        return stack;
    }

    public Postgres postgres() {
        check();
        return postgres;
    }

    public Redis redis() {
        check();
        return redis;
    }

    public Keycloak keycloak() {
        check();
        return keycloak;
    }

    /** Ends the three and returns when they have ended. A second call does nothing. */
    @Override
    public void close() {
        closing.run();
    }

    private void check() {
        String story = crash.get();
        if (story != null) {
            throw new DevstackFailure(story);
        }
    }
}
