package io.lianhu.server.signal;

import io.lianhu.server.redis.Redis;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a short message to every replica, this one included. At most once: a replica that is cut off misses it, so a message only says
 * "look again", and its receivers also look again by themselves from time to time.
 */
@Singleton
public class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** One channel for all, told apart by topic: a replica holds one subscription, whatever its clients listen to. */
    private static final String CHANNEL = "lianhu:signals";

    private final Redis redis;
    private final Map<String, Function<String, Uni<Void>>> handlers = new ConcurrentHashMap<>();
    private final Map<String, Set<MultiEmitter<? super String>>> listeners = new ConcurrentHashMap<>();
    private volatile boolean connected;

    Signals(Redis redis) {
        this.redis = redis;
    }

    /** Begins to listen; to be called once, at start. Tries for ever, since Redis may come up after us, or go and come back. */
    public void listen() {
        redis.listen(CHANNEL, this::receive, this::begun)
                .onFailure()
                .invoke(failure -> {
                    connected = false;
                    LOG.warn("No signals from Redis: {}", failure.toString());
                })
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(5))
                .indefinitely()
                .subscribe()
                .with(never -> {});
    }

    /** What was sent while nobody listened is missed: so look again. */
    private void begun() {
        connected = true;
        handlers.keySet().forEach(topic -> receive(topic + '\n'));
    }

    /** Whether signals of other replicas arrive. */
    public boolean connected() {
        return connected;
    }

    /** Handles a topic's messages on this replica; one handler per topic. */
    public void on(String topic, Function<String, Uni<Void>> handler) {
        handlers.put(topic, handler);
    }

    /** Sends a message; completes even if Redis is away, which is logged. */
    public Uni<Void> send(String topic, String message) {
        return redis.send("PUBLISH", CHANNEL, topic + '\n' + message)
                .onFailure()
                .invoke(failure -> LOG.warn("The signal {} was not sent: {}", topic, failure.toString()))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** A topic's messages from now on. A listener that is too slow gets only the latest. */
    public Multi<String> stream(String topic) {
        return Multi.createFrom()
                .<String>emitter(emitter -> {
                    listeners
                            .computeIfAbsent(topic, fresh -> ConcurrentHashMap.newKeySet())
                            .add(emitter);
                    emitter.onTermination(() -> forget(topic, emitter));
                })
                .onOverflow()
                .dropPreviousItems();
    }

    private void forget(String topic, MultiEmitter<? super String> emitter) {
        listeners.computeIfPresent(topic, (same, emitters) -> {
            emitters.remove(emitter);
            return emitters.isEmpty() ? null : emitters;
        });
    }

    private void receive(String signal) {
        int split = signal.indexOf('\n');
        String topic = signal.substring(0, split);
        String message = signal.substring(split + 1);
        Function<String, Uni<Void>> handler = handlers.get(topic);
        if (handler != null) {
            handler.apply(message)
                    .subscribe()
                    .with(done -> {}, failure -> LOG.warn("The signal {} was not handled", topic, failure));
        }
        listeners.getOrDefault(topic, Set.of()).forEach(emitter -> emitter.emit(message));
    }
}
