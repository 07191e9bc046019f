package io.lianhu.points;

import io.lianhu.sdk.Attempts;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.Events;
import io.lianhu.sdk.Messages;
import io.lianhu.sdk.PluginContext;
import io.lianhu.sdk.Residents;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** The files at the jar's root, and the plugin as it binds itself. */
final class PluginFiles {

    private PluginFiles() {}

    static String text(String name) {
        try (var in = PluginFiles.class.getResourceAsStream("/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Properties messages(String language) {
        try {
            Properties messages = new Properties();
            messages.load(new StringReader(text("messages_" + language + ".properties")));
            return messages;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static SchemaTest.RecordingModule bound() {
        VillagePointsPlugin plugin = new VillagePointsPlugin();
        plugin.start(new NoHost());
        SchemaTest.RecordingModule module = new SchemaTest.RecordingModule();
        plugin.graphql(module);
        return module;
    }

    /** Enough of a host to bind to, and to do nothing with. */
    private static final class NoHost implements PluginContext {
        @Override
        public Database database() {
            return new Database() {
                @Override
                public <T> Uni<T> session(Function<Mutiny.Session, Uni<T>> work) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public Events events() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Messages messages() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Residents residents() {
            return new Residents() {
                @Override
                public Uni<Map<UUID, io.lianhu.sdk.Resident>> byIds(Set<UUID> ids) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Uni<Map<UUID, String>> householdNames(Set<UUID> households) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public Divisions divisions() {
            return new Divisions() {
                @Override
                public Uni<Map<UUID, Division>> byIds(Set<UUID> ids) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Uni<Map<io.lianhu.sdk.DivisionCode, Division>> byCodes(Set<io.lianhu.sdk.DivisionCode> codes) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public Attempts attempts() {
            return (key, window) -> {
                throw new UnsupportedOperationException();
            };
        }

        @Override
        public Clock clock() {
            return Clock.system(ZoneId.of("Asia/Shanghai"));
        }
    }
}
