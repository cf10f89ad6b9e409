package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link Readiness}, in states that are set by hand. */
class ReadinessTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final KeeperState state = new KeeperState("test", "the connection", new RecordingUser());
    private final AtomicInteger connects = new AtomicInteger();
    private final Readiness readiness = new Readiness(VertxAccess.eventLoop(context), state, connects::incrementAndGet,
            failures,
            TimeUnit.HOURS.toNanos(1));
    private final Throwable cause = new IllegalStateException("the reason");

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void whoAsksHasItMadeAndIsToldWhenItIsThere() throws Exception {
        Future<Void> first = readiness.future(context);
        Future<Void> second = readiness.future(context);
        onLoop(() -> assertEquals(2, connects.get()));
        assertFalse(first.isComplete());
        onLoop(readiness::reached);
        await(first);
        await(second);
    }

    @Test
    void whoAsksIsToldWhyThereIsNone() throws Exception {
        Future<Void> waiting = readiness.future(context);
        onLoop(() -> {
            state.connecting();
            state.backingOff(cause);
            readiness.missed(cause);
        });
        assertSame(cause, awaitFailure(waiting));
        assertSame(cause, awaitFailure(readiness.future(context)));
        onLoop(state::closing);
        assertInstanceOf(ConnectionLostException.class, awaitFailure(readiness.future(context)));
        assertEquals(1, connects.get());
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        Future<Void> waiting = readiness.future(context);
        onLoop(() -> readiness.expire(System.nanoTime()));
        assertFalse(waiting.isComplete());
        onLoop(() -> readiness.expire(System.nanoTime() + TimeUnit.HOURS.toNanos(2)));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(waiting));
    }

    private void onLoop(Runnable action) throws Exception {
        VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
