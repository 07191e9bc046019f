package io.lianhu.server.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.ParseAndValidate;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import graphql.parser.exceptions.ParseCancelledTooDeepException;
import graphql.parser.exceptions.ParseCancelledTooManyCharsException;
import graphql.schema.GraphQLSchema;
import graphql.schema.PropertyDataFetcher;
import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Role;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/** One composed schema, and the documents that were already read and checked against it. Immutable but for that cache. */
public final class Engine {

    /** Characters of the documents kept, all together: clients send few different ones, and an attacker's must not fill the heap. */
    private static final int KEPT = 500_000;

    private static final int CHARACTERS = 100_000;

    /** How a permission's name in the schema stands for "no token needed", and for "any valid token". */
    static final String ANYONE = "anyone";

    static final String PERSON = "person";

    /** Any member of the county: whoever holds a post there, or is one of its approved residents. */
    static final String MEMBER = "member";

    private final GraphQL graphql;
    private final GraphQLSchema schema;
    private final List<Messages> messages;
    private final Map<String, Set<Role>> holders;
    private final Map<String, String> rootPermissions;
    private final Limits limits;
    private final ParserOptions parserOptions;
    private final Map<String, PreparedDocument> documents = new ConcurrentHashMap<>();
    private final AtomicInteger kept = new AtomicInteger();

    Engine(
            GraphQLSchema schema,
            List<Messages> messages,
            Map<String, Set<Role>> holders,
            Map<String, String> rootPermissions,
            Limits limits) {
        this.schema = schema;
        this.messages = messages;
        this.holders = holders;
        this.rootPermissions = rootPermissions;
        this.limits = limits;
        this.parserOptions = ParserOptions.getDefaultParserOptions()
                .transform(options ->
                        options.maxTokens(limits.tokens()).maxRuleDepth(200).maxCharacters(CHARACTERS));
        this.graphql = GraphQL.newGraphQL(schema)
                .preparsedDocumentProvider(
                        (input, ignored) -> CompletableFuture.completedFuture(input.getGraphQLContext()
                                .<GraphqlRequest>get(GraphqlRequest.class)
                                .document()
                                .entry()))
                .defaultDataFetcherExceptionHandler(new ErrorRenderer())
                .build();
    }

    /** Composes contributions, the core's first. Blocks for some milliseconds: for worker threads. */
    public static Engine compose(Collection<Contribution> contributions, Limits limits) {
        return new SchemaComposer(contributions, limits).compose();
    }

    /**
     * Drops what graphql-java remembers of the classes whose properties it has read; with them it holds on to the class loaders of
     * plugins that are gone. To be called after a plugin was unloaded.
     */
    public static void forgetAccessors() {
        PropertyDataFetcher.clearReflectionCache();
    }

    /** Which roles hold a permission, by the core's and these plugins' definitions. */
    public Actor.PermissionBook permissions() {
        return permission -> holders.getOrDefault(permission, Set.of());
    }

    /** The SDL as clients would print it. */
    public String print() {
        return new graphql.schema.idl.SchemaPrinter().print(schema);
    }

    Optional<String> rootPermission(String typeAndField) {
        return Optional.ofNullable(rootPermissions.get(typeAndField));
    }

    Optional<String> text(String key, Locale locale, Map<String, ?> params) {
        return messages.stream()
                .flatMap(some -> some.text(key, locale, params).stream())
                .findFirst();
    }

    /** Reads and checks a document; a sound one is kept. */
    PreparedDocument prepare(String text) {
        PreparedDocument known = documents.get(text);
        if (known != null) {
            return known;
        }
        PreparedDocument prepared = read(text);
        if (prepared.kind() == PreparedDocument.Kind.SOUND) {
            if (kept.addAndGet(text.length()) > KEPT) {
                documents.clear();
                kept.set(text.length());
            }
            documents.put(text, prepared);
        }
        return prepared;
    }

    private PreparedDocument read(String text) {
        Document document;
        try {
            document = new Parser()
                    .parseDocument(ParserEnvironment.newParserEnvironment()
                            .document(text)
                            .parserOptions(parserOptions)
                            .build());
        } catch (ParseCancelledTooDeepException tooDeep) {
            return PreparedDocument.excessive(new Limits.Excess("depth", limits.depth()));
        } catch (ParseCancelledTooManyCharsException tooLong) {
            return PreparedDocument.excessive(new Limits.Excess("characters", CHARACTERS));
        } catch (ParseCancelledException tooMany) {
            return PreparedDocument.excessive(new Limits.Excess("tokens", limits.tokens()));
        } catch (InvalidSyntaxException malformed) {
            return PreparedDocument.malformed(malformed.toInvalidSyntaxError());
        }
        Optional<Limits.Excess> excess = limits.shape(document);
        if (excess.isPresent()) {
            return PreparedDocument.excessive(excess.get());
        }
        List<graphql.validation.ValidationError> errors =
                ParseAndValidate.validate(schema, document, rule -> true, Locale.ENGLISH);
        return errors.isEmpty()
                ? PreparedDocument.sound(document)
                : PreparedDocument.invalid(document, List.copyOf(errors));
    }

    /** Whether an operation of a sound document asks for too much with these variables. */
    Optional<Limits.Excess> excess(
            Document document, OperationDefinition operation, Map<String, @Nullable Object> variables) {
        return limits.cost(schema, document, operation, variables);
    }

    /** Executes the request's document in the running operation. */
    Uni<ExecutionResult> execute(GraphqlRequest request) {
        return Uni.createFrom().completionStage(() -> {
            ExecutionInput input = ExecutionInput.newExecutionInput(
                            request.parameters().query())
                    .operationName(request.parameters().operationName())
                    .variables(request.parameters().variables())
                    .graphQLContext(Map.of(GraphqlRequest.class, request))
                    .locale(request.locale())
                    .dataLoaderRegistry(new DataLoaderRegistry())
                    .build();
            return graphql.executeAsync(input);
        });
    }

    /** A document that was read, and what is wrong with it, if anything is. */
    record PreparedDocument(PreparsedDocumentEntry entry, Kind kind, Optional<Limits.Excess> excess) {
        enum Kind {
            SOUND,
            MALFORMED,
            EXCESSIVE,
            INVALID
        }

        static PreparedDocument sound(Document document) {
            return new PreparedDocument(new PreparsedDocumentEntry(document), Kind.SOUND, Optional.empty());
        }

        static PreparedDocument malformed(GraphQLError error) {
            return new PreparedDocument(new PreparsedDocumentEntry(error), Kind.MALFORMED, Optional.empty());
        }

        static PreparedDocument invalid(Document document, List<? extends GraphQLError> errors) {
            return new PreparedDocument(
                    new PreparsedDocumentEntry(document, List.copyOf(errors)), Kind.INVALID, Optional.empty());
        }

        static PreparedDocument excessive(Limits.Excess excess) {
            GraphQLError error =
                    GraphqlErrorBuilder.newError().message(excess.limit()).build();
            return new PreparedDocument(new PreparsedDocumentEntry(error), Kind.EXCESSIVE, Optional.of(excess));
        }
    }
}
