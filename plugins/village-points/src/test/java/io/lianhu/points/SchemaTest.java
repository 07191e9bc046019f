package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import graphql.language.Directive;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.ObjectTypeExtensionDefinition;
import graphql.language.SDLDefinition;
import graphql.language.StringValue;
import graphql.parser.Parser;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SchemaTest {

    @SuppressWarnings("rawtypes") // graphql-java's own tree is raw here
    private static final List<SDLDefinition> DEFINITIONS =
            new Parser().parseDocument(PluginFiles.text("schema.graphqls")).getDefinitionsOfType(SDLDefinition.class);

    @Test
    void every_field_added_to_a_core_type_asks_for_a_permission_that_is_defined() {
        Set<String> defined =
                PointsPermissions.ALL.stream().map(Permission::name).collect(Collectors.toSet());
        Set<String> asked = new HashSet<>();
        extensions().flatMap(type -> type.getFieldDefinitions().stream()).forEach(field -> {
            List<Directive> permission = field.getDirectives("permission");
            assertEquals(1, permission.size(), field.getName());
            asked.add(((StringValue) permission.get(0).getArgument("name").getValue()).getValue());
        });
        assertEquals(defined, asked);
    }

    @Test
    void every_mutation_takes_one_input_with_an_idempotency_key_and_returns_its_payload() {
        Set<String> keyed = DEFINITIONS.stream()
                .filter(InputObjectTypeDefinition.class::isInstance)
                .map(InputObjectTypeDefinition.class::cast)
                .filter(type -> type.getInputValueDefinitions().stream()
                        .anyMatch(field -> field.getName().equals("idempotencyKey")))
                .map(InputObjectTypeDefinition::getName)
                .collect(Collectors.toSet());
        Set<String> expected = extension("Mutation").stream()
                .map(name -> Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Input")
                .collect(Collectors.toSet());
        assertEquals(expected, keyed);
    }

    @Test
    void every_root_field_and_every_node_type_has_a_resolver_and_no_other_is_bound() {
        RecordingModule bound = PluginFiles.bound();
        assertEquals(extension("Query"), bound.queries);
        assertEquals(extension("Mutation"), bound.mutations);
        Set<String> nodes = DEFINITIONS.stream()
                .filter(ObjectTypeDefinition.class::isInstance)
                .map(ObjectTypeDefinition.class::cast)
                .filter(type -> !type.getImplements().isEmpty())
                .map(ObjectTypeDefinition::getName)
                .collect(Collectors.toSet());
        assertEquals(nodes, bound.nodes);
        Set<String> fields = DEFINITIONS.stream()
                .flatMap(definition -> definition instanceof ObjectTypeDefinition type
                        ? type.getFieldDefinitions().stream().map(field -> type.getName() + "." + field.getName())
                        : Stream.empty())
                .collect(Collectors.toSet());
        extension("Case").forEach(field -> fields.add("Case." + field));
        assertTrue(fields.containsAll(bound.fields), bound.fields.toString());
    }

    private static Stream<ObjectTypeExtensionDefinition> extensions() {
        return DEFINITIONS.stream()
                .filter(ObjectTypeExtensionDefinition.class::isInstance)
                .map(ObjectTypeExtensionDefinition.class::cast);
    }

    private static Set<String> extension(String type) {
        return extensions()
                .filter(extension -> extension.getName().equals(type))
                .flatMap(extension -> extension.getFieldDefinitions().stream())
                .map(FieldDefinition::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Notes what is bound. */
    static final class RecordingModule implements GraphqlModule {
        final Set<String> queries = new TreeSet<>();
        final Set<String> mutations = new TreeSet<>();
        final Set<String> fields = new TreeSet<>();
        final Set<String> nodes = new TreeSet<>();

        @Override
        public <T> GraphqlModule query(String field, Resolver<T> resolver) {
            queries.add(field);
            return this;
        }

        @Override
        public GraphqlModule mutation(String field, MutationResolver resolver) {
            mutations.add(field);
            return this;
        }

        @Override
        public <T> GraphqlModule field(String type, String field, Resolver<T> resolver) {
            fields.add(type + "." + field);
            return this;
        }

        @Override
        public <S, T> GraphqlModule batch(String type, String field, BatchResolver<S, T> resolver) {
            fields.add(type + "." + field);
            return this;
        }

        @Override
        public <T> GraphqlModule node(String type, NodeLoader<T> loader) {
            nodes.add(type);
            return this;
        }
    }
}
