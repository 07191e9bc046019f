package io.lianhu.server.web;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Counts the requests under way, so that a server that goes lets them end. WebSockets are not counted: they are told to come back to
 * another replica.
 */
@Singleton
public class RequestsUnderWay {

    private int count;

    void route(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(context -> {
            if (context.request().getHeader("Upgrade") == null) {
                began();
                context.addEndHandler(done -> ended());
            }
            context.next();
        });
    }

    private synchronized void began() {
        count++;
    }

    private synchronized void ended() {
        count--;
        notifyAll();
    }

    /**
     * Waits until none is under way, or the time is over. Blocks: for the thread that ends the server.
     *
     * @return whether all have ended
     */
    public synchronized boolean awaitEnd(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (count > 0) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
