package io.lianhu.server.event;

import io.lianhu.sdk.EventHandler;
import io.lianhu.server.event.Subscribers.Subscriber;
import io.lianhu.server.feature.CoreFeature;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the core's own features do on events, in every county: named {@code core/…}, where a plugin's handlers have the plugin's id. */
@Singleton
public class CoreHandlers {

    private static final String PREFIX = "core/";

    private final List<Subscriber> subscribers = new ArrayList<>();

    CoreHandlers(@All List<CoreFeature> features) {
        EventCodec codec = new EventCodec();
        for (CoreFeature feature : features) {
            for (EventHandler<?> handler : feature.eventHandlers()) {
                String name = PREFIX + handler.name();
                if (names().contains(name)) {
                    throw new IllegalStateException("Two handlers are called " + name);
                }
                subscribers.add(new Subscriber(name, handler, codec));
            }
        }
    }

    /** All of them. */
    public List<Subscriber> all() {
        return List.copyOf(subscribers);
    }

    /** The names of all of them. */
    public Set<String> names() {
        return subscribers.stream().map(Subscriber::name).collect(Collectors.toUnmodifiableSet());
    }

    /** The names of those that are told of events of a type, which is a class name. */
    public Set<String> names(String type) {
        return subscribers.stream()
                .filter(one -> one.handler().type().getName().equals(type))
                .map(Subscriber::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
