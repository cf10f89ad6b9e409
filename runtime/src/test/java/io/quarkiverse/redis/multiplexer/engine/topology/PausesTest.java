package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;

/** {@link Pauses}: when they are over. */
class PausesTest {

    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final EventLoop loop = new DefaultEventLoop();
    private final Pauses pauses = new Pauses();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void oneIsOverInTime() throws Exception {
        long before = System.nanoTime();
        await(pauses.begin(loop, TimeUnit.MILLISECONDS.toNanos(20)));
        assertTrue(System.nanoTime() - before >= TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void allEndAtOnceWhenThereIsNothingToWaitFor() {
        Future<Void> first = pauses.begin(loop, LONG);
        Future<Void> second = pauses.begin(loop, LONG);
        assertFalse(first.isComplete() || second.isComplete());
        pauses.endAll();
        pauses.endAll();

        assertTrue(first.succeeded() && second.succeeded());
        assertTrue(pauses.begin(loop, LONG).succeeded());
    }

    @Test
    void oneThatTheEventLoopCannotEndIsOverAtOnce() throws Exception {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        assertTrue(pauses.begin(loop, LONG).succeeded());
    }
}
