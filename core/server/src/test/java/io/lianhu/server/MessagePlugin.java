package io.lianhu.server;

import io.lianhu.testkit.PluginSource;

/** A plugin that sends what it is told to. */
final class MessagePlugin {
    static final String ID = "message-probe";

    private static final String PLUGIN =
            """
            package probe;

            import io.lianhu.sdk.*;
            import io.smallrye.mutiny.Uni;
            import java.util.*;
            import java.util.stream.Collectors;

            public final class MessageProbe implements LianhuPlugin {
                private PluginContext context;

                public record SendInput(
                        List<GlobalId> residentIds, List<String> subjects, String template, String what, boolean fail) {}

                @Override
                public List<Permission> permissions() {
                    return List.of(Permission.of("probe:send", Role.COUNTY_ADMINISTRATOR));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                @Override
                public void graphql(GraphqlModule module) {
                    module.node("ProbeSending", (ids, call) -> Uni.createFrom().item(Map.of()))
                            .mutation("probeSend", call -> {
                                SendInput input = call.input(SendInput.class);
                                Message message = new Message(
                                        input.residentIds().stream().map(id -> id.of("Resident")).collect(Collectors.toSet()),
                                        Set.copyOf(input.subjects()),
                                        input.template(),
                                        Map.of("what", input.what()));
                                return context.messages().send(message).map(sent -> {
                                    if (input.fail()) {
                                        throw ApiException.invalid("fail");
                                    }
                                    return UUID.randomUUID();
                                });
                            });
                }
            }
            """;

    private static final String SDL =
            """
            extend type Mutation {
              "Sends a message."
              probeSend("Which." input: ProbeSendInput!): ProbeSendPayload! @permission(name: "probe:send")
            }
            "Nothing."
            type ProbeSending implements Node {
              "Its id."
              id: ID!
            }
            "What to send."
            input ProbeSendInput {
              "To whom."
              residentIds: [ID!]!
              "And to whom."
              subjects: [String!]!
              "In which words."
              template: String!
              "About what."
              what: String!
              "Whether it fails after it was sent."
              fail: Boolean!
              "The same key again returns the first result."
              idempotencyKey: String
            }
            "What was sent."
            type ProbeSendPayload {
              "Nothing."
              sending: ProbeSending
            }
            """;

    private MessagePlugin() {}

    static PluginSource source() {
        return PluginSource.of(ID)
                .prefix("probe")
                .java(PLUGIN)
                .schema(SDL)
                .messages(
                        """
                        permission.probe\\:send=发送
                        message.arrived.title=积分到账：{what}
                        message.arrived.body=您获得了{what}。
                        """,
                        """
                        permission.probe\\:send=Send
                        message.arrived.title=Points arrived: {what}
                        message.arrived.body=You got {what}.
                        """);
    }
}
