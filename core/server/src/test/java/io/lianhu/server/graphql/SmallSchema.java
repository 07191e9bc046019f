package io.lianhu.server.graphql;

import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A core of one node type, things that have parts, and a plugin of one more; nothing of it is ever resolved. */
final class SmallSchema {

    private static final String CORE =
            """
            "A thing."
            type Thing implements Node {
              "Its id."
              id: ID!
              "Its name."
              name: String
              "What it is a part of."
              whole: Thing
              "Those beside it."
              neighbours: [Thing!]!
              "What it is a part of, and that, and so on."
              ancestors: [Thing!]! @size(usual: 100)
              "Always three."
              trio: [Thing!]! @size(usual: 3)
              "What became of it."
              latest("How many." first: Int! = 40): [Thing!]!
              "What it is made of."
              parts("How many." first: Int!, "After which." after: String): ThingConnection!
            }
            "One thing in a list."
            type ThingEdge {
              "The thing."
              node: Thing!
              "Where it stands."
              cursor: String!
            }
            "A page of things."
            type ThingConnection {
              "The rows."
              edges: [ThingEdge!]!
              "Where the page stands."
              pageInfo: PageInfo!
            }
            extend type Query {
              "Some thing."
              thing: Thing @permission(name: "anyone")
              "All things."
              things("How many." first: Int!, "After which." after: String): ThingConnection! @permission(name: "anyone")
            }
            "What is made."
            input ThingMakeInput {
              "Its name."
              name: String!
              "Makes a repetition harmless."
              idempotencyKey: String
            }
            "What was made."
            type ThingMakePayload {
              "The thing."
              thing: Thing!
            }
            extend type Mutation {
              "Makes a thing."
              thingMake("What." input: ThingMakeInput!): ThingMakePayload! @permission(name: "thing:make")
            }
            """;

    private static final String PLUGIN =
            """
            "An account."
            type PointsAccount implements Node {
              "Its id."
              id: ID!
              "Its balance."
              balance: Int!
              "Its thing."
              thing: Thing
            }
            "What is awarded."
            input PointsAwardInput {
              "How many."
              points: Int!
              "Makes a repetition harmless."
              idempotencyKey: String
            }
            "What was awarded."
            type PointsAwardPayload {
              "The account."
              account: PointsAccount!
            }
            extend type Mutation {
              "Awards."
              pointsAward("What." input: PointsAwardInput!): PointsAwardPayload! @permission(name: "points:award")
            }
            extend type Query {
              "An account."
              pointsAccount: PointsAccount @permission(name: "member")
            }
            extend type Thing {
              "What it has earned."
              pointsEarned: Int @permission(name: "member")
            }
            """;

    private SmallSchema() {}

    static Contribution core() {
        return Contribution.of(
                "core",
                "",
                resource("schema/base.graphqls") + CORE,
                module -> module.query("thing", call -> Uni.createFrom().nullItem())
                        .query("things", call -> Uni.createFrom().nullItem())
                        .mutation("thingMake", call -> Uni.createFrom().item(new UUID(0, 0)))
                        .node("Thing", (ids, call) -> Uni.createFrom().item(Map.of())),
                List.of(Permission.of("thing:make", Role.VILLAGE_CADRE)),
                Messages.parse("error.DOCUMENT_TOO_LARGE=过大", "error.DOCUMENT_TOO_LARGE=too large"));
    }

    static Contribution plugin() {
        return plugin("", module -> {}, List.of(), Messages.parse("", ""));
    }

    /** The plugin with more in it. */
    static Contribution plugin(
            String sdl, Consumer<GraphqlModule> more, List<Permission> permissions, Messages messages) {
        return Contribution.of(
                "village-points",
                "points",
                PLUGIN + sdl,
                module -> {
                    module.query("pointsAccount", call -> Uni.createFrom().nullItem())
                            .mutation("pointsAward", call -> Uni.createFrom().item(new UUID(0, 0)))
                            .field("Thing", "pointsEarned", call -> Uni.createFrom()
                                    .nullItem())
                            .node("PointsAccount", (ids, call) -> Uni.createFrom()
                                    .item(Map.of()));
                    more.accept(module);
                },
                Stream.concat(Stream.of(Permission.of("points:award", Role.GRID_WORKER)), permissions.stream())
                        .toList(),
                messages);
    }

    private static String resource(String name) {
        try (InputStream in = SmallSchema.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
