package io.lianhu.server.graphql;

import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.language.AbstractDescribedNode;
import graphql.language.Argument;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.EnumTypeDefinition;
import graphql.language.EnumValue;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.InterfaceTypeDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.ObjectTypeExtensionDefinition;
import graphql.language.StringValue;
import graphql.language.Type;
import graphql.language.TypeDefinition;
import graphql.language.TypeName;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLSchema;
import graphql.schema.TypeResolver;
import graphql.schema.idl.FieldWiringEnvironment;
import graphql.schema.idl.InterfaceWiringEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.WiringFactory;
import graphql.schema.idl.errors.SchemaProblem;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes one schema of many contributions, or says everything that keeps it from becoming one. */
final class SchemaComposer {

    /** Names of fields that tell something of a person: such a field is masked, or it is not served. */
    private static final Pattern TELLING =
            Pattern.compile("(?i).*(telephone|phone|mobile|id_?number|id_?card|national_?id|address|birth).*");

    private static final Set<String> ROOTS = Set.of("Query", "Mutation", "Subscription");

    private final Collection<Contribution> contributions;
    private final Limits limits;
    private final List<String> faults = new ArrayList<>();
    private final TypeDefinitionRegistry registry = new TypeDefinitionRegistry();
    private final Map<String, Set<Role>> holders = new HashMap<>();
    private final Map<String, String> permissions = new HashMap<>();
    private final Map<String, NodeBinding> nodes = new HashMap<>();
    private final Map<String, Masking> maskings = new HashMap<>();
    private final Map<String, Contribution> binders = new HashMap<>();

    /** Who wrote each type, and each {@code Type.field}, into the schema: nobody else may bind it. */
    private final Map<String, Contribution> definers = new HashMap<>();

    /** A node type's loader and whose it is. */
    record NodeBinding(io.lianhu.sdk.GraphqlModule.NodeLoader<?> loader, Bindings bindings) {}

    SchemaComposer(Collection<Contribution> contributions, Limits limits) {
        this.contributions = contributions;
        this.limits = limits;
    }

    Engine compose() {
        checkPrefixes();
        contributions.forEach(this::declare);
        contributions.forEach(this::merge);
        contributions.forEach(this::bind);
        checkNodes();
        checkMutations();
        checkConnections();
        Optional<GraphQLSchema> schema = schema();
        if (!faults.isEmpty() || schema.isEmpty()) {
            throw new CompositionException(faults);
        }
        return new Engine(
                schema.get(),
                contributions.stream().map(Contribution::messages).toList(),
                Map.copyOf(holders),
                Map.copyOf(permissions),
                limits);
    }

    /** Empty where graphql-java found faults of its own. */
    private Optional<GraphQLSchema> schema() {
        RuntimeWiring wiring = RuntimeWiring.newRuntimeWiring()
                .scalar(Scalars.DATE_TIME)
                .scalar(Scalars.DATE)
                .scalar(Scalars.LONG)
                .wiringFactory(new Wiring())
                .build();
        try {
            return Optional.of(new SchemaGenerator().makeExecutableSchema(registry, wiring));
        } catch (SchemaProblem problem) {
            problem.getErrors().stream().map(GraphQLError::getMessage).sorted().forEach(faults::add);
        } catch (GraphQLException unsound) {
            faults.add(String.valueOf(unsound.getMessage()));
        }
        return Optional.empty();
    }

    /** By its prefix a name is known to be somebody's: so none may begin another. */
    private void checkPrefixes() {
        for (Contribution one : contributions) {
            contributions.stream()
                    .filter(other -> !other.equals(one) && !one.prefix().isEmpty())
                    .filter(other -> other.prefix().startsWith(one.prefix()))
                    .forEach(other -> faults.add(other.id() + ": the prefix " + other.prefix() + " begins with "
                            + one.prefix() + ", the prefix of " + one.id()));
        }
    }

    private void declare(Contribution contribution) {
        holders.put(Engine.ANYONE, Set.of());
        holders.put(Engine.PERSON, Set.of());
        holders.put(Engine.MEMBER, Set.of(Role.values()));
        for (Permission permission : contribution.permissions()) {
            if (!contribution.prefix().isEmpty() && !permission.name().startsWith(contribution.prefix() + ":")) {
                faults.add(contribution.id() + ": permission " + permission.name() + " lacks the prefix "
                        + contribution.prefix() + ":");
            } else if (holders.putIfAbsent(permission.name(), permission.holders()) != null) {
                faults.add(contribution.id() + ": permission " + permission.name() + " is defined already");
            }
        }
        contribution
                .messages()
                .lonely()
                .forEach(key -> faults.add(contribution.id() + ": the text " + key + " is missing in one language"));
    }

    private void merge(Contribution contribution) {
        if (contribution.sdl().isBlank()) {
            return; // a plugin may only listen to events
        }
        try {
            TypeDefinitionRegistry own = new SchemaParser().parse(contribution.sdl());
            own.types().keySet().forEach(name -> definers.putIfAbsent(name, contribution));
            own.types().values().forEach(type -> check(contribution, type));
            own.objectTypeExtensions()
                    .values()
                    .forEach(extensions -> extensions.forEach(extension -> check(contribution, extension)));
            if (!contribution.prefix().isEmpty()) {
                own.interfaceTypeExtensions().keySet().forEach(name -> foreign(contribution, name));
                own.enumTypeExtensions().keySet().forEach(name -> foreign(contribution, name));
                own.inputObjectTypeExtensions().keySet().forEach(name -> foreign(contribution, name));
                own.unionTypeExtensions().keySet().forEach(name -> foreign(contribution, name));
                own.getDirectiveDefinitions().keySet().forEach(name -> foreign(contribution, "@" + name));
                own.scalars().keySet().stream()
                        .filter(name -> !graphql.schema.idl.ScalarInfo.isGraphqlSpecifiedScalar(name))
                        .forEach(name -> foreign(contribution, name));
                if (own.schemaDefinition().isPresent()
                        || !own.getSchemaExtensionDefinitions().isEmpty()) {
                    foreign(contribution, "schema"); // it would choose the roots anew, for everybody
                    own.schemaDefinition().ifPresent(own::remove);
                    List.copyOf(own.getSchemaExtensionDefinitions()).forEach(own::remove);
                }
            }
            // taken out, so that the rest is merged and its own faults come to light
            own.types().values().stream()
                    .filter(type -> registry.getTypeOrNull(type.getName()) != null)
                    .toList()
                    .forEach(type -> {
                        faults.add(contribution.id() + ": type " + type.getName() + " is defined already");
                        own.remove(type);
                    });
            registry.merge(own);
        } catch (SchemaProblem problem) {
            problem.getErrors().forEach(error -> faults.add(contribution.id() + ": " + error.getMessage()));
        }
    }

    private void foreign(Contribution contribution, String name) {
        faults.add(contribution.id() + ": may not define or extend " + name);
    }

    /** Looks at a definition, or at an extension of an object type. */
    @SuppressWarnings("rawtypes") // graphql-java's own tree is raw here
    private void check(Contribution contribution, TypeDefinition type) {
        String prefix = contribution.prefix();
        String name = type.getName();
        boolean extension = type instanceof ObjectTypeExtensionDefinition;
        boolean guest = extension && !prefix.isEmpty() && !contribution.equals(definers.get(name));
        if (!extension) {
            if (!name.startsWith(capital(prefix))) {
                faults.add(contribution.id() + ": type " + name + " lacks the prefix " + capital(prefix));
            }
            described(contribution, name, (AbstractDescribedNode<?>) type);
        }
        if (type instanceof ObjectTypeDefinition object) {
            if (guest && !object.getImplements().isEmpty()) {
                faults.add(contribution.id() + ": may not let " + name + " implement anything");
            }
            for (FieldDefinition field : object.getFieldDefinitions()) {
                String full = name + "." + field.getName();
                if (guest && !field.getName().startsWith(prefix)) {
                    faults.add(contribution.id() + ": field " + full + " lacks the prefix " + prefix);
                }
                describedField(contribution, full, field);
                permission(contribution, full, field, ROOTS.contains(name) || guest);
                personal(contribution, full, field);
                definers.putIfAbsent(full, contribution);
            }
        } else if (type instanceof InterfaceTypeDefinition contract) {
            contract.getFieldDefinitions()
                    .forEach(field -> describedField(contribution, name + "." + field.getName(), field));
        } else if (type instanceof InputObjectTypeDefinition input) {
            input.getInputValueDefinitions()
                    .forEach(value -> described(contribution, name + "." + value.getName(), value));
        } else if (type instanceof EnumTypeDefinition enumeration) {
            enumeration
                    .getEnumValueDefinitions()
                    .forEach(value -> described(contribution, name + "." + value.getName(), value));
        }
    }

    private void describedField(Contribution contribution, String full, FieldDefinition field) {
        described(contribution, full, field);
        for (InputValueDefinition argument : field.getInputValueDefinitions()) {
            described(contribution, full + "(" + argument.getName() + ":)", argument);
        }
    }

    private void described(Contribution contribution, String name, AbstractDescribedNode<?> node) {
        boolean bare = node.getDescription() == null;
        if (bare && !(ROOTS.contains(name) && contribution.prefix().isEmpty())) {
            faults.add(contribution.id() + ": " + name + " has no description");
        }
    }

    private void permission(Contribution contribution, String full, DirectivesContainer<?> field, boolean needed) {
        Optional<String> name = field.getDirectives("permission").stream()
                .flatMap(directive -> directive.getArguments().stream())
                .filter(argument -> argument.getName().equals("name"))
                .map(Argument::getValue)
                .filter(StringValue.class::isInstance)
                .map(value -> ((StringValue) value).getValue())
                .findFirst();
        if (name.isEmpty() && needed) {
            faults.add(contribution.id() + ": " + full + " names no permission");
        }
        name.ifPresent(permission -> {
            if (!holders.containsKey(permission)) {
                faults.add(contribution.id() + ": " + full + " names the unknown permission " + permission);
            }
            permissions.put(full, permission);
        });
    }

    private void personal(Contribution contribution, String full, FieldDefinition field) {
        if (field.hasDirective("revealed")) {
            if (!contribution.prefix().isEmpty()) {
                faults.add(contribution.id() + ": " + full + " may not show personal data clear");
            }
            return;
        }
        List<Directive> marks = field.getDirectives("personal");
        if (marks.isEmpty()
                && !field.hasDirective("impersonal")
                && TELLING.matcher(field.getName()).matches()) {
            faults.add(contribution.id() + ": " + full
                    + " sounds like personal data, and is neither @personal nor @impersonal");
        }
        for (Directive mark : marks) {
            Argument kind = mark.getArgument("kind");
            Argument clear = mark.getArgument("clear");
            if (kind != null
                    && kind.getValue() instanceof EnumValue constant
                    && Stream.of(Masking.Kind.values())
                            .anyMatch(one -> one.name().equals(constant.getName()))) {
                String permission =
                        clear != null && clear.getValue() instanceof StringValue text ? text.getValue() : null;
                if (permission != null && !holders.containsKey(permission)) {
                    faults.add(contribution.id() + ": " + full + " names the unknown permission " + permission);
                }
                maskings.put(full, new Masking(Masking.Kind.valueOf(constant.getName()), permission));
            } else {
                faults.add(contribution.id() + ": " + full + " does not say which kind of personal data it is");
            }
        }
    }

    private void bind(Contribution contribution) {
        Bindings bindings = contribution.bindings();
        Set<String> fields = new HashSet<>(bindings.resolvers.keySet());
        fields.addAll(bindings.batches.keySet());
        fields.stream()
                .filter(full -> ROOTS.contains(full.substring(0, full.indexOf('.'))))
                .forEach(full -> faults.add(
                        contribution.id() + ": " + full + " is a field of a root, and bound as" + " another type's"));
        Set<String> bound = new HashSet<>(fields);
        bindings.queries.keySet().forEach(field -> bound.add("Query." + field));
        bindings.mutations.keySet().forEach(field -> bound.add("Mutation." + field));
        bindings.subscriptions.keySet().forEach(field -> bound.add("Subscription." + field));
        for (String full : bound) {
            Contribution definer = definers.get(full);
            if (definer == null) {
                faults.add(contribution.id() + ": " + full + " is bound, but not in the schema");
            } else if (!contribution.equals(definer)) {
                faults.add(contribution.id() + ": " + full + " is bound, but was defined by " + definer.id());
            } else {
                binders.put(full, contribution);
            }
        }
        bindings.nodes.forEach((type, loader) -> {
            Contribution definer = definers.get(type);
            if (!isNode(type)) {
                faults.add(contribution.id() + ": " + type + " has a loader, but is no type that implements Node");
            } else if (!contribution.equals(definer)) {
                faults.add(contribution.id() + ": " + type + " has a loader, but was not defined here");
            } else {
                nodes.put(type, new NodeBinding(loader, bindings));
            }
        });
    }

    private void checkNodes() {
        definers.forEach((type, definer) -> {
            if (isNode(type) && !nodes.containsKey(type)) {
                faults.add(definer.id() + ": " + type + " implements Node, but has no loader");
            }
        });
    }

    private boolean isNode(String type) {
        return parts(type).stream()
                .flatMap(part -> part.getImplements().stream())
                .anyMatch(contract ->
                        contract instanceof TypeName name && name.getName().equals("Node"));
    }

    /** An object type's definition and extensions; nothing for what is none. */
    private List<ObjectTypeDefinition> parts(String type) {
        List<ObjectTypeDefinition> parts = new ArrayList<>();
        if (registry.getTypeOrNull(type) instanceof ObjectTypeDefinition object) {
            parts.add(object);
        }
        parts.addAll(registry.objectTypeExtensions().getOrDefault(type, List.of()));
        return parts;
    }

    private List<FieldDefinition> fields(String type) {
        return parts(type).stream()
                .flatMap(part -> part.getFieldDefinitions().stream())
                .toList();
    }

    private void checkMutations() {
        for (FieldDefinition field : fields("Mutation")) {
            String full = "Mutation." + field.getName();
            List<InputValueDefinition> arguments = field.getInputValueDefinitions();
            if (arguments.size() != 1
                    || !arguments.get(0).getName().equals("input")
                    || !(arguments.get(0).getType() instanceof NonNullType)) {
                faults.add(full + " does not take exactly one argument, input, that is non-null");
            } else if (!(registry.getTypeOrNull(named(arguments.get(0).getType()))
                            instanceof InputObjectTypeDefinition input)
                    || input.getInputValueDefinitions().stream()
                            .noneMatch(value -> value.getName().equals("idempotencyKey"))) {
                faults.add(full + ": its input has no idempotencyKey");
            }
            if (fields(named(field.getType())).stream().noneMatch(part -> nodes.containsKey(named(part.getType())))) {
                faults.add(full + ": its payload has no field of a node type");
            }
            if (!binders.containsKey(full)) {
                faults.add(full + " has no resolver");
            }
        }
        for (String root : List.of("Query", "Subscription")) {
            for (FieldDefinition field : fields(root)) {
                String full = root + "." + field.getName();
                if (!full.equals("Query.node") && !binders.containsKey(full)) {
                    faults.add(full + " has no resolver");
                }
            }
        }
    }

    private void checkConnections() {
        registry.types().keySet().stream()
                .flatMap(type -> fields(type).stream().map(field -> Map.entry(type, field)))
                .filter(entry -> named(entry.getValue().getType()).endsWith("Connection"))
                .filter(entry -> entry.getValue().getInputValueDefinitions().stream()
                        .noneMatch(argument ->
                                argument.getName().equals("first") && argument.getType() instanceof NonNullType))
                .forEach(entry -> faults.add(
                        entry.getKey() + "." + entry.getValue().getName() + " is a connection without first: Int!"));
    }

    private static String capital(String prefix) {
        return prefix.isEmpty() ? "" : prefix.substring(0, 1).toUpperCase(Locale.ROOT) + prefix.substring(1);
    }

    static String named(Type<?> type) {
        if (type instanceof NonNullType nonNull) {
            return named(nonNull.getType());
        }
        if (type instanceof ListType list) {
            return named(list.getType());
        }
        return ((TypeName) type).getName();
    }

    private static boolean isList(Type<?> type) {
        return type instanceof NonNullType nonNull ? isList(nonNull.getType()) : type instanceof ListType;
    }

    /** Chooses each field's fetcher. */
    private final class Wiring implements WiringFactory {

        private final Fetchers fetchers = new Fetchers(Map.copyOf(nodes));

        @Override
        public boolean providesDataFetcher(FieldWiringEnvironment environment) {
            return true;
        }

        @Override
        public DataFetcher<?> getDataFetcher(FieldWiringEnvironment environment) {
            String type = environment.getParentType().getName();
            FieldDefinition field = environment.getFieldDefinition();
            String full = type + "." + field.getName();
            Masking masking = maskings.get(full);
            DataFetcher<?> plain = fetcher(type, field, full);
            DataFetcher<?> fetcher = masking == null ? plain : fetchers.masked(masking, plain);
            String permission = permissions.get(full);
            return permission == null || permission.equals(Engine.ANYONE)
                    ? fetcher
                    : fetchers.guarded(permission, fetcher);
        }

        private DataFetcher<?> fetcher(String type, FieldDefinition field, String full) {
            String result = named(field.getType());
            if (full.equals("Query.node")) {
                return fetchers.anyNode();
            }
            Contribution binder = binders.get(full);
            if (binder != null) {
                return bound(binder.bindings(), type, field.getName(), full, result);
            }
            if (field.getName().equals("id") && result.equals("ID") && nodes.containsKey(type)) {
                return fetchers.globalId(type);
            }
            if (nodes.containsKey(result) && !isList(field.getType())) {
                return fetchers.reference(field.getName(), result);
            }
            return fetchers.property(field.getName());
        }

        @SuppressWarnings("NullAway") // a binder holds the field in one of its maps
        private DataFetcher<?> bound(Bindings bindings, String type, String field, String full, String result) {
            return switch (type) {
                case "Query" -> fetchers.resolver(bindings.queries.get(field), bindings);
                case "Mutation" -> fetchers.mutation(field, changed(result), bindings.mutations.get(field), bindings);
                case "Subscription" -> fetchers.subscription(bindings.subscriptions.get(field), result, bindings);
                default -> {
                    var batch = bindings.batches.get(full);
                    yield batch != null
                            ? fetchers.batch(full, batch, bindings)
                            : fetchers.resolver(bindings.resolvers.get(full), bindings);
                }
            };
        }

        /** The node type that a payload tells of. */
        private String changed(String payload) {
            return fields(payload).stream()
                    .map(part -> named(part.getType()))
                    .filter(nodes::containsKey)
                    .findFirst()
                    .orElse("");
        }

        @Override
        public boolean providesTypeResolver(InterfaceWiringEnvironment environment) {
            return environment.getInterfaceTypeDefinition().getName().equals("Node");
        }

        @Override
        public @Nullable TypeResolver getTypeResolver(InterfaceWiringEnvironment environment) {
            return resolution -> resolution.getSchema().getObjectType(resolution.getLocalContext());
        }
    }
}
