package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.DefaultEventLoop;

class LoopTimerTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final LoopTimer timer = new LoopTimer(loop);

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void whatIsPlannedLastIsDone() throws Exception {
        AtomicInteger forgotten = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        assertFalse(timer.isPlanned());
        onLoop(() -> {
            timer.plan(forgotten::incrementAndGet, 0);
            timer.plan(done::countDown, 0);
        });
        assertTrue(timer.isPlanned());
        assertTrue(done.await(20, TimeUnit.SECONDS));
        assertTrue(forgotten.get() == 0);
    }

    @Test
    void whatIsRepeatedIsDoneUntilItIsCancelled() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        onLoop(() -> timer.repeat("a test", thrice::countDown, 1));
        assertTrue(thrice.await(20, TimeUnit.SECONDS));
        onLoop(timer::cancel);
        onLoop(timer::cancel);
        assertFalse(timer.isPlanned());
    }

    @Test
    void whatIsRepeatedIsDoneAgainWhateverItThrows() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        onLoop(() -> timer.repeat("a test", () -> {
            thrice.countDown();
            throw new OutOfMemoryError("by hand");
        }, 1));
        assertTrue(thrice.await(20, TimeUnit.SECONDS));
    }

    @Test
    void withoutAnEventLoopNothingIsPlanned() throws Exception {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
        timer.plan(() -> {
        }, 0);
        assertFalse(timer.isPlanned());
        assertThrows(RejectedExecutionException.class, () -> timer.repeat("a test", () -> {
        }, 1));
    }

    private void onLoop(Runnable action) throws Exception {
        loop.submit(action).get(20, TimeUnit.SECONDS);
    }
}
