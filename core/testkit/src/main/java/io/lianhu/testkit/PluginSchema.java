package io.lianhu.testkit;

import graphql.language.AbstractDescribedNode;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.ImplementingTypeDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.NamedNode;
import graphql.language.ObjectTypeExtensionDefinition;
import graphql.language.StringValue;
import graphql.language.TypeDefinition;
import graphql.parser.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a plugin's SDL says, and what is wrong with it. */
final class PluginSchema {
    private static final Set<String> ROOTS = Set.of("Query", "Mutation", "Subscription");

    private final String prefix;
    private final String capital;
    private final Document document;

    PluginSchema(String sdl, String prefix) {
        this.prefix = prefix;
        this.capital = prefix.substring(0, 1).toUpperCase(Locale.ROOT) + prefix.substring(1);
        this.document = sdl.isBlank() ? Document.newDocument().build() : new Parser().parseDocument(sdl);
    }

    private boolean isRoot(ImplementingTypeDefinition<?> type) {
        return ROOTS.contains(type.getName());
    }

    /** Extends what is not the plugin's own. */
    private boolean isForeign(ImplementingTypeDefinition<?> type) {
        return type instanceof ObjectTypeExtensionDefinition && !type.getName().startsWith(capital);
    }

    private List<ImplementingTypeDefinition<?>> composites() {
        List<ImplementingTypeDefinition<?>> composites = new ArrayList<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof ImplementingTypeDefinition<?> type) {
                composites.add(type);
            }
        }
        return composites;
    }

    /** The names of the types that the plugin defines. */
    Set<String> types() {
        Set<String> types = new TreeSet<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof TypeDefinition<?> type
                    && !definition.getClass().getSimpleName().contains("Extension")) {
                types.add(type.getName());
            }
        }
        return types;
    }

    /** The fields that it adds to types of others, as {@code Query.points}. */
    Set<String> addedFields() {
        Set<String> fields = new TreeSet<>();
        for (ImplementingTypeDefinition<?> type : composites()) {
            if (isForeign(type)) {
                type.getFieldDefinitions().forEach(field -> fields.add(type.getName() + "." + field.getName()));
            }
        }
        return fields;
    }

    /** The permissions of the root fields, as {@code Query.points}; empty where a field names none. */
    Map<String, String> rootPermissions() {
        Map<String, String> permissions = new TreeMap<>();
        for (ImplementingTypeDefinition<?> type : composites()) {
            if (isRoot(type)) {
                type.getFieldDefinitions()
                        .forEach(field -> permissions.put(type.getName() + "." + field.getName(), permission(field)));
            }
        }
        return permissions;
    }

    private static String permission(FieldDefinition field) {
        return field.getDirectives("permission").stream()
                .map(directive -> directive.getArgument("name"))
                .filter(argument -> argument != null && argument.getValue() instanceof StringValue)
                .map(argument -> ((StringValue) argument.getValue()).getValue())
                .findFirst()
                .orElse("");
    }

    /** Types, and fields of others' types, that do not begin with the prefix. */
    List<String> unprefixed() {
        List<String> faults = new ArrayList<>();
        types().stream().filter(type -> !type.startsWith(capital)).forEach(faults::add);
        for (String field : addedFields()) {
            if (!field.substring(field.indexOf('.') + 1).startsWith(prefix)) {
                faults.add(field);
            }
        }
        return faults;
    }

    /** Types, fields, arguments and values without a description. */
    List<String> undescribed() {
        List<String> faults = new ArrayList<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof AbstractDescribedNode<?> described
                    && definition instanceof NamedNode<?> named
                    && types().contains(named.getName())) {
                check(named.getName(), described, faults);
            }
            if (definition instanceof ImplementingTypeDefinition<?> type) {
                type.getFieldDefinitions().forEach(field -> checkField(type.getName(), field, faults));
            } else if (definition instanceof InputObjectTypeDefinition input) {
                checkValues(input.getName() + ".", input.getInputValueDefinitions(), faults);
            } else if (definition instanceof EnumTypeDefinition choices) {
                choices.getEnumValueDefinitions()
                        .forEach(value -> check(choices.getName() + "." + value.getName(), value, faults));
            }
        }
        return faults;
    }

    private static void checkField(String type, FieldDefinition field, List<String> faults) {
        check(type + "." + field.getName(), field, faults);
        checkValues(type + "." + field.getName() + " ", field.getInputValueDefinitions(), faults);
    }

    private static void checkValues(String before, List<InputValueDefinition> values, List<String> faults) {
        values.forEach(value -> check(before + value.getName(), value, faults));
    }

    private static void check(String name, AbstractDescribedNode<?> node, List<String> faults) {
        if (node.getDescription() == null || node.getDescription().getContent().isBlank()) {
            faults.add(name);
        }
    }
}
