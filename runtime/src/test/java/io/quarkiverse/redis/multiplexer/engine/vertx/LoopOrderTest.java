package io.quarkiverse.redis.multiplexer.engine.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;

class LoopOrderTest {

    private final EventLoop loop = new DefaultEventLoop();
    private final LoopOrder order = new LoopOrder(loop);
    private final List<String> run = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() throws Exception {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
    }

    @Test
    void onTheEventLoopItIsRunAtOnce() throws Exception {
        onLoop(() -> {
            order.run(() -> run.add("action"), this::rejected);
            run.add("after the call");
        });

        assertEquals(List.of("action", "after the call"), run);
    }

    @Test
    void onAnotherThreadItIsRunOnTheEventLoop() throws Exception {
        order.run(() -> run.add(loop.inEventLoop() ? "on the loop" : "elsewhere"), this::rejected);
        onLoop(() -> {
        });

        assertEquals(List.of("on the loop"), run);
    }

    @Test
    void whatTheEventLoopCallsDoesNotOvertakeWhatCameBefore() throws Exception {
        onLoop(() -> {
            Thread other = new Thread(() -> order.run(() -> run.add("from another thread"), this::rejected));
            other.start();
            join(other);
            order.run(() -> run.add("on the loop"), this::rejected);
            assertEquals(List.of(), run);
        });
        onLoop(() -> {
        });

        assertEquals(List.of("from another thread", "on the loop"), run);
    }

    @Test
    void whatTheEventLoopDoesNotTakeIsRejected() throws Exception {
        stop();
        order.run(() -> run.add("action"), this::rejected);
        order.run(() -> run.add("action"), this::rejected);

        assertEquals(List.of("rejected", "rejected"), run);
        assertTrue(loop.isTerminated());
    }

    private void rejected() {
        run.add("rejected");
    }

    private void onLoop(Runnable action) throws Exception {
        loop.submit(action).get(20, TimeUnit.SECONDS);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
