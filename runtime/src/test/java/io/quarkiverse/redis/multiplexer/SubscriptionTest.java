package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Any number of subscriptions on one connection, on a real server. */
class SubscriptionTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private static final class Listener {
        final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        final CountDownLatch ended = new CountDownLatch(1);
        final RedisConnection connection;

        Listener(MultiplexedRedis redis) throws Exception {
            connection = await(redis.connect());
            connection.handler(message -> messages.add(message.toString())).exceptionHandler(failures::add)
                    .endHandler(end -> ended.countDown());
        }

        String next() throws InterruptedException {
            String message = messages.poll(10, TimeUnit.SECONDS);
            assertNotNull(message, "no message came");
            return message;
        }
    }

    @Test
    void allSubscriptionsOfAClientShareOneConnection() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Listener listener = new Listener(redis);
            await(listener.connection.send(request(Command.SUBSCRIBE, "all", "own" + i)));
            assertEquals("[subscribe, all, 1]", listener.next());
            assertEquals("[subscribe, own" + i + ", 2]", listener.next());
            listeners.add(listener);
        }
        assertEquals(2, real.connections());
        assertEquals(21, redis.status().subscriptions());
        await(redis.send(request(Command.PUBLISH, "all", "hello")));
        for (int i = 0; i < 20; i++) {
            await(redis.send(request(Command.PUBLISH, "own" + i, i)));
            assertEquals("[message, all, hello]", listeners.get(i).next());
            assertEquals("[message, own" + i + ", " + i + "]", listeners.get(i).next());
        }
        await(listeners.get(0).connection.send(request(Command.UNSUBSCRIBE)));
        assertEquals(20, redis.status().subscriptions());
    }

    @Test
    void channelsPatternsAndShardedChannels() throws Exception {
        real.server().assumeSince7("sharded channels");
        MultiplexedRedis redis = real.client();
        Listener listener = new Listener(redis);
        await(listener.connection.send(request(Command.SUBSCRIBE, "c")));
        await(listener.connection.send(request(Command.PSUBSCRIBE, "c*")));
        await(listener.connection.send(request(Command.SSUBSCRIBE, "c")));
        assertEquals("[subscribe, c, 1]", listener.next());
        assertEquals("[psubscribe, c*, 2]", listener.next());
        assertEquals("[ssubscribe, c, 1]", listener.next());
        await(redis.send(request(Command.PUBLISH, "c", "x")));
        assertEquals("[message, c, x]", listener.next());
        assertEquals("[pmessage, c*, c, x]", listener.next());
        await(redis.send(request(Command.SPUBLISH, "c", "y")));
        assertEquals("[smessage, c, y]", listener.next());
        await(listener.connection.send(request(Command.PUNSUBSCRIBE)));
        assertEquals("[punsubscribe, c*, 1]", listener.next());
        await(listener.connection.send(request(Command.SUNSUBSCRIBE)));
        await(listener.connection.send(request(Command.UNSUBSCRIBE)));
        assertEquals(0, redis.status().subscriptions());
    }

    @Test
    void tenThousandRoundsLeaveNothingBehind() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        for (int i = 0; i < 10_000; i++) {
            connection.send(request(Command.SUBSCRIBE, "channel" + i % 7));
            Future<Response> unsubscribed = connection.send(request(Command.UNSUBSCRIBE, "channel" + i % 7));
            if (i % 100 == 0) {
                await(unsubscribed);
            }
        }
        await(connection.send(request(Command.UNSUBSCRIBE)));
        await(connection.close());
        assertEquals(0, redis.status().subscriptions());
        try (RespClient observer = real.server().client()) {
            assertEquals(List.of(), observer.call("PUBSUB", "CHANNELS"));
        }
        assertTrue(real.connections() <= 2, "connections: " + real.connections());
    }

    @Test
    void closingAConnectionUnsubscribesIt() throws Exception {
        MultiplexedRedis redis = real.client();
        Listener first = new Listener(redis);
        Listener second = new Listener(redis);
        await(first.connection.send(request(Command.SUBSCRIBE, "c")));
        await(second.connection.send(request(Command.SUBSCRIBE, "c")));
        await(first.connection.close());
        assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "c", "x"))));
        await(second.connection.close());
        awaitUntil(() -> "0".equals(awaitText(redis.send(request(Command.PUBLISH, "c", "x")))));
        assertEquals(0, redis.status().subscriptions());
    }

    @Test
    void subscriptionsAreRestoredAfterTheirConnectionWasLostAndThatIsTold() throws Exception {
        BlockingQueue<SubscriptionRestored> events = new LinkedBlockingQueue<>();
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                events.add(event);
            }
        }));
        Listener listener = new Listener(redis);
        await(listener.connection.send(request(Command.SUBSCRIBE, "a", "b")));
        await(listener.connection.send(request(Command.PSUBSCRIBE, "p*")));
        for (int i = 0; i < 3; i++) {
            listener.next();
        }
        real.server().kill();
        real.server().run();
        SubscriptionRestored event = events.poll(20, TimeUnit.SECONDS);
        assertNotNull(event);
        assertEquals(3, event.subscriptions());
        assertEquals("test", event.client());
        await(redis.send(request(Command.PUBLISH, "b", "again")));
        assertEquals("[message, b, again]", listener.next());
        assertEquals(1, listener.ended.getCount());
        assertTrue(listener.failures.isEmpty());
    }

    @Test
    void aChannelThatTheUserMayNotSubscribeToFailsItsOwnCallOnly() throws Exception {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "listener", "on", ">pass", "allcommands", "resetchannels", "&open*");
        }
        MultiplexedRedis redis = real.client(
                new RedisOptions().setConnectionString("redis://listener:pass@localhost:" + real.server().port()),
                new MultiplexerOptions());
        Listener listener = new Listener(redis);
        Future<Response> forbidden = listener.connection.send(request(Command.SUBSCRIBE, "secret"));
        Future<Response> allowed = listener.connection.send(request(Command.SUBSCRIBE, "open1"));
        assertTrue(awaitFailure(forbidden).getMessage().startsWith("NOPERM"));
        await(allowed);
        assertEquals(1, redis.status().subscriptions());
    }

    @Test
    void aSlowSubscriberIsBoundedAndReportedAndDelaysNobody() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setMaxWaitingMessages(10));
        Listener slow = new Listener(redis);
        Listener quick = new Listener(redis);
        await(slow.connection.send(request(Command.SUBSCRIBE, "c")));
        await(quick.connection.send(request(Command.SUBSCRIBE, "c")));
        slow.next();
        quick.next();
        slow.connection.pause();
        for (int i = 0; i < 100; i++) {
            await(redis.send(request(Command.PUBLISH, "c", i)));
            assertEquals("[message, c, " + i + "]", quick.next());
        }
        assertInstanceOf(BacklogFullException.class, slow.failures.poll(10, TimeUnit.SECONDS));
        slow.connection.resume();
        for (int i = 0; i < 10; i++) {
            assertEquals("[message, c, " + i + "]", slow.next());
        }
        assertNull(slow.messages.poll());
        assertTrue(slow.failures.isEmpty());
        await(redis.send(request(Command.PUBLISH, "c", "after")));
        assertEquals("[message, c, after]", slow.next());
    }

    @Test
    void subscribingToAnUnreachableServerFailsAtTheDeadline() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
        Listener listener = new Listener(redis);
        real.server().kill();
        Throwable failure = awaitFailure(listener.connection.send(request(Command.SUBSCRIBE, "c")));
        assertInstanceOf(ConnectionLostException.class, failure);
        assertEquals(0, redis.status().subscriptions());
        real.server().run();
        await(listener.connection.send(request(Command.SUBSCRIBE, "d")));
        assertEquals("0", awaitText(redis.send(request(Command.PUBLISH, "c", "x"))));
    }

    @Test
    void aBurstIsDeliveredToAHandlerThatIsNotSlow() throws Exception {
        MultiplexedRedis redis = real.client();
        Listener listener = new Listener(redis);
        AtomicInteger count = new AtomicInteger();
        listener.connection.handler(message -> count.incrementAndGet());
        await(listener.connection.send(request(Command.SUBSCRIBE, "c")));
        for (int i = 1; i <= 5; i++) {
            await(redis.send(request(Command.EVAL, "for i=1,40000 do redis.call('publish','c',i) end", 0)));
            int expected = 1 + i * 40_000;
            awaitUntil(() -> count.get() >= expected);
            assertEquals(expected, count.get());
        }
        assertTrue(listener.failures.isEmpty());
    }

    @Test
    void theEndOfTheClientEndsItsSubscriptions() throws Exception {
        MultiplexedRedis redis = real.client();
        Listener listener = new Listener(redis);
        await(listener.connection.send(request(Command.SUBSCRIBE, "c")));
        redis.close();
        assertTrue(listener.ended.await(10, TimeUnit.SECONDS));
        assertTrue(listener.failures.isEmpty());
    }
}
