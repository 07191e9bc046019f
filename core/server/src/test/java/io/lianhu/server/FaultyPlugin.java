package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin that the host takes, and that breaks every law which the host itself does not see to. */
final class FaultyPlugin {
    static final String ID = "faulty-probe";

    private static final String PLUGIN =
            """
            package faulty;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.concurrent.ConcurrentHashMap;
            import java.util.concurrent.atomic.AtomicInteger;
            import java.util.concurrent.locks.LockSupport;

            public final class FaultyProbe implements LianhuPlugin {
                // one memory for all counties
                private static final Map<UUID, Thing> THINGS = new ConcurrentHashMap<>();
                private static final AtomicInteger LOADS = new AtomicInteger();

                public record Thing(UUID id) {}

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("faulty:use", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    // a thread that nobody ends holds this class, and its loader, for ever
                    Thread forgotten = new Thread(() -> {
                        while (true) {
                            LockSupport.parkNanos(1_000_000_000L);
                        }
                    }, "forgotten");
                    forgotten.setDaemon(true);
                    forgotten.start();
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("FaultyThing", this::load)
                            .query("faultyThings", call -> Uni.createFrom().item(() -> List.copyOf(THINGS.values())))
                            .mutation("faultyKeep", call -> keep())
                            .mutation("faultyOpen", call -> keep());
                }

                private Uni<UUID> keep() {
                    Thing thing = new Thing(UUID.randomUUID());
                    THINGS.put(thing.id(), thing);
                    return Uni.createFrom().item(thing.id());
                }

                private Uni<Map<UUID, Thing>> load(Set<UUID> ids, Call call) {
                    if (LOADS.incrementAndGet() % 10 == 0) {
                        LockSupport.parkNanos(600_000_000L); // on the event loop
                    }
                    Map<UUID, Thing> found = new HashMap<>(THINGS);
                    found.keySet().retainAll(ids);
                    return Uni.createFrom().item(found);
                }
            }
            """;

    private static final String ERRORS =
            """
            package faulty;

            import io.lianhu.sdk.ErrorCode;
            import io.lianhu.sdk.ErrorType;

            public enum Errors implements ErrorCode {
                WITHOUT_PREFIX;

                @Override
                public ErrorType type() {
                    return ErrorType.CONFLICT;
                }
            }
            """;

    private static final String SDL =
            """
            extend type Query {
              "The things of all counties."
              faultyThings: [FaultyThing!] @permission(name: "faulty:use")
            }
            extend type Mutation {
              "Keeps a thing."
              faultyKeep("Nothing." input: FaultyKeepInput!): FaultyKeepPayload @permission(name: "faulty:use")
              "Keeps a thing for whoever comes along."
              faultyOpen("Nothing." input: FaultyKeepInput!): FaultyKeepPayload @permission(name: "anyone")
            }
            "A thing."
            type FaultyThing implements Node {
              "Its id."
              id: ID!
            }
            "Nothing."
            input FaultyKeepInput {
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was kept."
            type FaultyKeepPayload {
              "The thing."
              thing: FaultyThing
            }
            """;

    private FaultyPlugin() {}

    static PluginSource source() {
        return PluginSource.of(ID)
                .prefix("faulty")
                .java(PLUGIN)
                .java(ERRORS)
                .schema(SDL)
                .messages("permission.faulty\\:use=用", "permission.faulty\\:use=Use");
    }
}
