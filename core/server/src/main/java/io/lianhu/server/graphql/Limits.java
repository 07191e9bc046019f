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
import graphql.language.VariableReference;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much one document may ask for; every limit is checked before anything is executed.
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

    /** A limit that a document exceeds. */
    record Excess(String limit, long allowed) {}

    /** Checks what does not depend on variables. */
    Optional<Excess> shape(Document document) {
        Shape shape = new Shape(fragments(document));
        document.getDefinitionsOfType(OperationDefinition.class).forEach(operation -> {
            shape.directives += operation.getDirectives().size();
            shape.walk(operation.getSelectionSet(), 1, Set.of());
        });
        if (shape.depth > depth) {
            return Optional.of(new Excess("depth", depth));
        }
        if (shape.aliases > aliases) {
            return Optional.of(new Excess("aliases", aliases));
        }
        if (shape.directives > directives) {
            return Optional.of(new Excess("directives", directives));
        }
        return Optional.empty();
    }

    /** Checks the cost of an operation with its variables. */
    Optional<Excess> cost(Document document, OperationDefinition operation, Map<String, @Nullable Object> variables) {
        long asked = new Cost(fragments(document), variables, cost).of(operation.getSelectionSet(), Set.of());
        return asked > cost ? Optional.of(new Excess("cost", cost)) : Optional.empty();
    }

    private static Map<String, FragmentDefinition> fragments(Document document) {
        return document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .collect(Collectors.toMap(FragmentDefinition::getName, fragment -> fragment, (first, second) -> first));
    }

    private static Set<String> with(Set<String> seen, String name) {
        Set<String> more = new HashSet<>(seen);
        more.add(name);
        return more;
    }

    private final class Shape {
        private final Map<String, FragmentDefinition> fragments;
        private int depth;
        private int aliases;
        private int directives;
        private int visited;

        Shape(Map<String, FragmentDefinition> fragments) {
            this.fragments = fragments;
        }

        /** Fragments inside themselves are not walked: validation refuses them. */
        void walk(@Nullable SelectionSet selections, int level, Set<String> inside) {
            // nested fragments multiply: once a limit is passed, or the walk grows beyond what any sound document
            // needs, stop
            if (selections == null || depth > Limits.this.depth || ++visited > tokens) {
                return;
            }
            for (Selection<?> selection : selections.getSelections()) {
                if (selection instanceof Field field) {
                    directives += field.getDirectives().size();
                    aliases += field.getAlias() == null ? 0 : 1;
                    depth = Math.max(depth, level);
                    if (!field.getName().startsWith("__")) {
                        walk(field.getSelectionSet(), level + 1, inside);
                    }
                } else if (selection instanceof InlineFragment fragment) {
                    directives += fragment.getDirectives().size();
                    walk(fragment.getSelectionSet(), level, inside);
                } else if (selection instanceof FragmentSpread spread) {
                    directives += spread.getDirectives().size();
                    FragmentDefinition fragment = fragments.get(spread.getName());
                    if (fragment != null && !inside.contains(spread.getName())) {
                        walk(fragment.getSelectionSet(), level, with(inside, spread.getName()));
                    }
                }
            }
        }
    }

    private static final class Cost {
        private final Map<String, FragmentDefinition> fragments;
        private final Map<String, @Nullable Object> variables;
        private final long ceiling;

        Cost(Map<String, FragmentDefinition> fragments, Map<String, @Nullable Object> variables, long ceiling) {
            this.fragments = fragments;
            this.variables = variables;
            this.ceiling = ceiling;
        }

        long of(@Nullable SelectionSet selections, Set<String> inside) {
            long sum = 0;
            if (selections == null) {
                return sum;
            }
            for (Selection<?> selection : selections.getSelections()) {
                if (sum > ceiling) {
                    return sum;
                }
                if (selection instanceof Field field && !field.getName().startsWith("__")) {
                    sum += 1 + first(field) * of(field.getSelectionSet(), inside);
                } else if (selection instanceof InlineFragment fragment) {
                    sum += of(fragment.getSelectionSet(), inside);
                } else if (selection instanceof FragmentSpread spread && !inside.contains(spread.getName())) {
                    FragmentDefinition fragment = fragments.get(spread.getName());
                    sum += fragment == null ? 0 : of(fragment.getSelectionSet(), with(inside, spread.getName()));
                }
            }
            return sum;
        }

        private long first(Field field) {
            for (Argument argument : field.getArguments()) {
                if (argument.getName().equals("first")) {
                    return Math.max(1, number(argument.getValue()));
                }
            }
            return 1;
        }

        private long number(Value<?> value) {
            if (value instanceof IntValue literal) {
                return literal.getValue().longValue();
            }
            if (value instanceof VariableReference reference
                    && variables.get(reference.getName()) instanceof Number number) {
                return number.longValue();
            }
            return 1;
        }
    }
}
