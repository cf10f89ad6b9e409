package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Servers that close connections which nobody has used for a while, and servers that close them for no reason. */
class IdleConnectionTest {

    @RegisterExtension
    final RealRedis real = new RealRedis("--timeout", "1");

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    @Test
    void aLaneThatTheServerClosesWhileNobodyUsesItIsNoOutageAndOpensWhenItIsUsed() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        for (int connects = 1; connects <= 3; connects++) {
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", connects))));
            awaitUntil(() -> lane(redis).state() == ConnectionState.IDLE);
            assertEquals(connects, lane(redis).connects());
        }
        assertEquals(0, log.count(Level.INFO), log.messages("")::toString);
        assertEquals(0, lane(redis).failures().lost());
        assertEquals(0, real.connections());
    }

    @Test
    void whoAsksForAConnectionOpensItToo() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1).setEagerConnect(true));
        awaitUntil(() -> lane(redis).connects() == 1);
        awaitUntil(() -> lane(redis).state() == ConnectionState.IDLE);
        RedisConnection connection = await(redis.connect());
        assertEquals(ConnectionState.READY, lane(redis).state());
        await(connection.close());
    }

    @Test
    void subscriptionsKeepTheirConnectionAndOneWithoutAnyIsNoOutage() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        BlockingQueue<Response> messages = new LinkedBlockingQueue<>();
        RedisConnection connection = await(redis.connect());
        connection.handler(messages::add);
        await(connection.send(request(Command.SUBSCRIBE, "news")));
        awaitUntil(() -> lane(redis).state() == ConnectionState.IDLE);
        assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "news", "text"))));
        assertEquals("[subscribe, news, 1]", messages.poll(20, TimeUnit.SECONDS).toString());
        assertEquals("[message, news, text]", messages.poll(20, TimeUnit.SECONDS).toString());

        await(connection.send(request(Command.UNSUBSCRIBE, "news")));
        awaitUntil(() -> lane(redis).state() == ConnectionState.IDLE && real.connections() == 0);
        assertEquals(0, log.count(Level.INFO), log.messages("")::toString);
        await(connection.send(request(Command.SUBSCRIBE, "news")));
        assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "news", "again"))));
    }

    /** What was on its way may have been executed or not; all else is not even noticed. */
    @Test
    void aConnectionThatIsClosedWhileACommandIsBeingWrittenCostsAtMostThatWrite() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(proxy.url()),
                    new MultiplexerOptions().setLanes(1));
            await(redis.send(request(Command.SET, "key", "value")));
            long counted = 0;
            long unknown = 0;
            for (int i = 0; i < 200; i++) {
                Thread closer = new Thread(proxy::hangUp);
                closer.start();
                Future<Response> read = redis.send(request(Command.GET, "key"));
                Future<Response> write = redis.send(request(Command.INCR, "n"));
                closer.join();
                assertEquals("value", awaitText(read));
                try {
                    await(write);
                    counted++;
                } catch (ExecutionException e) {
                    assertTrue(assertInstanceOf(ConnectionLostException.class, e.getCause()).sent());
                    unknown++;
                }
            }
            long n = Long.parseLong(awaitText(redis.send(request(Command.GET, "n"))));
            assertTrue(counted <= n && n <= counted + unknown, counted + " <= " + n + " <= " + counted + " + " + unknown);
        }
    }

    @Test
    void aServerThatEndsEveryConnectionAfterItsHandshakeIsDialledWithGrowingDelays() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(command -> {
            if ("HELLO".equals(command.get(0))) {
                connections.incrementAndGet();
            }
            return "SET".equals(command.get(0)) ? ScriptedServer.HANG_UP : "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLanes(1));
            List<Long> times = new ArrayList<>();
            // A write that is lost again and again, so that there always is one that wants the connection.
            for (int i = 0; i < 8; i++) {
                Future<Response> write = redis.send(request(Command.SET, "key", "value"));
                awaitUntil(write::isComplete);
                times.add(System.nanoTime());
            }
            assertEquals(8, connections.get());
            // 10 ms at first, and at least 160 ms after five of them.
            assertTrue(times.get(7) - times.get(6) > times.get(1) - times.get(0) || times.get(7) - times.get(0) > 500_000_000L,
                    times::toString);
        }
    }

    private static LaneStatus lane(MultiplexedRedis redis) {
        return redis.status().lanes().get(0);
    }
}
