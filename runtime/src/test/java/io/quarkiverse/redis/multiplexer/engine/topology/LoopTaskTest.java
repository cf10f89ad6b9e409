package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** {@link LoopTask}. */
class LoopTaskTest {

    private final ClusterByHand time = new ClusterByHand();
    private boolean done;

    @Test
    void itIsDoneSoonAndNotFromWithinTheCall() {
        Future<Void> end = LoopTask.run(time.loop(), "a test", () -> done = true);
        assertFalse(done || end.isComplete());
        time.run();
        assertTrue(done && end.succeeded());
    }

    @Test
    void whatIsThrownIsNobodysElse() {
        Future<Void> end = LoopTask.run(time.loop(), "a test", () -> {
            throw new IllegalStateException("on purpose");
        });
        time.run();
        assertTrue(end.succeeded());
    }

    @Test
    void whereNothingIsDoneAnyMoreItIsOver() throws Exception {
        EventLoop gone = new DefaultEventLoop();
        gone.shutdownGracefully(0, 0, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
        assertTrue(LoopTask.run(gone, "a test", () -> done = true).succeeded());
        assertFalse(done);
    }

    @Test
    void onItsThreadItIsDoneAtOnce() {
        assertTrue(LoopTask.now(time.loop(), () -> done = true));
        assertTrue(done);
    }

    @Test
    void whoWaitsForItIsToldWhatItThrows() {
        Promise<Void> waiting = Promise.promise();
        OutOfMemoryError none = new OutOfMemoryError("by hand");
        assertTrue(LoopTask.now(time.loop(), waiting, () -> {
            throw none;
        }));
        assertSame(none, waiting.future().cause());
    }

    @Test
    void onAnotherThreadItIsDoneSoonOrNever() throws Exception {
        EventLoop other = new DefaultEventLoop();
        CountDownLatch there = new CountDownLatch(1);
        assertTrue(LoopTask.now(other, there::countDown));
        assertTrue(there.await(20, TimeUnit.SECONDS));
        other.shutdownGracefully(0, 0, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
        assertFalse(LoopTask.now(other, () -> done = true));
        assertFalse(done);
    }
}
