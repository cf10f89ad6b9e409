package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** Callers of all kinds, each with one command at a time: on event loops, on platform threads and on virtual threads. */
final class Load {

    private static final int CALLERS_PER_LOOP = 16;
    /** In milliseconds; two cores shall be busy with faults and not with load alone. */
    private static final int MEAN_PAUSE = 50;

    private final Tally tally;
    private final Ledger ledger;
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final List<ExecutorService> executors = new ArrayList<>();
    private int callers;
    private volatile boolean stopping;

    private Load(Tally tally, Ledger ledger) {
        this.tally = tally;
        this.ledger = ledger;
    }

    static Load start(Vertx vertx, Profile profile, Tally tally, Ledger ledger, SplittableRandom random) {
        Load load = new Load(tally, ledger);
        for (int i = 0; i < profile.eventLoops(); i++) {
            // One context each: Vert.x gives them the loops in turn.
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            for (int j = 0; j < CALLERS_PER_LOOP; j++) {
                load.startOnEventLoop(vertx, context, load.caller(random));
            }
        }
        load.startThreads(Executors.newFixedThreadPool(profile.workers()), profile.workers(), random);
        load.startThreads(virtualThreads(profile.virtualThreads()), profile.virtualThreads(), random);
        return load;
    }

    /** Whether this Java has them. */
    static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= 21;
    }

    /** By reflection: the project is compiled for a Java that does not have them. */
    private static ExecutorService virtualThreads(int count) {
        if (!hasVirtualThreads()) {
            return Executors.newFixedThreadPool(count);
        }
        try {
            return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Caller caller(SplittableRandom random) {
        return new Caller(callers++, ledger, random.split());
    }

    private void startOnEventLoop(Vertx vertx, Context context, Caller caller) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ends.add(end);
        context.runOnContext(start -> next(vertx, context, caller, end));
    }

    private void next(Vertx vertx, Context context, Caller caller, CompletableFuture<Void> end) {
        if (stopping) {
            end.complete(null);
            return;
        }
        tally.perform(caller.next()).thenRun(() -> context.runOnContext(
                done -> vertx.setTimer(caller.pause(MEAN_PAUSE), pause -> next(vertx, context, caller, end))));
    }

    private void startThreads(ExecutorService executor, int count, SplittableRandom random) {
        executors.add(executor);
        for (int i = 0; i < count; i++) {
            Caller caller = caller(random);
            ends.add(CompletableFuture.runAsync(() -> {
                while (!stopping) {
                    tally.perform(caller.next()).join();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(caller.pause(MEAN_PAUSE)));
                }
            }, executor));
        }
    }

    /** Returns when every command has ended, or hangs. */
    void stop() {
        stopping = true;
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
        executors.forEach(ExecutorService::shutdown);
    }
}
