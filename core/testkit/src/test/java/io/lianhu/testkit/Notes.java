package io.lianhu.testkit;

/** The least plugin that writes and reads something: notes of residents. */
final class Notes {
    static final String PLUGIN =
            """
            package notes;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.stream.Collectors;

            public final class NotesPlugin implements LianhuPlugin {
                private PluginContext context;

                public record AddInput(String text) {}

                @Override
                public List<Class<?>> entities() {
                    return List.of(Note.class);
                }

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("notes:read", Role.RESIDENT), Permission.of("notes:write", Role.RESIDENT));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("NotesNote", this::load).query("notesAll", this::all).mutation("notesAdd", this::add);
                }

                private Uni<Map<UUID, Note>> load(Set<UUID> ids, Call call) {
                    return context.database().session(session -> session
                            .createSelectionQuery("from Note where id in :ids", Note.class)
                            .setParameter("ids", List.copyOf(ids))
                            .getResultList()
                            .map(rows -> rows.stream().collect(Collectors.toMap(Note::getId, row -> row))));
                }

                private Uni<Connection<Note>> all(Call call) {
                    PageRequest page = call.page();
                    return context.database().session(session -> session
                            .createSelectionQuery("from Note order by id desc", Note.class)
                            .setMaxResults(page.limit())
                            .getResultList()
                            .map(rows -> Connection.of(rows, page, Note::getId)));
                }

                private Uni<UUID> add(Call call) {
                    String text = call.input(AddInput.class).text();
                    if (text.isBlank()) {
                        return Uni.createFrom().failure(new ApiException(NotesError.NOTES_EMPTY));
                    }
                    Note note = new Note(text);
                    return context.database().session(session -> session.persist(note).map(done -> note.getId()));
                }
            }
            """;

    static final String ENTITY =
            """
            package notes;

            import io.lianhu.sdk.TenantEntity;
            import jakarta.persistence.*;
            import java.util.UUID;

            @Entity
            @Table(name = "note")
            public class Note extends TenantEntity {
                @Column(name = "text")
                private String text;

                protected Note() {}

                Note(String text) {
                    this.text = text;
                }

                public String getText() {
                    return text;
                }
            }
            """;

    static final String ERRORS =
            """
            package notes;

            import io.lianhu.sdk.*;

            public enum NotesError implements ErrorCode {
                NOTES_EMPTY;

                @Override
                public ErrorType type() {
                    return ErrorType.INVALID_INPUT;
                }
            }
            """;

    static final String SCHEMA =
            """
            extend type Query {
              "All notes, newest first."
              notesAll(
                "How many, 1–100."
                first: Int!
                "The last cursor of the page before."
                after: String
              ): NotesConnection! @permission(name: "notes:read")
            }
            extend type Mutation {
              "Adds a note."
              notesAdd("The note." input: NotesAddInput!): NotesAddPayload! @permission(name: "notes:write")
            }
            "A note."
            type NotesNote implements Node {
              "The note's id."
              id: ID!
              "What it says."
              text: String!
            }
            "A page of notes."
            type NotesConnection {
              "The rows."
              edges: [NotesEdge!]!
              "Where the page stands."
              pageInfo: PageInfo!
            }
            "A note in a list."
            type NotesEdge {
              "The note."
              node: NotesNote!
              "Where it stands."
              cursor: String!
            }
            "A new note."
            input NotesAddInput {
              "What it says."
              text: String!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "The note that was added."
            type NotesAddPayload {
              "The note."
              note: NotesNote!
            }
            """;

    private Notes() {}

    static PluginSource source() {
        return PluginSource.of("notes")
                .java(PLUGIN)
                .java(ENTITY)
                .java(ERRORS)
                .schema(SCHEMA)
                .migration(
                        "V1__notes.sql",
                        "create table note (tenant_id text not null, id uuid not null, text text not null,"
                                + " primary key (tenant_id, id));")
                .messages(
                        """
                        error.NOTES_EMPTY=请填写内容。
                        permission.notes\\:read=查看笔记
                        permission.notes\\:write=写笔记
                        """,
                        """
                        error.NOTES_EMPTY=Please write something.
                        permission.notes\\:read=Read notes
                        permission.notes\\:write=Write notes
                        """);
    }
}
