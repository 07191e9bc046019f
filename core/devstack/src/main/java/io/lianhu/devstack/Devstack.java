package io.lianhu.devstack;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running PostgreSQL, Redis and Keycloak.
 *
 * <p>The accessors may be called from any thread; they throw {@link DevstackFailure} with the end of the log once one
 * of the three has died.
 */
public final class Devstack {
    private static @Nullable Devstack shared;

    private final Postgres postgres;
    private final Redis redis;
    private final Keycloak keycloak;
    private final Supplier<@Nullable String> crash;

    Devstack(State state, Supplier<@Nullable String> crash) {
        this.postgres = new Postgres(state.ports().postgres(), state.secrets());
        this.redis =
                new Redis(Loopback.HOST, state.ports().redis(), state.secrets().redis());
        this.keycloak = new Keycloak(state.ports().keycloak(), state.secrets().adminClient());
        this.crash = crash;
    }

    /**
     * For tests: the one stack of this Maven run, without the data of earlier runs. Whoever comes first starts it, in
     * a JVM of its own that lives until Maven ends; everybody shares it, so make your own database or organization.
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

    private void check() {
        String story = crash.get();
        if (story != null) {
            throw new DevstackFailure(story);
        }
    }
}
