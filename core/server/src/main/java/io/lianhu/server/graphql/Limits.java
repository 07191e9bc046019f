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
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
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
 * @param cost fields to be resolved at most, a list counting its {@code first} times what is in it
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

    /** Checks the cost of an operation with its variables. */
    Optional<Excess> cost(Document document, OperationDefinition operation, Map<String, @Nullable Object> variables) {
        Pages pages = Pages.of(operation, variables);
        long asked = new Unfolding<>(document, 0L, (selections, nested) -> cost(selections, nested, pages))
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

    private static long cost(SelectionSet selections, Function<Selection<?>, Long> nested, Pages pages) {
        long sum = 0;
        for (Selection<?> selection : selections.getSelections()) {
            if (!(selection instanceof Field field)) {
                sum += nested.apply(selection);
            } else if (!isMeta(field)) {
                sum += 1 + pages.first(field) * nested.apply(field);
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

    /** How many of a list are asked for, by a literal, a variable or the variable's default. */
    private record Pages(Map<String, Value<?>> defaults, Map<String, @Nullable Object> variables) {

        static Pages of(OperationDefinition operation, Map<String, @Nullable Object> variables) {
            Map<String, Value<?>> defaults = new HashMap<>();
            for (VariableDefinition definition : operation.getVariableDefinitions()) {
                if (definition.getDefaultValue() != null) {
                    defaults.put(definition.getName(), definition.getDefaultValue());
                }
            }
            return new Pages(defaults, variables);
        }

        /** From 1 to {@link #PLENTY}; a list that does not say counts as one. */
        long first(Field field) {
            for (Argument argument : field.getArguments()) {
                if (argument.getName().equals("first")) {
                    return number(argument.getValue());
                }
            }
            return 1;
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
