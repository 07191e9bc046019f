package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import graphql.introspection.IntrospectionQuery;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import io.lianhu.server.graphql.Engine.PreparedDocument;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LimitsTest {

    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    private final Limits limits = Limits.DEFAULT;
    private final Engine engine = Engine.compose(List.of(SmallSchema.core()), limits);

    @Test
    void aDocumentMayBeAsDeepAsTheLimitAndNoDeeper() {
        assertSound("{ thing " + nested("{ whole ", 8) + "{ name }" + "}".repeat(8) + "}");
        assertExcess("depth", "{ thing " + nested("{ whole ", 9) + "{ name }" + "}".repeat(9) + "}");
        assertExcess("depth", "{ thing " + nested("{ whole ", 198) + "{ name }" + "}".repeat(198) + "}");
        assertExcess("depth", "{ thing " + nested("{ ... { whole ", 12) + "{ name }" + "} }".repeat(12) + "}");
    }

    @Test
    void depthCountsThroughFragments() {
        String chain = IntStream.range(0, 10)
                .mapToObj(i -> "fragment F" + i + " on Thing { whole { ...F" + (i + 1) + " } } ")
                .collect(Collectors.joining());

        assertExcess("depth", "{ thing { ...F0 } } " + chain + "fragment F10 on Thing { name }");
    }

    @Test
    void aliasesAndDirectivesAreCountedAsOftenAsTheyAreSpread() {
        assertSound("{ thing {" + repeated("a%d: name ", 15) + "} }");
        assertExcess("aliases", "{ thing {" + repeated("a%d: name ", 16) + "} }");
        assertExcess(
                "aliases",
                "{ thing { ...F whole { ...F whole { ...F } } } } fragment F on Thing {" + repeated("a%d: name ", 6)
                        + "}");
        assertExcess("directives", "{ thing {" + repeated("name @include(if: true) ", 51) + "} }");
        assertExcess("directives", "query " + "@x ".repeat(51) + "{ thing { name } }");
        assertExcess("directives", "{ thing {" + repeated("... @include(if: true) { name } ", 51) + "} }");
    }

    @Test
    void aDocumentThatIsTooLongIsNotReadToItsEnd() {
        assertExcess("tokens", "{ thing {" + repeated("name ", 1_600) + "} }");
        assertExcess("characters", "{ thing { name } } #" + "x".repeat(100_001));
    }

    /** Each fragment spreads the next one twice: thirty of them unfold to a thousand million selections. */
    @Test
    void fragmentsThatUnfoldWithoutEndTakeNoTime() {
        for (String leaf : List.of("name", "__typename", "... { __typename }")) {
            String bomb = IntStream.range(0, 60)
                            .mapToObj(i -> "fragment F" + i + " on Thing { ...F" + (i + 1) + " ...F" + (i + 1) + " } ")
                            .collect(Collectors.joining())
                    + "fragment F60 on Thing { " + leaf + " }";

            assertTimeoutPreemptively(AT_ONCE, () -> {
                PreparedDocument prepared = engine.prepare("{ thing { ...F0 } } " + bomb);
                if (prepared.kind() == PreparedDocument.Kind.SOUND) {
                    cost("{ thing { ...F0 } } " + bomb, Map.of());
                }
            });
        }
    }

    /** What a walk that gives up would pass over: first much that is harmless, then what is not. */
    @Test
    void aHarmlessCrowdDoesNotHideWhatComesAfterIt() {
        String crowd = IntStream.range(0, 12)
                        .mapToObj(i -> "fragment F" + i + " on Thing { ...F" + (i + 1) + " ...F" + (i + 1) + " } ")
                        .collect(Collectors.joining())
                + "fragment F12 on Thing { __typename }";

        assertExcess("depth", "{ thing { ...F0 " + nested("whole { ", 11) + "name" + "}".repeat(11) + "} } " + crowd);
    }

    @Test
    void fragmentsInACircleAreInvalidAndNotFollowed() {
        assertTimeoutPreemptively(
                AT_ONCE,
                () -> assertEquals(
                        PreparedDocument.Kind.INVALID,
                        engine.prepare("{ thing { ...A } } fragment A on Thing { whole { ...B } }"
                                        + " fragment B on Thing { whole { ...A } }")
                                .kind()));
    }

    @Test
    void costMultipliesPagesOfPages() {
        String pages = "things(first: %s) { edges { node { parts(first: %s) { edges { node { name } } } } } }";

        assertEquals(Optional.empty(), cost("{ " + pages.formatted("10", "100") + " }", Map.of()));
        assertEquals(Optional.of("cost"), cost("{ " + pages.formatted("100", "100") + " }", Map.of()));
        assertEquals(Optional.of("cost"), cost("{ " + pages.formatted("9".repeat(30), "100") + " }", Map.of()));
    }

    @Test
    void costKnowsVariablesAndTheirDefaults() {
        String query = "query ($n: Int! = 100, $m: Int) { things(first: $n) { edges { node { parts(first: $m)"
                + " { edges { node { name } } } } } } }";

        assertEquals(Optional.empty(), cost(query, Map.of("n", 1, "m", 100)));
        assertEquals(Optional.of("cost"), cost(query, Map.of("n", 100, "m", 100)));
        assertEquals(Optional.of("cost"), cost(query, Map.of("m", 100)), "n is 100 where it is left out");
        assertEquals(Optional.of("cost"), cost(query, Map.of("n", Long.MAX_VALUE, "m", Long.MAX_VALUE)));
        Map<String, @Nullable Object> nothing = new HashMap<>();
        nothing.put("m", null);
        assertEquals(Optional.empty(), cost(query, nothing));
        assertEquals(Optional.empty(), cost(query, Map.of("n", -5, "m", "a hundred")));
    }

    /** One level of ten, one of a hundred and one of three: what is asked of the last is asked three thousand times. */
    @Test
    void aListWithoutPagesCountsAsLongAsTheSchemaSaysItIs() {
        String lists = "{ thing { neighbours { ancestors { trio { %s } } } } }";

        assertEquals(Optional.empty(), cost(lists.formatted("id"), Map.of()));
        assertEquals(Optional.of("cost"), cost(lists.formatted("id name"), Map.of()));
        assertEquals(
                Optional.of("cost"),
                cost(
                        "{ node(id: 1) { ...A } } fragment A on Thing { neighbours { ancestors { ... on Thing"
                                + " { trio { id name } } } } }",
                        Map.of()));
    }

    @Test
    void aPageThatDoesNotSayHowLongCountsAsLongAsTheSchemaWouldMakeIt() {
        String page = "{ thing { ancestors { latest%s { id name } } } }";

        assertEquals(Optional.of("cost"), cost(page.formatted(""), Map.of()), "40 of a hundred");
        assertEquals(Optional.empty(), cost(page.formatted("(first: 10)"), Map.of()));
    }

    @Test
    void onlySoundDocumentsAreKeptAndNotWithoutEnd() {
        String sound = "{ thing { name } }";
        PreparedDocument kept = engine.prepare(sound);

        assertSame(kept, engine.prepare(sound));
        assertNotSame(engine.prepare("{ nothing }"), engine.prepare("{ nothing }"));
        assertNotSame(engine.prepare("{"), engine.prepare("{"));
        for (int i = 0; i < 10; i++) {
            engine.prepare(sound + " #" + i + "x".repeat(90_000));
        }
        assertNotSame(kept, engine.prepare(sound));
    }

    @Test
    void whatIsNamedButNotAskedForCostsNothing() {
        String both = "query A { thing { name } } query B { things(first: 100) { edges { node { parts(first: 100)"
                + " { edges { node { name } } } } } } }";
        Document document = Parser.parse(both);
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);

        assertTrue(engine.excess(document, operations.get(0), Map.of()).isEmpty());
        assertTrue(engine.excess(document, operations.get(1), Map.of()).isPresent());
    }

    @Test
    void toolsMayAskForTheWholeSchema() {
        assertSound(IntrospectionQuery.INTROSPECTION_QUERY);
        assertEquals(Optional.empty(), cost(IntrospectionQuery.INTROSPECTION_QUERY, Map.of()));
    }

    private void assertSound(String text) {
        PreparedDocument prepared = engine.prepare(text);
        assertEquals(
                PreparedDocument.Kind.SOUND, prepared.kind(), prepared.excess().toString());
    }

    private void assertExcess(String limit, String text) {
        PreparedDocument prepared = engine.prepare(text);
        assertEquals(
                Optional.of(limit),
                prepared.excess().map(Limits.Excess::limit),
                prepared.kind().name());
    }

    private Optional<String> cost(String text, Map<String, @Nullable Object> variables) {
        Document document = Parser.parse(text);
        return engine.excess(
                        document,
                        document.getDefinitionsOfType(OperationDefinition.class).get(0),
                        variables)
                .map(Limits.Excess::limit);
    }

    private static String nested(String part, int times) {
        return part.repeat(times);
    }

    private static String repeated(String part, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> part.replace("%d", String.valueOf(i)))
                .collect(Collectors.joining());
    }
}
