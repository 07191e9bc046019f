package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin whose resolvers do not end, or break; and one that listens to what it publishes. */
final class HangPlugin {
    static final String ID = "hang-probe";
    static final String LISTENER = "hang-listener";

    private static final String EVENT =
            """
            package hang;

            import io.lianhu.sdk.Event;
            import java.util.UUID;

            public record Hung(UUID aggregate) implements Event {}
            """;

    private static final String PLUGIN =
            """
            package hang;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.stream.Collectors;

            public final class HangProbe implements LianhuPlugin {
                private PluginContext context;

                public record Input(String how) {}

                @Override
                public List<Class<?>> entities() {
                    return List.of(Mark.class);
                }

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("hang:use", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.query("hangForever", call -> Uni.createFrom().nothing())
                            .query("hangBreak", call -> { throw new IllegalStateException("planned"); })
                            .query("hangNot", call -> Uni.createFrom().item(1))
                            .query("hangMarks", call -> context.database().session(session -> session
                                    .createSelectionQuery("select count(*) from Mark", Long.class)
                                    .getSingleResult()
                                    .map(Long::intValue)))
                            .node("HangMark", (ids, call) -> context.database().session(session -> session
                                    .createSelectionQuery("from Mark where id in :ids", Mark.class)
                                    .setParameter("ids", List.copyOf(ids))
                                    .getResultList()
                                    .map(rows -> rows.stream().collect(Collectors.toMap(Mark::getId, row -> row)))))
                            .mutation("hangMark", this::mark);
                }

                private Uni<UUID> mark(Call call) {
                    Mark mark = new Mark();
                    Uni<UUID> marked = context.database()
                            .session(session -> session.persist(mark).call(session::flush))
                            .chain(() -> context.events().publish(new Hung(mark.getId())))
                            .map(done -> mark.getId());
                    return call.input(Input.class).how().equals("FOREVER")
                            ? marked.chain(() -> Uni.createFrom().nothing())
                            : marked;
                }
            }
            """;

    private static final String ENTITY =
            """
            package hang;

            import io.lianhu.sdk.TenantEntity;
            import jakarta.persistence.*;

            @Entity
            @Table(name = "mark")
            public class Mark extends TenantEntity {}
            """;

    private static final String SDL =
            """
            extend type Query {
              "Never answers."
              hangForever: Int @permission(name: "hang:use")
              "Breaks."
              hangBreak: Int @permission(name: "hang:use")
              "Answers."
              hangNot: Int @permission(name: "hang:use")
              "How many marks there are."
              hangMarks: Int! @permission(name: "hang:use")
            }
            extend type Mutation {
              "Makes a mark."
              hangMark("How." input: HangMarkInput!): HangMarkPayload @permission(name: "hang:use")
            }
            "A mark."
            type HangMark implements Node {
              "The mark's id."
              id: ID!
            }
            "How to mark."
            input HangMarkInput {
              "FOREVER does not end."
              how: String!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was marked."
            type HangMarkPayload {
              "The mark."
              mark: HangMark!
            }
            """;

    private HangPlugin() {}

    static PluginSource source() {
        return PluginSource.of(ID)
                .prefix("hang")
                .java(PLUGIN)
                .java(ENTITY)
                .java(EVENT)
                .schema(SDL)
                .migration(
                        "V1__mark.sql",
                        "create table mark (tenant_id text not null, id uuid not null, primary key (tenant_id, id));")
                .messages("permission.hang\\:use=使用", "permission.hang\\:use=Use");
    }

    static PluginSource listener() {
        return PluginSource.of(LISTENER)
                .prefix("listen")
                .java(EVENT)
                .java(
                        """
                        package hang;

                        import io.lianhu.sdk.*;
                        import io.smallrye.mutiny.Uni;
                        import java.util.List;

                        public final class Listener implements LianhuPlugin {
                            @Override
                            public List<EventHandler<?>> eventHandlers() {
                                return List.of(new EventHandler<>(
                                        "hung", Hung.class, delivery -> Uni.createFrom().voidItem()));
                            }
                        }
                        """);
    }
}
