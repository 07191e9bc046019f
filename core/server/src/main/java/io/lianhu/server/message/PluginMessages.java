package io.lianhu.server.message;

import io.lianhu.sdk.Messages;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Messages of plugins: in their own words, and under their own names. */
@Singleton
public class PluginMessages {

    private final SendMessages send;

    PluginMessages(SendMessages send) {
        this.send = send;
    }

    /** What a plugin sends by. */
    public Messages of(String plugin, io.lianhu.server.graphql.Messages texts) {
        return message -> Uni.createFrom()
                .deferred(() -> send.send(
                        new MessageDraft(
                                MessageKind.PLUGIN,
                                plugin,
                                Wording.of(texts, message.template(), message.params()),
                                false,
                                null),
                        message.residents().toArray(UUID[]::new),
                        message.subjects().toArray(String[]::new)))
                .replaceWithVoid();
    }
}
