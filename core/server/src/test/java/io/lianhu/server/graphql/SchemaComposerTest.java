package io.lianhu.server.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class SchemaComposerTest {

    private static final Messages NO_TEXTS = Messages.parse("", "");

    /**
     * A mistake of a plugin's author.
     *
     * @param told the whole fault, or with an ellipsis at its end, how it begins
     */
    private record Mistake(
            String what,
            String sdl,
            Consumer<GraphqlModule> bindings,
            List<Permission> permissions,
            Messages texts,
            List<String> told) {

        static Mistake inSdl(String what, String sdl, String... told) {
            return inBindings(what, sdl, module -> {}, told);
        }

        static Mistake inBindings(String what, String sdl, Consumer<GraphqlModule> bindings, String... told) {
            return new Mistake(what, sdl, bindings, List.of(), NO_TEXTS, List.of(told));
        }
    }

    private static final List<Mistake> MISTAKES = List.of(
            Mistake.inSdl(
                    "a type of the core's name",
                    "\"Mine.\" type Thing { \"Its name.\" name: String }",
                    "village-points: type Thing lacks the prefix Points",
                    "village-points: type Thing is defined already"),
            Mistake.inSdl(
                    "a type without the prefix",
                    "\"Mine.\" type Stock { \"How many.\" left: Int }",
                    "village-points: type Stock lacks the prefix Points"),
            query(
                    "a root field without the prefix",
                    "\"All.\" allPoints: Int @permission(name: \"anyone\")",
                    "allPoints",
                    "village-points: field Query.allPoints lacks the prefix points"),
            query(
                    "a root field without a permission",
                    "\"All.\" pointsA: Int",
                    "pointsA",
                    "village-points: Query.pointsA names no permission"),
            query(
                    "an unknown permission",
                    "\"All.\" pointsB: Int @permission(name: \"points:awrd\")",
                    "pointsB",
                    "village-points: Query.pointsB names the unknown permission points:awrd"),
            query(
                    "a permission without its name",
                    "\"All.\" pointsC: Int @permission",
                    "pointsC",
                    "village-points: Query.pointsC names no permission",
                    "…directive 'permission'…"),
            query(
                    "a field without a description",
                    "pointsD: Int @permission(name: \"anyone\")",
                    "pointsD",
                    "village-points: Query.pointsD has no description"),
            query(
                    "an argument without a description",
                    "\"All.\" pointsE(of: Int): Int @permission(name: \"anyone\")",
                    "pointsE",
                    "village-points: Query.pointsE(of:) has no description"),
            query(
                    "an unknown type",
                    "\"All.\" pointsF: PointsNowhere @permission(name: \"anyone\")",
                    "pointsF",
                    "…'PointsNowhere'…"),
            Mistake.inSdl(
                    "a root field without a resolver",
                    "extend type Query { \"All.\" pointsG: Int @permission(name: \"anyone\") }",
                    "Query.pointsG has no resolver"),
            Mistake.inSdl(
                    "a field on a core type without a permission",
                    "extend type Thing { \"All.\" pointsH: Int }",
                    "village-points: Thing.pointsH names no permission"),
            Mistake.inSdl(
                    "types and values without descriptions",
                    "enum PointsKind { SOME } input PointsFilter { kind: PointsKind }",
                    "village-points: PointsKind has no description",
                    "village-points: PointsKind.SOME has no description",
                    "village-points: PointsFilter has no description",
                    "village-points: PointsFilter.kind has no description"),
            Mistake.inBindings(
                    "a resolver for a field that is not there",
                    "",
                    module -> module.query(
                            "pointsAcount", call -> Uni.createFrom().nullItem()),
                    "village-points: Query.pointsAcount is bound, but not in the schema"),
            Mistake.inBindings(
                    "a loader for what is no node",
                    "",
                    module -> module.node("PointsAwardPayload", (ids, call) -> Uni.createFrom()
                            .item(Map.of())),
                    "village-points: PointsAwardPayload has a loader, but is no type that implements Node"),
            Mistake.inSdl(
                    "a node type without a loader",
                    "\"Mine.\" type PointsShop implements Node { \"Its id.\" id: ID! }",
                    "village-points: PointsShop implements Node, but has no loader"),
            Mistake.inBindings(
                    "a resolver for a core field",
                    "",
                    module -> module.field(
                            "Thing", "name", call -> Uni.createFrom().item("mine")),
                    "village-points: Thing.name is bound, but was defined by core"),
            Mistake.inBindings(
                    "a resolver for a core root field",
                    "",
                    module -> module.query("things", call -> Uni.createFrom().nullItem()),
                    "village-points: Query.things is bound, but was defined by core"),
            Mistake.inBindings(
                    "a loader for a core type",
                    "",
                    module ->
                            module.node("Thing", (ids, call) -> Uni.createFrom().item(Map.of())),
                    "village-points: Thing has a loader, but was not defined here"),
            Mistake.inBindings(
                    "a mutation bound as a field, without its transaction",
                    "extend type Mutation { \"Ends.\" pointsEnd(\"What.\" input: PointsAwardInput!): PointsAwardPayload!"
                            + " @permission(name: \"points:award\") }",
                    module -> module.field(
                            "Mutation", "pointsEnd", call -> Uni.createFrom().nullItem()),
                    "village-points: Mutation.pointsEnd is a field of a root, and bound as another type's"),
            Mistake.inBindings(
                    "a question bound in a batch",
                    "extend type Query { \"All.\" pointsM: Int @permission(name: \"anyone\") }",
                    module -> module.batch("Query", "pointsM", (sources, call) -> Uni.createFrom()
                            .item(Map.of())),
                    "village-points: Query.pointsM is a field of a root, and bound as another type's"),
            Mistake.inSdl(
                    "roots of one's own",
                    "\"Mine.\" schema { query: PointsAccount }",
                    "village-points: may not define or extend schema"),
            Mistake.inSdl(
                    "a root more",
                    "extend schema { subscription: PointsAccount }",
                    "village-points: may not define or extend schema"),
            Mistake.inSdl(
                    "a core type that implements something of one's own",
                    "\"Mine.\" interface PointsNamed { \"The name.\" name: String }"
                            + " extend type Thing implements PointsNamed"
                            + " { \"All.\" pointsN: Int @permission(name: \"anyone\") }",
                    "village-points: may not let Thing implement anything",
                    "…PointsNamed…"),
            Mistake.inSdl(
                    "a list without a page size",
                    "extend type PointsAccount { \"Its things.\" things: ThingConnection! }",
                    "PointsAccount.things is a connection without first: Int!"),
            Mistake.inSdl(
                    "a list whose page size may be left out",
                    "extend type PointsAccount { \"Its things.\" more(\"How many.\" first: Int = 10): ThingConnection! }",
                    "PointsAccount.more is a connection without first: Int!"),
            mutation(
                    "a mutation without input",
                    "\"Ends.\" pointsI(\"Which.\" id: ID!): PointsAwardPayload!",
                    "pointsI",
                    "Mutation.pointsI does not take exactly one argument, input, that is non-null"),
            mutation(
                    "a mutation whose input may be null",
                    "\"Ends.\" pointsJ(\"What.\" input: PointsAwardInput): PointsAwardPayload!",
                    "pointsJ",
                    "Mutation.pointsJ does not take exactly one argument, input, that is non-null"),
            mutation(
                    "a mutation that cannot be repeated",
                    "\"Ends.\" pointsK(\"What.\" input: PointsKInput!): PointsAwardPayload! @permission(name: \"points:award\") }"
                            + " \"What.\" input PointsKInput { \"How many.\" points: Int",
                    "pointsK",
                    "Mutation.pointsK: its input has no idempotencyKey"),
            mutation(
                    "a mutation that tells nothing of what it changed",
                    "\"Ends.\" pointsL(\"What.\" input: PointsAwardInput!): Int!",
                    "pointsL",
                    "Mutation.pointsL: its payload has no field of a node type"),
            Mistake.inSdl(
                    "a directive of one's own",
                    "directive @pointsLoud on FIELD",
                    "village-points: may not define or extend @pointsLoud"),
            Mistake.inSdl(
                    "a scalar of one's own",
                    "\"Mine.\" scalar PointsMoney",
                    "village-points: may not define or extend PointsMoney",
                    "…'PointsMoney'…"),
            new Mistake(
                    "permissions of another prefix, or of the core",
                    "",
                    module -> {},
                    List.of(Permission.of("thing:make", Role.RESIDENT), Permission.of("points:award", Role.RESIDENT)),
                    NO_TEXTS,
                    List.of(
                            "village-points: permission thing:make lacks the prefix points:",
                            "village-points: permission points:award is defined already")),
            new Mistake(
                    "a text in one language only",
                    "",
                    module -> {},
                    List.of(),
                    Messages.parse("a=1\nb=2", "b=2\nc=3"),
                    List.of(
                            "village-points: the text a is missing in one language",
                            "village-points: the text c is missing in one language")));

    private static Mistake query(String what, String field, String name, String... told) {
        return Mistake.inBindings(
                what,
                "extend type Query { " + field + " }",
                module -> module.query(name, call -> Uni.createFrom().nullItem()),
                told);
    }

    private static Mistake mutation(String what, String field, String name, String... told) {
        String permission = field.contains("@permission") ? "" : " @permission(name: \"points:award\")";
        return Mistake.inBindings(
                what,
                "extend type Mutation { " + field + permission + " }",
                module -> module.mutation(name, call -> Uni.createFrom().item(new UUID(0, 0))),
                told);
    }

    @Test
    void aSoundPluginBecomesPartOfTheSchema() {
        Engine engine = Engine.compose(List.of(SmallSchema.core(), SmallSchema.plugin()), Limits.DEFAULT);

        assertTrue(engine.print().contains("pointsEarned: Int"), engine.print());
        assertEquals(Set.of(Role.GRID_WORKER), engine.permissions().holders("points:award"));
        assertEquals(Set.of(), engine.permissions().holders("points:unheard-of"));
        assertEquals("thing:make", engine.rootPermission("Mutation.thingMake").orElseThrow());
    }

    @TestFactory
    Stream<DynamicTest> eachMistakeIsToldAndNothingElse() {
        return MISTAKES.stream()
                .map(mistake -> DynamicTest.dynamicTest(mistake.what(), () -> {
                    List<String> faults = faults(List.of(mistake));
                    mistake.told().forEach(told -> assertTold(told, faults));
                    assertEquals(mistake.told().size(), faults.size(), faults.toString());
                }));
    }

    @Test
    void severalMistakesAreToldAtOnce() {
        List<String> faults = faults(MISTAKES);

        MISTAKES.forEach(mistake -> mistake.told().forEach(told -> assertTold(told, faults)));
    }

    @Test
    void twoPluginsOfOnePrefixAreTwoFaultsAndNoCrash() {
        CompositionException refusal = assertThrows(
                CompositionException.class,
                () -> Engine.compose(
                        List.of(SmallSchema.core(), SmallSchema.plugin(), SmallSchema.plugin()), Limits.DEFAULT));

        assertTold("village-points: permission points:award is defined already", refusal.faults());
        assertTold("village-points: type PointsAccount is defined already", refusal.faults());
    }

    @Test
    void aPluginWhosePrefixBeginsACoreTypesNameIsAGuestOnItAllTheSame() {
        Contribution guest = Contribution.of(
                "things",
                "thing",
                "extend type Thing { \"Its price.\" price: Int \"Its age.\" thingAge: Int }",
                module -> {},
                List.of(),
                NO_TEXTS);

        assertEquals(
                List.of(
                        "things: field Thing.price lacks the prefix thing",
                        "things: Thing.price names no permission",
                        "things: Thing.thingAge names no permission"),
                refusal(SmallSchema.core(), guest));
    }

    @Test
    void aPrefixThatBeginsAnotherIsRefused() {
        Contribution other = Contribution.of("points-shop", "pointsshop", "", module -> {}, List.of(), NO_TEXTS);

        assertEquals(
                List.of("points-shop: the prefix pointsshop begins with points, the prefix of village-points"),
                refusal(SmallSchema.core(), SmallSchema.plugin(), other));
    }

    @Test
    void whatAnotherPluginDefinedIsItsToBind() {
        Contribution thief = Contribution.of(
                "shop",
                "shop",
                "extend type PointsAccount { \"Its goods.\" shopGoods: Int @permission(name: \"anyone\") }",
                module -> module.field("PointsAccount", "balance", call -> Uni.createFrom()
                                .item(1_000_000))
                        .node("PointsAccount", (ids, call) -> Uni.createFrom().item(Map.of())),
                List.of(),
                NO_TEXTS);

        assertEquals(
                List.of(
                        "shop: PointsAccount.balance is bound, but was defined by village-points",
                        "shop: PointsAccount has a loader, but was not defined here"),
                refusal(SmallSchema.core(), SmallSchema.plugin(), thief));
        assertTold("…'PointsAccount'…", refusal(SmallSchema.core(), thief));
    }

    @Test
    void sdlThatCannotBeReadIsTold() {
        List<String> faults = faults(List.of(Mistake.inSdl("", "type PointsHalf {")));

        assertTrue(faults.get(0).startsWith("village-points: "), faults.toString());
    }

    @Test
    void aPluginWithoutASchemaIsWelcome() {
        Contribution quiet = Contribution.of("quiet", "quiet", "", module -> {}, List.of(), NO_TEXTS);

        Engine.compose(List.of(SmallSchema.core(), quiet), Limits.DEFAULT);
    }

    @Test
    void whatIsBoundTwiceIsRefusedAtOnce() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SmallSchema.plugin(
                        "",
                        module -> module.query(
                                "pointsAccount", call -> Uni.createFrom().nullItem()),
                        List.of(),
                        NO_TEXTS));
    }

    private static List<String> faults(List<Mistake> mistakes) {
        Contribution plugin = SmallSchema.plugin(
                mistakes.stream().map(Mistake::sdl).collect(Collectors.joining("\n")),
                module -> mistakes.forEach(mistake -> mistake.bindings().accept(module)),
                mistakes.stream()
                        .flatMap(mistake -> mistake.permissions().stream())
                        .toList(),
                mistakes.stream()
                        .map(Mistake::texts)
                        .filter(texts -> texts != NO_TEXTS)
                        .findFirst()
                        .orElse(NO_TEXTS));
        return refusal(SmallSchema.core(), plugin);
    }

    private static List<String> refusal(Contribution... contributions) {
        return assertThrows(CompositionException.class, () -> Engine.compose(List.of(contributions), Limits.DEFAULT))
                .faults();
    }

    private static void assertTold(String told, List<String> faults) {
        String part = told.replace("…", "");
        boolean found = told.equals(part)
                ? faults.contains(told)
                : faults.stream()
                        .anyMatch(fault -> told.startsWith("…") ? fault.contains(part) : fault.startsWith(part));
        assertTrue(found, told + " is not among " + faults);
    }
}
