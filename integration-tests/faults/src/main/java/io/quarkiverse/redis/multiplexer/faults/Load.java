package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Callers of all kinds, each with one command at a time: on event loops, on platform threads and on virtual threads. */
final class Load {

    private static final int CALLERS_PER_LOOP = 16;
    /** In milliseconds; two cores shall be busy with faults and not with load alone. */
    private static final int MEAN_PAUSE = 50;
    /** One caller in so many has large values, if there are to be any. */
    private static final int LARGE_INTERVAL = 16;
    private static final int LARGEST = 5_000_000;

    private final Tally tally;
    private final Ledger ledger;
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final List<ExecutorService> executors = new ArrayList<>();
    private final boolean largeValues;
    private int callers;
    private volatile boolean stopping;

    private Load(Tally tally, Ledger ledger, boolean largeValues) {
        this.largeValues = largeValues;
        this.tally = tally;
        this.ledger = ledger;
    }

    static Load start(List<Executor> loops, Profile profile, Tally tally, Ledger ledger, SplittableRandom random) {
        Load load = new Load(tally, ledger, profile.largeValues());
        for (Executor loop : loops) {
            for (int i = 0; i < CALLERS_PER_LOOP; i++) {
                load.startOnEventLoop(loop, load.caller(random));
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
        int number = callers++;
        boolean large = largeValues && number % LARGE_INTERVAL == 0;
        return new Caller(number, ledger, random.split(), large ? LARGEST : 0);
    }

    private void startOnEventLoop(Executor loop, Caller caller) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ends.add(end);
        loop.execute(() -> next(loop, caller, end));
    }

    private void next(Executor loop, Caller caller, CompletableFuture<Void> end) {
        if (stopping) {
            end.complete(null);
            return;
        }
        tally.perform(caller.next()).thenRunAsync(() -> next(loop, caller, end),
                CompletableFuture.delayedExecutor(caller.pause(MEAN_PAUSE), TimeUnit.MILLISECONDS, loop));
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
