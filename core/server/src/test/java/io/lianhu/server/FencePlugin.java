package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin that tries every way to rows that are not its county's. */
final class FencePlugin {
    static final String ID = "fence-probe";
    static final String SCHEMA = "plugin_fence_probe";

    private static final String PLUGIN =
            """
            package fence;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.stream.Collectors;

            public final class FenceProbe implements LianhuPlugin {
                private PluginContext context;

                public record WriteInput(String how, int slot, String text) {}

                @Override
                public List<Class<?>> entities() {
                    return List.of(Note.class);
                }

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("fence:try", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("FenceNote", this::load)
                            .query("fenceEntities", this::entities)
                            .query("fenceSql", this::sql)
                            .query("fenceThrow", call -> Uni.createFrom().failure(new IllegalStateException("planned")))
                            .mutation("fenceWrite", this::write);
                }

                private Uni<Map<UUID, Note>> load(Set<UUID> ids, Call call) {
                    return context.database().session(session -> session
                            .createSelectionQuery("from Note where id in :ids", Note.class)
                            .setParameter("ids", List.copyOf(ids))
                            .getResultList()
                            .map(rows -> rows.stream().collect(Collectors.toMap(Note::getId, row -> row))));
                }

                private Uni<List<String>> entities(Call call) {
                    return context.database().session(session -> session
                            .createSelectionQuery("from Note order by id desc", Note.class)
                            .setMaxResults(20)
                            .getResultList()
                            .map(rows -> rows.stream().map(row -> row.tenant() + "|" + row.getText()).toList()));
                }

                private Uni<List<String>> sql(Call call) {
                    String sql = call.required("sql", String.class);
                    return context.database().session(session -> session
                            .createNativeQuery(sql)
                            .getResultList()
                            .map(rows -> rows.stream()
                                    .map(row -> row instanceof Object[] cells
                                            ? Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining("|"))
                                            : String.valueOf(row))
                                    .toList()));
                }

                private Uni<UUID> write(Call call) {
                    WriteInput input = call.input(WriteInput.class);
                    Note note = new Note(input.slot(), input.text());
                    return context.database().session(session -> switch (input.how()) {
                        case "PERSIST" -> session.persist(note).map(done -> note.getId());
                        case "UPDATE" -> session
                                .createSelectionQuery("from Note where slot = :slot order by id", Note.class)
                                .setParameter("slot", input.slot())
                                .setMaxResults(1)
                                .getResultList()
                                .map(rows -> {
                                    rows.forEach(row -> row.write(input.text()));
                                    return rows.isEmpty() ? new UUID(0, 0) : rows.get(0).getId();
                                });
                        case "BULK" -> session
                                .createMutationQuery("update Note set text = :text where slot = :slot")
                                .setParameter("text", input.text())
                                .setParameter("slot", input.slot())
                                .executeUpdate()
                                .map(rows -> new UUID(0, rows));
                        case "FOREIGN_ENTITY" -> {
                            note.smuggle(input.text().substring(0, 6));
                            yield session.persist(note).map(done -> note.getId());
                        }
                        case "THROW_AFTER_FLUSH" -> session.persist(note).call(session::flush)
                                .map(done -> { throw new IllegalStateException("planned"); });
                        case "SWALLOW" -> session.persist(note).call(session::flush)
                                .call(() -> session.createNativeQuery("select 1/0").getResultList()
                                        .onFailure().recoverWithItem(List.of()))
                                .map(done -> note.getId());
                        case "FORGET" -> session.persist(note).call(session::flush)
                                .invoke(() -> session.createNativeQuery("select 1/0").getResultList()
                                        .subscribe().with(rows -> {}, failure -> {}))
                                .map(done -> note.getId());
                        default -> session.createNativeQuery(input.text()).executeUpdate().map(rows -> new UUID(0, rows));
                    });
                }
            }
            """;

    private static final String ENTITY =
            """
            package fence;

            import jakarta.persistence.*;
            import java.util.UUID;
            import org.hibernate.annotations.TenantId;
            import org.hibernate.annotations.UuidGenerator;

            @Entity
            @Table(name = "note")
            public class Note {
                @Id
                @GeneratedValue
                @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
                private UUID id;

                @TenantId
                @Column(name = "tenant_id")
                private String tenantId;

                private int slot;
                private String text;

                protected Note() {}

                Note(int slot, String text) {
                    this.slot = slot;
                    this.text = text;
                }

                public UUID getId() {
                    return id;
                }

                public String getText() {
                    return text;
                }

                String tenant() {
                    return tenantId;
                }

                void smuggle(String tenant) {
                    this.tenantId = tenant;
                }

                void write(String text) {
                    this.text = text;
                }
            }
            """;

    private static final String SDL =
            """
            extend type Query {
              "The newest notes, as entities."
              fenceEntities: [String!] @permission(name: "fence:try")
              "What a native query answers."
              fenceSql("The query." sql: String!): [String!] @permission(name: "fence:try")
              "Fails."
              fenceThrow: [String!] @permission(name: "fence:try")
            }
            extend type Mutation {
              "Writes in some way."
              fenceWrite("How and what." input: FenceWriteInput!): FenceWritePayload @permission(name: "fence:try")
            }
            "A note."
            type FenceNote implements Node {
              "The note's id."
              id: ID!
              "What it says."
              text: String!
            }
            "What to write."
            input FenceWriteInput {
              "In which way."
              how: String!
              "Whose rows."
              slot: Int!
              "The text, or the statement."
              text: String!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was written."
            type FenceWritePayload {
              "The note; null where the id is no note's."
              note: FenceNote
            }
            """;

    private FencePlugin() {}

    static PluginSource source() {
        return PluginSource.of(ID)
                .prefix("fence")
                .java(PLUGIN)
                .java(ENTITY)
                .schema(SDL)
                .migration(
                        "V1__note.sql",
                        "create table note (tenant_id text not null, id uuid not null default uuidv7(), slot int not null,"
                                + " text text not null check (text not like '%refused%'), primary key (tenant_id, id));"
                                + "create index note_slot on note (tenant_id, slot);"
                                + "create table entry (tenant_id text not null, id uuid not null default uuidv7(),"
                                + " text text not null, primary key (tenant_id, id));"
                                + "comment on table entry is 'append-only';"
                                + "grant all on entry to public;"
                                + "create table \"Odd name\" (tenant_id text primary key, text text not null);"
                                + "alter table \"Odd name\" enable row level security;"
                                + "alter table \"Odd name\" force row level security;"
                                + "create policy tenant on \"Odd name\" using (true);")
                .messages("permission.fence\\:try=试探", "permission.fence\\:try=Try the fence");
    }
}
