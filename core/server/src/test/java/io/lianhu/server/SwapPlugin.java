package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin that tells its version, and keeps what it is told. */
final class SwapPlugin {
    static final String ID = "swap-probe";

    static final String TABLE = "create table entry (tenant_id text not null, id uuid not null, text text not null,"
            + " primary key (tenant_id, id));";

    static final String ENTITY =
            """
            package swap;

            import jakarta.persistence.*;
            import java.util.UUID;
            import org.hibernate.annotations.TenantId;
            import org.hibernate.annotations.UuidGenerator;

            @Entity
            @Table(name = "entry")
            public class Entry {
                @Id
                @GeneratedValue
                @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
                private UUID id;

                @TenantId
                @Column(name = "tenant_id")
                private String tenantId;

                private String text;

                protected Entry() {}

                Entry(String text) {
                    this.text = text;
                }

                public UUID getId() {
                    return id;
                }

                public String getText() {
                    return text;
                }
            }
            """;

    static final String SDL =
            """
            extend type Query {
              "The version that answers."
              swapVersion: String! @permission(name: "swap:use")
              "How many entries there are."
              swapCount: Int! @permission(name: "swap:use")
              "What the plugin sees of a class or file."
              swapSees("Its name." name: String!): String! @permission(name: "swap:use")
            }
            extend type Mutation {
              "Keeps a text."
              swapKeep("The text." input: SwapKeepInput!): SwapKeepPayload! @permission(name: "swap:use")
            }
            "What is kept."
            type SwapEntry implements Node {
              "The entry's id."
              id: ID!
              "What it says."
              text: String!
            }
            "A text to keep."
            input SwapKeepInput {
              "What it says."
              text: String!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was kept."
            type SwapKeepPayload {
              "The entry."
              entry: SwapEntry!
            }
            """;

    private static final String PLUGIN =
            """
            package swap;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.net.URL;
            import java.util.*;
            import java.util.stream.Collectors;

            public final class SwapProbe implements LianhuPlugin {
                private PluginContext context;

                public record KeepInput(String text) {}

                @Override
                public List<Class<?>> entities() {
                    return List.of(Entry.class);
                }

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("swap:use", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("SwapEntry", this::load)
                            .query("swapVersion", call -> Uni.createFrom().item("VERSION"))
                            .query("swapCount", call -> context.database().session(session -> session
                                    .createSelectionQuery("select count(*) from Entry", Long.class)
                                    .getSingleResult()
                                    .map(Long::intValue)))
                            .query("swapSees", call -> Uni.createFrom().item(sees(call.required("name", String.class))))
                            .mutation("swapKeep", call -> {
                                Entry entry = new Entry(call.input(KeepInput.class).text());
                                return context.database()
                                        .session(session -> session.persist(entry).map(done -> entry.getId()));
                            });
                }

                private Uni<Map<UUID, Entry>> load(Set<UUID> ids, Call call) {
                    return context.database().session(session -> session
                            .createSelectionQuery("from Entry where id in :ids", Entry.class)
                            .setParameter("ids", List.copyOf(ids))
                            .getResultList()
                            .map(rows -> rows.stream().collect(Collectors.toMap(Entry::getId, row -> row))));
                }

                private static String sees(String name) {
                    ClassLoader own = SwapProbe.class.getClassLoader();
                    if (name.contains("/")) {
                        try {
                            List<URL> found = Collections.list(own.getResources(name));
                            return found.isEmpty() ? "nothing" : "something";
                        } catch (java.io.IOException failure) {
                            return failure.toString();
                        }
                    }
                    try {
                        return Class.forName(name, false, own).getClassLoader() == own ? "its own" : "something";
                    } catch (ClassNotFoundException missing) {
                        return "nothing";
                    }
                }
            }
            """;

    private SwapPlugin() {}

    static String plugin(String version) {
        return PLUGIN.replace("VERSION", version);
    }

    static PluginSource version(String version) {
        return PluginSource.of(ID)
                .version(version)
                .prefix("swap")
                .java(plugin(version))
                .java(ENTITY)
                .schema(SDL)
                .migration("V1__entry.sql", TABLE)
                .messages("permission.swap\\:use=使用", "permission.swap\\:use=Use");
    }
}
