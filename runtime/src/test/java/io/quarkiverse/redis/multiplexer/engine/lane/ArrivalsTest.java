package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.internal.PlatformDependent;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/** {@link Arrivals} between real threads and a real event loop. */
@Timeout(60)
class ArrivalsTest {

    private static final int THREADS = 4;

    private final CountingLoop loop = new CountingLoop();
    private final List<FakeCommand> drained = Collections.synchronizedList(new ArrayList<>());
    private final List<FakeCommand> refused = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore takes = new Semaphore(0);
    private final Drain drain = this::drain;
    private final List<FakeCommand> rejected = Collections.synchronizedList(new ArrayList<>());
    private final Arrivals arrivals = new Arrivals(loop, drain, command -> take(command, refused),
            (command, cause) -> take(command, rejected));

    private interface Drain extends Runnable {
    }

    /** Knows how many drains wait to be run. */
    private static final class CountingLoop extends DefaultEventLoop {

        final AtomicInteger waiting = new AtomicInteger();
        final AtomicInteger mostWaiting = new AtomicInteger();
        /** Thrown instead of taking the next drains. */
        final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();

        @Override
        public void execute(Runnable task) {
            if (task instanceof Drain) {
                Throwable next = thrown.poll();
                if (next != null) {
                    PlatformDependent.throwException(next);
                }
                mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            }
            super.execute(task);
        }
    }

    private void drain() {
        loop.waiting.decrementAndGet();
        arrivals.drainTo(command -> take(command, drained));
    }

    private void take(PendingCommand command, List<FakeCommand> taker) {
        ((FakeCommand) command).taken.incrementAndGet();
        taker.add((FakeCommand) command);
        takes.release();
    }

    @AfterEach
    void stop() {
        assertTrue(loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS));
    }

    @Test
    void manyCommandsWakeTheLoopOnce() throws Exception {
        CountDownLatch gate = closeGate();
        for (int i = 0; i < 1000; i++) {
            assertTrue(arrivals.offer(new FakeCommand(i), Integer.MAX_VALUE));
        }
        assertEquals(1, loop.waiting.get());
        assertEquals(1000, arrivals.size());

        gate.countDown();
        awaitLoop();

        assertEquals(1000, drained.size());
        assertEquals(0, arrivals.size());
        assertEquals(0, loop.waiting.get());
    }

    @Test
    void thereIsRoomForAsManyAsTheCallerSays() throws Exception {
        CountDownLatch gate = closeGate();
        assertFalse(arrivals.offer(new FakeCommand(0), 0));
        assertFalse(arrivals.offer(new FakeCommand(0), -5));
        for (int i = 0; i < 10; i++) {
            assertEquals(i < 3, arrivals.offer(new FakeCommand(i), 3));
        }
        assertEquals(3, arrivals.size());

        gate.countDown();
        awaitLoop();

        assertEquals(3, drained.size());
        assertTrue(arrivals.offer(new FakeCommand(3), 1), "There is room again");
        awaitLoop();
        assertEquals(4, drained.size());
    }

    @Test
    void everyCommandIsTakenOnceInTheOrderOfItsThread() throws Exception {
        List<FakeCommand> offered = offerFromManyThreads(i -> i < 50_000,
                command -> arrivals.offer(command, Integer.MAX_VALUE));
        awaitLoop();

        assertTakenOnce(offered);
        assertEquals(offered.size(), drained.size());
        assertOrderedByThread();
        assertEquals(0, arrivals.size());
        assertEquals(1, loop.mostWaiting.get(), "At most one drain waits to be run");
    }

    /** Those that find no room are counted for a moment, too, and the others take them for who wakes the loop. */
    @Test
    void noCommandIsStrandedAmongThoseThatFindNoRoom() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread withoutRoom = new Thread(() -> {
            while (!done.get()) {
                arrivals.offer(new FakeCommand(-1), 0);
            }
        });
        withoutRoom.start();
        try {
            for (int i = 0; i < 20_000; i++) {
                assertTrue(arrivals.offer(new FakeCommand(i), Integer.MAX_VALUE));
                assertTrue(takes.tryAcquire(10, TimeUnit.SECONDS), "Nobody has woken the loop");
            }
        } finally {
            done.set(true);
            withoutRoom.join();
        }
        awaitLoop();

        assertEquals(20_000, drained.size());
        assertTakenOnce(drained);
        assertEquals(0, arrivals.size());
    }

    @Test
    void whatTheLoopCannotBeWokenForIsRejectedAndWhatComesAfterItIsNot() throws Exception {
        List<Throwable> causes = List.of(new OutOfMemoryError("for one more task"), new RejectedExecutionException("full"));
        for (Throwable cause : causes) {
            loop.thrown.add(cause);
            assertTrue(arrivals.offer(new FakeCommand(0), 1));
            assertEquals(0, arrivals.size());
            assertTrue(arrivals.offer(new FakeCommand(1), 1));
            awaitLoop();
        }
        assertEquals(List.of(0, 0), numbers(rejected));
        assertEquals(List.of(1, 1), numbers(drained));
        assertTakenOnce(rejected);
        assertEquals(0, arrivals.size());
    }

    @Test
    void noCommandIsStrandedBehindOneThatTheLoopCannotBeWokenFor() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread nuisance = new Thread(() -> {
            while (!done.get()) {
                if (loop.thrown.isEmpty()) {
                    loop.thrown.add(new OutOfMemoryError("for one more task"));
                }
            }
        });
        nuisance.start();
        List<FakeCommand> offered = offerFromManyThreads(i -> i < 50_000, command -> arrivals.offer(command, 1_000));
        done.set(true);
        nuisance.join();
        loop.thrown.clear();
        awaitLoop();

        assertTakenOnce(offered);
        assertFalse(rejected.isEmpty());
        assertEquals(offered.size(), drained.size() + rejected.size());
        assertEquals(0, arrivals.size());
    }

    @Test
    void aTakerThatThrowsCostsItsOwnCommandOnly() throws Exception {
        loop.submit(() -> {
            Thread other = new Thread(() -> {
                arrivals.offer(new FakeCommand(1), 2);
                arrivals.offer(new FakeCommand(2), 2);
            });
            other.start();
            other.join();
            assertThrows(OutOfMemoryError.class, () -> arrivals.drainTo(command -> {
                throw new OutOfMemoryError("by hand");
            }));
            assertEquals(1, arrivals.size());
            return null;
        }).get();
        awaitLoop();
        assertEquals(List.of(2), numbers(drained));
        assertEquals(0, arrivals.size());
    }

    private static List<Integer> numbers(List<FakeCommand> commands) {
        return commands.stream().map(command -> command.number).toList();
    }

    @RepeatedTest(20)
    void aCommandThatMeetsTheCloseIsDrainedOrRefused() throws Exception {
        List<FakeCommand> accepted = offerUntilRefused(() -> loop.execute(arrivals::close));
        awaitLoop();

        assertTakenOnce(accepted);
        assertEquals(accepted.size(), drained.size() + refused.size());
        assertEquals(0, arrivals.size());
    }

    @RepeatedTest(20)
    void itMayBeClosedFromAnyThread() throws Exception {
        List<FakeCommand> accepted = offerUntilRefused(arrivals::close);
        awaitLoop();

        assertTakenOnce(accepted);
        assertEquals(accepted.size(), drained.size() + refused.size());
        assertEquals(0, arrivals.size());
    }

    @Test
    void whoeverComesAfterTheCloseIsRefusedWhateverTheRoom() throws Exception {
        loop.submit(() -> arrivals.close()).get();
        List<FakeCommand> offered = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            FakeCommand command = new FakeCommand(i);
            offered.add(command);
            assertTrue(arrivals.offer(command, 1), "It is the closer's, not too many");
        }

        assertEquals(offered, refused);
        assertTakenOnce(offered);
        assertEquals(0, arrivals.size());
    }

    /** Vert.x may be shut down by somebody who knows nothing of us: nobody must wait for an answer then. */
    @RepeatedTest(20)
    void aCommandThatMeetsTheEndOfTheLoopIsDrainedOrRefused() throws Exception {
        List<FakeCommand> accepted = offerUntilRefused(() -> loop.shutdownGracefully(0, 0, TimeUnit.SECONDS));
        assertTrue(loop.awaitTermination(10, TimeUnit.SECONDS));

        assertTakenOnce(accepted);
        assertEquals(accepted.size(), drained.size() + refused.size());
    }

    /** From many threads at once, {@code end} being called by one of them. */
    private List<FakeCommand> offerUntilRefused(Runnable end) throws InterruptedException {
        return offerFromManyThreads(i -> i < 1_000 || refused.isEmpty(), command -> {
            if (command.thread == 0 && command.number == 500) {
                end.run();
            }
            return arrivals.offer(command, 1_000);
        });
    }

    /** @return those that {@code offer} has accepted */
    private static List<FakeCommand> offerFromManyThreads(IntPredicate more, Predicate<FakeCommand> offer)
            throws InterruptedException {
        List<FakeCommand> accepted = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(new Thread(() -> {
                awaitUninterruptibly(start);
                for (int i = 0; more.test(i); i++) {
                    FakeCommand command = new FakeCommand(thread, i);
                    if (offer.test(command)) {
                        accepted.add(command);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return accepted;
    }

    private static void assertTakenOnce(List<FakeCommand> commands) {
        for (FakeCommand command : commands) {
            assertEquals(1, command.taken.get(), command::toString);
        }
    }

    private void assertOrderedByThread() {
        int[] next = new int[THREADS];
        for (FakeCommand command : drained) {
            assertEquals(next[command.thread]++, command.number);
        }
    }

    /** Keeps the loop busy, so that nothing is drained until the gate opens. */
    private CountDownLatch closeGate() {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        loop.execute(() -> {
            reached.countDown();
            awaitUninterruptibly(gate);
        });
        awaitUninterruptibly(reached);
        return gate;
    }

    /** Waits for what the loop has to do, and for what it gives itself to do meanwhile. */
    private void awaitLoop() throws Exception {
        do {
            loop.submit(() -> {
            }).get();
        } while (loop.waiting.get() > 0);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
