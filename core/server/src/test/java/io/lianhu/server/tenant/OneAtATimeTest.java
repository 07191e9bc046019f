package io.lianhu.server.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Work that never runs beside itself")
final class OneAtATimeTest {

    private final List<CompletableFuture<Void>> runs = new ArrayList<>();
    private final OneAtATime work = new OneAtATime(() -> {
        CompletableFuture<Void> run = new CompletableFuture<>();
        runs.add(run);
        return Uni.createFrom().completionStage(run);
    });

    private CompletableFuture<Void> ask() {
        return work.run().subscribeAsCompletionStage();
    }

    @Test
    @DisplayName("Whoever asks while it runs shares the next run, which begins when this one has ended")
    void askersShareTheNextRun() {
        CompletableFuture<Void> first = ask();
        CompletableFuture<Void> second = ask();
        CompletableFuture<Void> third = ask();
        assertEquals(1, runs.size());

        runs.get(0).complete(null);
        assertTrue(first.isDone());
        assertEquals(2, runs.size());
        assertFalse(second.isDone());

        runs.get(1).complete(null);
        assertTrue(second.isDone());
        assertTrue(third.isDone());
        assertEquals(2, runs.size());
    }

    @Test
    @DisplayName("A run that fails tells its askers, and the next one runs all the same")
    void aFailureEndsNothing() {
        CompletableFuture<Void> first = ask();
        CompletableFuture<Void> second = ask();
        runs.get(0).completeExceptionally(new IllegalStateException("away"));
        assertThrows(CompletionException.class, first::join);
        runs.get(1).complete(null);
        second.join();
        ask();
        assertEquals(3, runs.size());
    }
}
