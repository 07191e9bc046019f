package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin whose handler fails as often as the event says, or never ends. */
final class RelayPlugin {
    static final String ID = "relay-probe";

    private static final String PLUGIN =
            """
            package relay;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.concurrent.ConcurrentHashMap;
            import java.util.stream.Collectors;

            public final class RelayProbe implements LianhuPlugin {
                private final Map<UUID, Integer> tries = new ConcurrentHashMap<>();
                private PluginContext context;
                private volatile boolean healed;

                public record Happened(UUID aggregate, String what, int failures) implements Event {}

                public record PublishInput(UUID aggregate, String what, int failures, int times) {}

                @Override
                public List<Class<?>> entities() {
                    return List.of(Effect.class);
                }

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("relay:use", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public List<EventHandler<?>> eventHandlers() {
                    return List.of(new EventHandler<>("effects", Happened.class, this::handle));
                }

                private Uni<Void> handle(EventHandler.Delivery<Happened> delivery) {
                    Happened event = delivery.event();
                    if (event.what().equals("hang")) {
                        return Uni.createFrom().nothing();
                    }
                    Effect effect = new Effect(delivery.id(), event.aggregate(), event.what());
                    return context.database().session(session -> session.persist(effect).call(session::flush).invoke(() -> {
                        if (!healed && tries.merge(delivery.id(), 1, Integer::sum) <= event.failures()) {
                            throw new IllegalStateException("planned failure of " + event.what());
                        }
                    }));
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("RelayEffect", (ids, call) -> context.database().session(session -> session
                                    .createSelectionQuery("from Effect where id in :ids", Effect.class)
                                    .setParameter("ids", List.copyOf(ids))
                                    .getResultList()
                                    .map(rows -> rows.stream().collect(Collectors.toMap(Effect::getId, row -> row)))))
                            .query("relayEffects", call -> context.database().session(session -> session
                                    .createSelectionQuery(
                                            "select what from Effect where aggregate = :aggregate order by id", String.class)
                                    .setParameter("aggregate", UUID.fromString(call.required("aggregate", String.class)))
                                    .getResultList()))
                            .query("relaySql", call -> context.database().session(session -> session
                                    .createNativeQuery(call.required("text", String.class), String.class)
                                    .getSingleResult()))
                            .query("relayMistake", call -> {
                                throw new IllegalStateException("a mistake of the plugin's");
                            })
                            .mutation("relayPublish", call -> {
                                PublishInput input = call.input(PublishInput.class);
                                healed = input.what().equals("heal");
                                Uni<Void> all = Uni.createFrom().voidItem();
                                for (int i = 0; i < input.times(); i++) {
                                    all = all.chain(() -> context.events()
                                            .publish(new Happened(input.aggregate(), input.what(), input.failures())));
                                }
                                return all.replaceWith(input.aggregate());
                            });
                }
            }
            """;

    private static final String ENTITY =
            """
            package relay;

            import io.lianhu.sdk.TenantEntity;
            import jakarta.persistence.*;
            import java.util.UUID;

            @Entity
            @Table(name = "effect")
            public class Effect extends TenantEntity {
                @Column(name = "event_id")
                private UUID eventId;

                private UUID aggregate;
                private String what;

                protected Effect() {}

                Effect(UUID eventId, UUID aggregate, String what) {
                    this.eventId = eventId;
                    this.aggregate = aggregate;
                    this.what = what;
                }

                public String getWhat() {
                    return what;
                }
            }
            """;

    private static final String SDL =
            """
            extend type Query {
              "The effects on an aggregate, in their order."
              relayEffects("Which." aggregate: String!): [String!]! @permission(name: "relay:use")
              "What a statement answers."
              relaySql("The statement." text: String!): String! @permission(name: "relay:use")
              "Fails."
              relayMistake: String! @permission(name: "relay:use")
            }
            extend type Mutation {
              "Publishes events."
              relayPublish("Which." input: RelayPublishInput!): RelayPublishPayload! @permission(name: "relay:use")
            }
            "What an event did."
            type RelayEffect implements Node {
              "The effect's id."
              id: ID!
              "What happened."
              what: String!
            }
            "Events to publish."
            input RelayPublishInput {
              "What they happen to."
              aggregate: String!
              "What happens; 'heal' ends all failures, 'hang' is never handled."
              what: String!
              "How often the handler fails."
              failures: Int!
              "How many events."
              times: Int!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was published."
            type RelayPublishPayload {
              "Nothing yet: effects come later."
              effect: RelayEffect
            }
            """;

    private RelayPlugin() {}

    static PluginSource source() {
        return PluginSource.of(ID)
                .prefix("relay")
                .java(PLUGIN)
                .java(ENTITY)
                .schema(SDL)
                .migration(
                        "V1__effect.sql",
                        "create table effect (tenant_id text not null, id uuid not null, event_id uuid not null,"
                                + " aggregate uuid not null, what text not null, primary key (tenant_id, id));")
                .messages("permission.relay\\:use=使用", "permission.relay\\:use=Use");
    }
}
