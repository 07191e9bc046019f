package io.lianhu.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How long the same question took, asked many times by a few clients at once. */
record Latency(double median, double p95) {
    private static final int CLIENTS = 4;
    private static final int WARM_UP = 40;

    /** Asks {@code times} times in all, after some questions that do not count. */
    static Latency of(Runnable question, int times) {
        for (int i = 0; i < WARM_UP; i++) {
            question.run();
        }
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<long[]>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> ask(question, times / CLIENTS)));
            }
            List<Long> nanos = new ArrayList<>();
            for (Future<long[]> one : running) {
                Arrays.stream(one.get()).forEach(nanos::add);
            }
            nanos.sort(null);
            return new Latency(millis(nanos, 0.5), millis(nanos, 0.95));
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        } finally {
            clients.shutdownNow();
        }
    }

    private static long[] ask(Runnable question, int times) {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            question.run();
            nanos[i] = System.nanoTime() - start;
        }
        return nanos;
    }

    private static double millis(List<Long> sorted, double share) {
        return sorted.get((int) (sorted.size() * share)) / 1e6;
    }
}
