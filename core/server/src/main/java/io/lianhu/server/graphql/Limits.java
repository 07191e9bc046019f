package io.lianhu.server.graphql;

import graphql.language.Argument;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.TypeName;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much one document may ask for; every limit is checked before anything is executed, in a time that grows with the document's length
 * and not with what its fragments unfold to.
 *
 * @param tokens lexical tokens
 * @param depth levels of fields, those below {@code __schema} and {@code __type} aside
 * @param aliases renamed fields
 * @param directives directives used
 * @param cost fields to be resolved, a list counting as often what is in it as its {@code first} says, else as it is long as a rule
 */
public record Limits(int tokens, int depth, int aliases, int directives, long cost) {

    /** What a document may ask for unless configured otherwise. */
    public static final Limits DEFAULT = new Limits(1_500, 10, 15, 50, 5_000);

    /** Above every limit, and far enough below the largest number to be added up and multiplied. */
    private static final long PLENTY = 1_000_000_000L;

    /** A limit that a document exceeds. */
    record Excess(String limit, long allowed) {}

    /** Checks what does not depend on variables. */
    Optional<Excess> shape(Document document) {
        Unfolding<Shape> shapes = new Unfolding<>(document, Shape.NONE, Limits::shape);
        Shape shape = document.getDefinitionsOfType(OperationDefinition.class).stream()
                .map(operation -> shapes.of(operation.getSelectionSet())
                        .beside(new Shape(0, 0, operation.getDirectives().size())))
                .reduce(Shape.NONE, Shape::beside);
        if (shape.depth() > depth) {
            return Optional.of(new Excess("depth", depth));
        }
        if (shape.aliases() > aliases) {
            return Optional.of(new Excess("aliases", aliases));
        }
        if (shape.directives() > directives) {
            return Optional.of(new Excess("directives", directives));
        }
        return Optional.empty();
    }

    /** Checks the cost of an operation with its variables; the document has to fit the schema. */
    Optional<Excess> cost(
            GraphQLSchema schema,
            Document document,
            OperationDefinition operation,
            Map<String, @Nullable Object> variables) {
        Lengths lengths = new Lengths(schema, document, operation, variables);
        long asked = new Unfolding<>(document, 0L, (selections, nested) -> cost(selections, nested, lengths))
                .of(operation.getSelectionSet());
        return asked > cost ? Optional.of(new Excess("cost", cost)) : Optional.empty();
    }

    private static Shape shape(SelectionSet selections, Function<Selection<?>, Shape> nested) {
        Shape sum = Shape.NONE;
        for (Selection<?> selection : selections.getSelections()) {
            if (selection instanceof Field field) {
                Shape below = isMeta(field) ? Shape.NONE : nested.apply(field);
                sum = sum.beside(new Shape(
                        below.depth() + 1,
                        below.aliases() + (field.getAlias() == null ? 0 : 1),
                        below.directives() + field.getDirectives().size()));
            } else {
                sum = sum.beside(nested.apply(selection)).beside(new Shape(0, 0, directives(selection)));
            }
        }
        return sum;
    }

    private static int directives(Selection<?> selection) {
        return selection instanceof FragmentSpread spread
                ? spread.getDirectives().size()
                : ((InlineFragment) selection).getDirectives().size();
    }

    private static long cost(SelectionSet selections, Function<Selection<?>, Long> nested, Lengths lengths) {
        long sum = 0;
        for (Selection<?> selection : selections.getSelections()) {
            if (!(selection instanceof Field field)) {
                sum += nested.apply(selection);
            } else if (!isMeta(field)) {
                sum += 1 + lengths.of(field) * nested.apply(field);
            }
            sum = Math.min(sum, PLENTY);
        }
        return sum;
    }

    private static boolean isMeta(Field field) {
        return field.getName().startsWith("__");
    }

    /** How far a selection reaches. */
    private record Shape(long depth, long aliases, long directives) {
        static final Shape NONE = new Shape(0, 0, 0);

        Shape beside(Shape other) {
            return new Shape(
                    Math.max(depth, other.depth),
                    Math.min(aliases + other.aliases, PLENTY),
                    Math.min(directives + other.directives, PLENTY));
        }
    }

    /**
     * Something measured of selections, in which each fragment counts as often as it is spread but is measured only once: fragments that
     * spread each other twice would otherwise take a time that doubles with each.
     */
    private static final class Unfolding<T> {
        private final Map<String, FragmentDefinition> fragments;
        private final Map<String, T> measured = new HashMap<>();
        private final T none;
        private final Measure<T> measure;

        @FunctionalInterface
        private interface Measure<T> {
            T of(SelectionSet selections, Function<Selection<?>, T> nested);
        }

        Unfolding(Document document, T none, Measure<T> measure) {
            this.fragments = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                    .collect(Collectors.toMap(
                            FragmentDefinition::getName, fragment -> fragment, (first, second) -> first));
            this.none = none;
            this.measure = measure;
        }

        T of(@Nullable SelectionSet selections) {
            return selections == null ? none : measure.of(selections, this::nested);
        }

        private T nested(Selection<?> selection) {
            if (selection instanceof Field field) {
                return of(field.getSelectionSet());
            }
            if (selection instanceof InlineFragment fragment) {
                return of(fragment.getSelectionSet());
            }
            return spread(((FragmentSpread) selection).getName());
        }

        private T spread(String name) {
            T known = measured.get(name);
            if (known != null) {
                return known;
            }
            measured.put(name, none); // within itself a fragment counts for nothing: validation refuses it
            FragmentDefinition fragment = fragments.get(name);
            T result = fragment == null ? none : of(fragment.getSelectionSet());
            measured.put(name, result);
            return result;
        }
    }

    /**
     * How often a field brings what is in it: a page as often as its {@code first} says, by a literal, a variable or a default; another
     * list as often as its {@code @size} says; anything else once.
     */
    private static final class Lengths {

        /** Of a list of which the schema says nothing. */
        private static final int USUAL = 10;

        private final GraphQLSchema schema;
        private final Map<String, @Nullable Object> variables;
        private final Map<String, Value<?>> defaults = new HashMap<>();
        private final Map<Field, Long> lengths = new HashMap<>(); // by identity: nodes are equal to themselves alone

        Lengths(
                GraphQLSchema schema,
                Document document,
                OperationDefinition operation,
                Map<String, @Nullable Object> variables) {
            this.schema = schema;
            this.variables = variables;
            for (VariableDefinition definition : operation.getVariableDefinitions()) {
                if (definition.getDefaultValue() != null) {
                    defaults.put(definition.getName(), definition.getDefaultValue());
                }
            }
            measure(root(operation), operation.getSelectionSet());
            document.getDefinitionsOfType(FragmentDefinition.class)
                    .forEach(fragment ->
                            measure(type(fragment.getTypeCondition().getName()), fragment.getSelectionSet()));
        }

        long of(Field field) {
            return lengths.getOrDefault(field, 1L);
        }

        private @Nullable GraphQLType root(OperationDefinition operation) {
            return switch (operation.getOperation()) {
                case QUERY -> schema.getQueryType();
                case MUTATION -> schema.getMutationType();
                case SUBSCRIPTION -> schema.getSubscriptionType();
            };
        }

        private @Nullable GraphQLType type(String name) {
            return schema.getType(name);
        }

        private void measure(@Nullable GraphQLType type, @Nullable SelectionSet selections) {
            if (selections == null || !(type instanceof GraphQLFieldsContainer parent)) {
                return;
            }
            for (Selection<?> selection : selections.getSelections()) {
                if (selection instanceof InlineFragment fragment) {
                    TypeName condition = fragment.getTypeCondition();
                    measure(condition == null ? parent : type(condition.getName()), fragment.getSelectionSet());
                } else if (selection instanceof Field field) {
                    GraphQLFieldDefinition definition = parent.getFieldDefinition(field.getName());
                    if (definition != null) {
                        lengths.put(field, length(parent, definition, field));
                        measure(GraphQLTypeUtil.unwrapAll(definition.getType()), field.getSelectionSet());
                    }
                }
            }
        }

        private long length(GraphQLFieldsContainer parent, GraphQLFieldDefinition definition, Field field) {
            GraphQLArgument first = definition.getArgument("first");
            if (first != null) {
                return first(first, field);
            }
            boolean counted = parent.getName().endsWith("Connection"); // by the page's own first
            if (counted || !GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(definition.getType()))) {
                return 1;
            }
            GraphQLAppliedDirective size = definition.getAppliedDirective("size");
            return size == null ? USUAL : Math.max(1, size.getArgument("usual").<Integer>getValue());
        }

        private long first(GraphQLArgument declared, Field field) {
            for (Argument argument : field.getArguments()) {
                if (argument.getName().equals(declared.getName())) {
                    return number(argument.getValue());
                }
            }
            return declared.getArgumentDefaultValue().getValue() instanceof Value<?> literal ? number(literal) : 1;
        }

        private long number(@Nullable Value<?> value) {
            if (value instanceof IntValue literal) {
                return bounded(literal.getValue());
            }
            if (value instanceof VariableReference reference) {
                return variables.get(reference.getName()) instanceof Number given
                        ? Math.max(1, Math.min(PLENTY, given.longValue()))
                        : number(defaults.get(reference.getName()));
            }
            return 1;
        }

        private static long bounded(BigInteger value) {
            return value.max(BigInteger.ONE).min(BigInteger.valueOf(PLENTY)).longValue();
        }
    }
}
