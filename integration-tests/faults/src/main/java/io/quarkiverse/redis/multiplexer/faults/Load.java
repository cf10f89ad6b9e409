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

/** Users of the client, each doing one thing after the other: on event loops, on platform threads and on virtual threads. */
final class Load {

    private static final int ACTORS_PER_LOOP = 16;
    /** In milliseconds; two cores shall be busy with faults and not with load alone. */
    private static final int MEAN_PAUSE = 50;

    private final Tally tally;
    private final Cast cast;
    private final SplittableRandom random;
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final List<ExecutorService> executors = new ArrayList<>();
    private int actors;
    private volatile boolean stopping;

    private Load(Tally tally, Cast cast, SplittableRandom random) {
        this.tally = tally;
        this.cast = cast;
        this.random = random;
    }

    /** Who uses the client. */
    interface Cast {

        Actor actor(int number, SplittableRandom random);
    }

    static Load start(List<Executor> loops, Profile profile, Tally tally, Cast cast, SplittableRandom random) {
        Load load = new Load(tally, cast, random);
        for (Executor loop : loops) {
            for (int i = 0; i < ACTORS_PER_LOOP; i++) {
                load.startOnEventLoop(loop, load.actor());
            }
        }
        load.startThreads(Executors.newFixedThreadPool(profile.workers()), profile.workers());
        load.startThreads(virtualThreads(profile.virtualThreads()), profile.virtualThreads());
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

    private Actor actor() {
        return cast.actor(actors++, random.split());
    }

    private void startOnEventLoop(Executor loop, Actor actor) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ends.add(end);
        loop.execute(() -> next(loop, actor, end));
    }

    private void next(Executor loop, Actor actor, CompletableFuture<Void> end) {
        if (stopping) {
            end.complete(null);
            return;
        }
        actor.act(tally).thenRunAsync(() -> next(loop, actor, end),
                CompletableFuture.delayedExecutor(actor.pause(MEAN_PAUSE), TimeUnit.MILLISECONDS, loop));
    }

    private void startThreads(ExecutorService executor, int count) {
        executors.add(executor);
        for (int i = 0; i < count; i++) {
            Actor actor = actor();
            ends.add(CompletableFuture.runAsync(() -> {
                while (!stopping) {
                    actor.act(tally).join();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(actor.pause(MEAN_PAUSE)));
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
