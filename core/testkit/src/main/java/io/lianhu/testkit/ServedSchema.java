package io.lianhu.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A county's schema as clients see it, and operations made up from it. */
final class ServedSchema {
    private static final String INTROSPECTION =
            """
            { __schema { types {
                kind name
                fields { name args { name type { ...Ref } } type { ...Ref } }
                inputFields { name type { ...Ref } }
                enumValues { name }
            } } }
            fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
            """;

    private final Map<String, JsonNode> types = new TreeMap<>();

    ServedSchema(GraphqlClient client) {
        this(client.query(INTROSPECTION).at("/__schema/types"));
    }

    ServedSchema(JsonNode introspected) {
        introspected.forEach(type -> types.put(type.get("name").asText(), type));
    }

    Set<String> types() {
        return types.keySet();
    }

    /** All fields of object types, as {@code Query.node}. */
    Set<String> fields() {
        Set<String> fields = new TreeSet<>();
        types.forEach((name, type) -> type.path("fields")
                .forEach(field -> fields.add(name + "." + field.get("name").asText())));
        return fields;
    }

    /**
     * The shortest operation with that root field ({@code Mutation.pointsAward}) that is valid: arguments that must be there have some
     * value of their type, and nothing is asked for but {@code __typename}.
     */
    String operation(String rootField) {
        String root = rootField.substring(0, rootField.indexOf('.'));
        String name = rootField.substring(rootField.indexOf('.') + 1);
        for (JsonNode field : type(root).path("fields")) {
            if (field.get("name").asText().equals(name)) {
                String arguments = values(field.path("args"), 0);
                boolean leaf = Set.of("SCALAR", "ENUM").contains(kind(field.get("type")));
                return root.toLowerCase(Locale.ROOT) + " { " + name
                        + (arguments.isEmpty() ? "" : "(" + arguments + ")")
                        + (leaf ? "" : " { __typename }") + " }";
            }
        }
        throw new AssertionError(rootField + " is not in the county's schema");
    }

    private JsonNode type(String name) {
        JsonNode type = types.get(name);
        if (type == null) {
            throw new AssertionError("The type " + name + " is not in the county's schema");
        }
        return type;
    }

    private static String kind(JsonNode type) {
        return type.path("ofType").isObject()
                ? kind(type.get("ofType"))
                : type.get("kind").asText();
    }

    private String values(JsonNode declared, int depth) {
        StringBuilder text = new StringBuilder();
        for (JsonNode one : declared) {
            if (one.get("type").get("kind").asText().equals("NON_NULL")) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(one.get("name").asText())
                        .append(": ")
                        .append(value(one.get("type").get("ofType"), depth));
            }
        }
        return text.toString();
    }

    private String value(JsonNode type, int depth) {
        return switch (type.get("kind").asText()) {
            case "NON_NULL" -> value(type.get("ofType"), depth);
            case "LIST" -> "[]";
            case "ENUM" ->
                type(type.get("name").asText())
                        .get("enumValues")
                        .get(0)
                        .get("name")
                        .asText();
            case "INPUT_OBJECT" -> {
                if (depth > 8) {
                    throw new AssertionError("An input that needs itself: " + type.get("name"));
                }
                yield "{ " + values(type(type.get("name").asText()).path("inputFields"), depth + 1) + " }";
            }
            default -> scalar(type.get("name").asText());
        };
    }

    private static String scalar(String name) {
        return switch (name) {
            case "Int", "Long", "Float" -> "1";
            case "Boolean" -> "true";
            case "DateTime" -> "\"2026-01-01T00:00:00+08:00\"";
            case "Date" -> "\"2026-01-01\"";
            default -> "\"some\"";
        };
    }
}
