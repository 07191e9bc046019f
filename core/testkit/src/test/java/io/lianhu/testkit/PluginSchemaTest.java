package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PluginSchemaTest {

    @Test
    void a_sound_schema_has_no_faults() {
        PluginSchema schema = new PluginSchema(Notes.SCHEMA, "notes");
        assertEquals(List.of(), schema.unprefixed());
        assertEquals(List.of(), schema.undescribed());
        assertEquals(
                Map.of("Query.notesAll", "notes:read", "Mutation.notesAdd", "notes:write"), schema.rootPermissions());
        assertEquals(Set.of("Query.notesAll", "Mutation.notesAdd"), schema.addedFields());
        assertEquals(
                Set.of("NotesNote", "NotesConnection", "NotesEdge", "NotesAddInput", "NotesAddPayload"),
                schema.types());
    }

    @Test
    void every_fault_is_found() {
        PluginSchema schema = new PluginSchema(
                """
                extend type Query { all(first: Int!): [Thing!]! }
                extend type Case { "Described." notesText: String  text: String }
                type Thing { id: ID! }
                "Described."
                input NotesInput { text: String! }
                "Described."
                enum NotesKind { BARE "Described." SOUND }
                """,
                "notes");
        assertEquals(List.of("Thing", "Case.text", "Query.all"), schema.unprefixed());
        assertEquals(
                List.of(
                        "Query.all",
                        "Query.all first",
                        "Case.text",
                        "Thing",
                        "Thing.id",
                        "NotesInput.text",
                        "NotesKind.BARE"),
                schema.undescribed());
        assertEquals(Map.of("Query.all", ""), schema.rootPermissions());
    }

    @Test
    void a_plugin_need_not_have_a_schema() {
        assertEquals(Set.of(), new PluginSchema("", "notes").types());
    }
}
