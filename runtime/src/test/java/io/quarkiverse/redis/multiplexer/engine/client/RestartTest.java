package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A client that is held while one generation of it ends and another begins, and what becomes of what was in flight. */
class RestartTest {

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);
    /** Longer than any test waits for anything: what ends in spite of it has not waited for it. */
    private static final Duration ENDLESS = Duration.ofHours(1);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final MultiplexedRedisClient redis = MultiplexedRedisClient.managed("held");

    @AfterEach
    void end() throws Exception {
        await(redis.end());
    }

    @Test
    void aHeldClientWorksOnTheNextVertxWithTheNextConfiguration() throws Exception {
        Vertx first = Vertx.vertx();
        redis.bind(first, options(1), new MultiplexerOptions());
        await(redis.send(request(Command.SET, "key", "first")));
        await(redis.end());
        await(first.close());

        start(options(2));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "second"))));
        try (RespClient observer = real.server().client()) {
            observer.call("SELECT", "1");
            assertEquals("first", observer.call("GET", "key"));
            observer.call("SELECT", "2");
            assertEquals("second", observer.call("GET", "key"));
        }
    }

    @Test
    void betweenTwoGenerationsAllFailsAtOnceAndSaysWhy() throws Exception {
        start(options(0));
        await(redis.send(request(Command.PING)));
        await(redis.end());
        for (Future<?> refused : List.of(redis.send(request(Command.PING)), redis.batch(List.of(request(Command.PING))),
                redis.connect())) {
            assertTrue(refused.isComplete());
            ConnectionLostException failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(refused));
            assertFalse(failure.sent());
            assertTrue(failure.getMessage().contains("the application is stopped"), failure.getMessage());
        }
    }

    @Test
    void aSlowScriptThatFitsTheTimeoutFinishes() throws Exception {
        start(options(0));
        await(redis.send(request(Command.PING)));
        Future<Response> script = redis.send(request(Command.EVAL, """
                local start = redis.call('TIME')
                repeat
                    local now = redis.call('TIME')
                    local millis = (now[1] - start[1]) * 1000 + (now[2] - start[2]) / 1000
                until millis > 500
                return 'finished'
                """, 0));
        await(redis.end());
        assertTrue(script.isComplete());
        assertEquals("finished", awaitText(script));
    }

    @Test
    void aBlockingPopFailsAtOnceAndDoesNotDelayTheEnd() throws Exception {
        redis.bind(real.vertx(), options(0), new MultiplexerOptions().setShutdownTimeout(ENDLESS));
        Future<Response> pop = redis.send(request(Command.BLPOP, "empty", 0));
        try (RespClient observer = real.server().client()) {
            awaitCommand(observer, "blpop");
        }
        await(redis.end());
        ConnectionLostException failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(pop));
        assertTrue(failure.sent());
        assertTrue(failure.getMessage().contains("is stopped"), failure.getMessage());
    }

    /** Not much longer than for one, at the same time on the same machine. */
    @Test
    void theEndDoesNotWaitLongForAThousandCommandsBehindAPausedServer() throws Exception {
        start(options(0));
        await(redis.send(request(Command.PING)));
        MultiplexedRedisClient control = MultiplexedRedisClient.managed("with one command");
        control.bind(real.vertx(), options(0), new MultiplexerOptions().setShutdownTimeout(SHUTDOWN_TIMEOUT));
        await(control.send(request(Command.PING)));
        List<Future<Response>> stuck = new ArrayList<>();
        try (RespClient observer = real.server().client()) {
            observer.call("CLIENT", "PAUSE", String.valueOf(ENDLESS.toMillis()), "ALL");
            stuck.add(control.send(request(Command.INCR, "n")));
            for (int i = 0; i < 1000; i++) {
                stuck.add(redis.send(request(Command.INCR, "n")));
            }
            long begin = System.nanoTime();
            Future<Long> one = control.end().map(done -> System.nanoTime() - begin);
            Future<Long> thousand = redis.end().map(done -> System.nanoTime() - begin);
            assertTrue(await(thousand) >= SHUTDOWN_TIMEOUT.toNanos(), () -> thousand.result() + " ns");
            assertTrue(await(thousand) < 2 * await(one), () -> thousand.result() + " ns; for one " + one.result());
        }
        for (Future<Response> command : stuck) {
            assertTrue(assertInstanceOf(ConnectionLostException.class, awaitFailure(command)).sent());
        }
    }

    @Test
    void anEndInTheMiddleOfConnectingWaitsForNothing() throws Exception {
        try (ScriptedServer silent = new ScriptedServer(command -> null)) {
            redis.bind(real.vertx(), new RedisOptions().setConnectionString(silent.url()), new MultiplexerOptions()
                    .setConnectTimeout(ENDLESS).setCommandTimeout(ENDLESS).setShutdownTimeout(ENDLESS));
            Future<Response> waiting = redis.send(request(Command.INCR, "n"));
            awaitUntil(() -> !silent.received().isEmpty());
            await(redis.end());
            assertFalse(assertInstanceOf(ConnectionLostException.class, awaitFailure(waiting)).sent());
            awaitUntil(() -> silent.openConnections() == 0);
            assertEquals(0, timers());
        }
        start(options(0));
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
    }

    @Test
    void manyRestartsLeaveNothingBehind() throws Exception {
        long threads = 0;
        for (int restart = 0; restart < 50; restart++) {
            start(options(0));
            useEverything();
            assertEquals(RealRedis.EVENT_LOOPS + 3, real.connections());
            await(redis.end());
            awaitNoConnections();
            assertEquals(0, timers());
            threads = restart == 0 ? threads() : threads;
        }
        assertEquals(threads, threads());
    }

    @Test
    void aThousandClientsTakeNoThreadNoConnectionAndNoTimerBeforeTheyAreUsed() throws Exception {
        assertEquals(0, timers());
        long threads = threads();
        List<MultiplexedRedis> clients = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            clients.add(MultiplexedRedis.create(real.vertx(), options(0), new MultiplexerOptions()));
        }
        assertEquals(0, timers());
        assertEquals(threads, threads());
        assertEquals(0, real.connections());
        clients.forEach(MultiplexedRedis::close);
    }

    /** A lane per event loop, a dedicated connection for a BLPOP and one for a transaction, and the subscription hub. */
    private void useEverything() throws Exception {
        List<Future<?>> replies = new ArrayList<>();
        for (EventLoop loop : VertxAccess.eventLoops(real.vertx())) {
            Promise<Response> reply = Promise.promise();
            VertxAccess.newContext(real.vertx(), loop)
                    .runOnContext(start -> redis.send(request(Command.PING)).onComplete(reply));
            replies.add(reply.future());
        }
        for (Future<?> reply : replies) {
            await(reply);
        }
        RedisConnection transaction = await(redis.connect());
        await(transaction.send(request(Command.WATCH, "key")));
        await(transaction.send(request(Command.MULTI)));
        RedisConnection subscription = await(redis.connect());
        await(subscription.send(request(Command.SUBSCRIBE, "channel")));
        redis.send(request(Command.BLPOP, "empty", 0));
        try (RespClient observer = real.server().client()) {
            awaitCommand(observer, "blpop");
        }
    }

    private void start(RedisOptions options) {
        redis.bind(real.vertx(), options, new MultiplexerOptions().setShutdownTimeout(SHUTDOWN_TIMEOUT));
    }

    private RedisOptions options(int database) {
        return new RedisOptions().setConnectionString(real.server().url() + "/" + database);
    }

    private static void awaitCommand(RespClient observer, String name) {
        awaitUntil(() -> observer.connections().stream().anyMatch(line -> line.contains("cmd=" + name)));
    }

    /** The server may notice a moment later than we do. */
    private void awaitNoConnections() {
        awaitUntil(() -> real.connections() == 0);
    }

    /** Those of Vert.x; others come and go with the servers of the tests. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("vert.x-")).count();
    }

    /** What the event loops still have to do later. */
    private int timers() throws Exception {
        int timers = 0;
        var queue = AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
        queue.setAccessible(true);
        for (EventLoop loop : VertxAccess.eventLoops(real.vertx())) {
            timers += loop.submit(() -> {
                Queue<?> tasks = (Queue<?>) queue.get(loop);
                return tasks == null ? 0 : tasks.size();
            }).get();
        }
        return timers;
    }
}
