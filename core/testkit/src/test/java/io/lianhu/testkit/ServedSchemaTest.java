package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ServedSchemaTest {

    private static final String INTROSPECTED =
            """
            [
              { "kind": "OBJECT", "name": "Query", "fields": [
                { "name": "count", "args": [], "type": { "kind": "SCALAR", "name": "Int" } },
                { "name": "page", "type": { "kind": "NON_NULL", "ofType": { "kind": "OBJECT", "name": "Page" } }, "args": [
                  { "name": "first", "type": { "kind": "NON_NULL", "ofType": { "kind": "SCALAR", "name": "Int" } } },
                  { "name": "after", "type": { "kind": "SCALAR", "name": "String" } } ] } ] },
              { "kind": "OBJECT", "name": "Mutation", "fields": [
                { "name": "add", "type": { "kind": "OBJECT", "name": "Page" }, "args": [
                  { "name": "input", "type": { "kind": "NON_NULL", "ofType": { "kind": "INPUT_OBJECT", "name": "Add" } } } ] } ] },
              { "kind": "OBJECT", "name": "Page", "fields": [] },
              { "kind": "INPUT_OBJECT", "name": "Add", "fields": null, "inputFields": [
                { "name": "kind", "type": { "kind": "NON_NULL", "ofType": { "kind": "ENUM", "name": "Kind" } } },
                { "name": "on", "type": { "kind": "NON_NULL", "ofType": { "kind": "SCALAR", "name": "Date" } } },
                { "name": "ids", "type": { "kind": "NON_NULL", "ofType": { "kind": "LIST", "ofType": { "kind": "SCALAR", "name": "ID" } } } },
                { "name": "note", "type": { "kind": "SCALAR", "name": "String" } } ] },
              { "kind": "ENUM", "name": "Kind", "enumValues": [ { "name": "BIG" }, { "name": "SMALL" } ] }
            ]
            """;

    private final ServedSchema schema = schema();

    private static ServedSchema schema() {
        try {
            return new ServedSchema(new ObjectMapper().readTree(INTROSPECTED));
        } catch (JsonProcessingException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    @Test
    void types_and_fields_are_named() {
        assertEquals(Set.of("Query", "Mutation", "Page", "Add", "Kind"), schema.types());
        assertEquals(Set.of("Query.count", "Query.page", "Mutation.add"), schema.fields());
    }

    @Test
    void an_operation_has_a_value_for_whatever_needs_one_and_nothing_else() {
        assertEquals("query { count }", schema.operation("Query.count"));
        assertEquals("query { page(first: 1) { __typename } }", schema.operation("Query.page"));
        assertEquals(
                "mutation { add(input: { kind: BIG, on: \"2026-01-01\", ids: [] }) { __typename } }",
                schema.operation("Mutation.add"));
    }
}
