package io.lianhu.server.plugin;

import io.lianhu.sdk.Attempts;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.Messages;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Residents;
import io.lianhu.server.limit.CountedAttempts;
import io.lianhu.server.message.PluginMessages;
import io.lianhu.server.persistence.EntityStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneId;

/** The services that the host offers to plugins: the whole list. */
@Singleton
class PluginServices {

    private static final ZoneId COUNTIES = ZoneId.of("Asia/Shanghai");

    private final Events events;
    private final Residents residents;
    private final Divisions divisions;
    private final CountedAttempts attempts;
    private final PluginMessages messages;

    PluginServices(
            Events events,
            Residents residents,
            Divisions divisions,
            CountedAttempts attempts,
            PluginMessages messages) {
        this.events = events;
        this.residents = residents;
        this.divisions = divisions;
        this.attempts = attempts;
        this.messages = messages;
    }

    /**
     * A plugin's context.
     *
     * @param texts the words of its messages
     */
    PluginContext context(String plugin, EntityStore store, io.lianhu.server.graphql.Messages texts) {
        return new Context(
                store,
                events,
                residents,
                divisions,
                messages.of(plugin, texts),
                attempts.of(plugin),
                Clock.system(COUNTIES));
    }

    private record Context(
            Database database,
            Events events,
            Residents residents,
            Divisions divisions,
            Messages messages,
            Attempts attempts,
            Clock clock)
            implements PluginContext {}
}
