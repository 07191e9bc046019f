package io.lianhu.server.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lianhu.sdk.Event;
import io.lianhu.sdk.EventHandler;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.feature.CoreFeature;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CoreHandlersTest {

    record Happened(UUID aggregate) implements Event {}

    record Ended(UUID aggregate) implements Event {}

    private record Handling(List<EventHandler<?>> eventHandlers) implements CoreFeature {
        @Override
        public String schema() {
            return "none";
        }

        @Override
        public void bind(GraphqlModule module) {
            // nothing to serve
        }
    }

    private static <E extends Event> EventHandler<E> handler(String name, Class<E> type) {
        return new EventHandler<>(name, type, delivery -> Uni.createFrom().voidItem());
    }

    @Test
    void handlersOfAllFeaturesAreFoundByTheTypeOfTheirEvents() {
        CoreHandlers handlers = new CoreHandlers(List.of(
                new Handling(List.of(handler("clocks", Happened.class), handler("counts", Happened.class))),
                new Handling(List.of(handler("teams", Ended.class)))));

        assertEquals(Set.of("core/clocks", "core/counts", "core/teams"), handlers.names());
        assertEquals(Set.of("core/clocks", "core/counts"), handlers.names(Happened.class.getName()));
        assertEquals(Set.of(), handlers.names(Event.class.getName()));
        assertEquals(3, handlers.all().size());
    }

    @Test
    void twoHandlersOfOneNameAreRefused() {
        List<CoreFeature> twice = List.of(
                new Handling(List.of(handler("clocks", Happened.class))),
                new Handling(List.of(handler("clocks", Ended.class))));

        assertThrows(IllegalStateException.class, () -> new CoreHandlers(twice));
    }
}
