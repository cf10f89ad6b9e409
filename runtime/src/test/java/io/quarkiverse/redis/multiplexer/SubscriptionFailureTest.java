package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitMany;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** What goes wrong with subscriptions, and whom it costs what. */
class SubscriptionFailureTest {

    /** The threshold of BUSY has its old name, which all versions know. */
    @RegisterExtension
    final RealRedis real = new RealRedis("--lua-time-limit", "50");

    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    private RedisConnection listen(MultiplexedRedis redis) throws Exception {
        RedisConnection connection = await(redis.connect());
        connection.handler(message -> messages.add(message.toString())).exceptionHandler(failures::add);
        return connection;
    }

    @Test
    void unsubscribingInTheCallbackOfSubscribeCostsNobodyAnything() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = listen(redis);
        await(connection.send(request(Command.SUBSCRIBE, "other")));
        for (int i = 0; i < 20; i++) {
            await(connection.send(request(Command.SUBSCRIBE, "a", "b"))
                    .compose(done -> connection.send(request(Command.UNSUBSCRIBE, "a")))
                    .compose(done -> connection.send(request(Command.UNSUBSCRIBE, "b"))));
        }
        assertEquals(1, redis.status().subscriptions());
        assertEquals(0, redis.status().restorations());
    }

    @Test
    void aListenerThatThrowsIsCalledOnce() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                calls.incrementAndGet();
                throw new AssertionError("of the listener");
            }
        }));
        RedisConnection connection = listen(redis);
        await(connection.send(request(Command.SUBSCRIBE, "c")));
        for (int i = 1; i <= 3; i++) {
            await(redis.send(request(Command.CLIENT, "KILL", "TYPE", "pubsub")));
            int restored = i;
            awaitUntil(() -> calls.get() == restored);
        }
        assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "c", "x"))));
        awaitUntil(() -> messages.contains("[message, c, x]"));
        assertEquals(3, calls.get());
    }

    @Test
    void callbacksThatThrowDoNotStopTheClock() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "%0\r\n";
            case "SUBSCRIBE" -> null;
            default -> "+PONG\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(300)));
            RealRedis.eventually(() -> redis.send(request(Command.PING)));
            RedisConnection connection = listen(redis);
            for (int i = 0; i < 3; i++) {
                Future<Response> call = connection.send(request(Command.SUBSCRIBE, "c" + i));
                AtomicReference<Throwable> told = new AtomicReference<>();
                call.onFailure(told::set);
                Future.all(call, Future.succeededFuture()).onComplete(done -> {
                    throw new AssertionError("of the callback");
                });
                awaitUntil(() -> told.get() instanceof CommandFailure);
            }
        }
    }

    @Test
    void aSubscribeWaitsForTheEndOfAScript() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = listen(redis);
        await(connection.send(request(Command.SUBSCRIBE, "one")));
        try (RespClient busy = real.server().client(); RespClient observer = real.server().client()) {
            Thread script = new Thread(() -> busy.call("EVAL",
                    "local t=redis.call('TIME')[1]+2 while redis.call('TIME')[1]+0<t do end return 1", "0"));
            script.start();
            awaitUntil(() -> isBusy(observer));
            Future<Response> two = connection.send(request(Command.SUBSCRIBE, "two"));
            Future<Response> none = connection.send(request(Command.UNSUBSCRIBE, "one"));
            await(two);
            await(none);
            script.join();
        }
        awaitUntil(() -> messages.size() == 3);
        assertEquals(List.of("[subscribe, one, 1]", "[subscribe, two, 2]", "[unsubscribe, one, 1]"), List.copyOf(messages));
        assertEquals(1, redis.status().subscriptions());
    }

    private static boolean isBusy(RespClient observer) {
        try {
            observer.call("PING");
            return false;
        } catch (IllegalStateException e) {
            return e.getMessage().startsWith("BUSY");
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aSubscriptionSurvivesThatItsUserMayNotSubscribeForAWhile(ProtocolVersion version) throws Exception {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">pass", "~*", "+@all", "resetchannels", "&open",
                    "&closed", "&wide");
            MultiplexedRedis redis = real.client(new RedisOptions().setPreferredProtocolVersion(version)
                    .setConnectionString("redis://app:pass@localhost:" + real.server().port()), new MultiplexerOptions());
            RedisConnection connection = listen(redis);
            await(connection.send(request(Command.SUBSCRIBE, "open", "closed", "wide")));
            administrator.call("ACL", "SETUSER", "app", "resetchannels", "&open", "&wide");
            awaitUntil(() -> failures.size() == 1);
            assertTrue(failures.get(0).getMessage().startsWith("NOPERM"), failures.get(0).getMessage());
            awaitUntil(() -> administrator.call("PUBLISH", "open", "x").equals(1L));
            assertEquals(3, redis.status().subscriptions());
            assertEquals(0L, administrator.call("PUBLISH", "closed", "lost"));

            administrator.call("ACL", "SETUSER", "app", "&closed");
            awaitUntil(() -> administrator.call("PUBLISH", "closed", "y").equals(1L));
            awaitUntil(() -> messages.contains("[message, closed, y]"));
            assertEquals(1, failures.size());
        }
    }

    /** The hub asks the server whether it is there just behind a SUBSCRIBE that is refused. */
    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aRefusedSubscribeWithThePingBehindItIsNoTrap(ProtocolVersion version) throws Exception {
        boolean resp3 = version == ProtocolVersion.RESP3;
        AtomicReference<Consumer<String>> refused = new AtomicReference<>();
        try (ScriptedServer server = new ScriptedServer((command, connection) -> switch (command.get(0)) {
            case "HELLO" -> resp3 ? "%0\r\n" : "-ERR unknown command 'HELLO'\r\n";
            case "SUBSCRIBE" -> {
                String name = command.get(1);
                if (name.startsWith("forbidden")) {
                    refused.set(connection);
                    yield null;
                }
                yield (resp3 ? ">" : "*") + "3\r\n$9\r\nsubscribe\r\n$" + name.length() + "\r\n" + name + "\r\n:1\r\n";
            }
            case "PING" -> {
                // What was held back until PING came is answered first, as a slow network does it.
                if (refused.compareAndSet(connection, null)) {
                    yield "-NOPERM no\r\n" + (resp3 ? "+PONG\r\n" : "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
                }
                yield "+PONG\r\n";
            }
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url())
                    .setPreferredProtocolVersion(version), new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(400)));
            RedisConnection connection = listen(redis);
            await(connection.send(request(Command.SUBSCRIBE, "ok")));
            int connections = server.openConnections();
            for (int i = 0; i < 5; i++) {
                Throwable failure = awaitFailure(connection.send(request(Command.SUBSCRIBE, "forbidden" + i)));
                assertEquals("NOPERM no", failure.getMessage());
                await(connection.send(request(Command.SUBSCRIBE, "ok" + i)));
            }
            assertEquals(connections, server.openConnections());
            assertEquals(6, redis.status().subscriptions());
        }
    }

    @Test
    void aSubscribeThatIsLeftBeforeThereIsAConnectionIsCompleted() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofMinutes(10)));
        RedisConnection closed = listen(redis);
        RedisConnection open = listen(redis);
        RedisConnection unsubscribed = listen(redis);
        real.server().kill();
        Future<Response> first = closed.send(request(Command.SUBSCRIBE, "a"));
        Future<Response> second = unsubscribed.send(request(Command.SUBSCRIBE, "a"));
        Future<Response> third = unsubscribed.send(request(Command.UNSUBSCRIBE));
        Future<Response> fourth = open.send(request(Command.SUBSCRIBE, "a"));
        await(closed.close());
        assertInstanceOf(ConnectionLostException.class, awaitFailure(first));
        real.server().run();
        await(second);
        await(third);
        await(fourth);
        assertEquals(1, redis.status().subscriptions());

        real.server().kill();
        Future<Response> fifth = open.send(request(Command.SUBSCRIBE, "b"));
        redis.close();
        assertInstanceOf(ConnectionLostException.class, awaitFailure(fifth));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(open.send(request(Command.SUBSCRIBE, "c"))));
        real.server().run();
    }

    @Test
    void nothingComesAfterCloseButTheEnd() throws Exception {
        MultiplexedRedis redis = real.client();
        AtomicInteger ends = new AtomicInteger();
        RedisConnection subscribed = listen(redis);
        subscribed.endHandler(end -> ends.incrementAndGet());
        await(subscribed.send(request(Command.SUBSCRIBE, "c")));
        awaitUntil(() -> messages.size() == 1);
        RedisConnection plain = listen(redis);
        plain.endHandler(end -> ends.addAndGet(100));
        await(plain.send(request(Command.PING)));

        await(subscribed.close());
        await(plain.close());
        await(subscribed.close());
        assertTrue(awaitFailure(subscribed.send(request(Command.SUBSCRIBE, "d"))) instanceof ConnectionLostException);
        awaitUntil(() -> "0".equals(awaitText(redis.send(request(Command.PUBLISH, "c", "x")))));
        awaitUntil(() -> ends.get() == 1);
        assertEquals(List.of("[subscribe, c, 1]"), List.copyOf(messages));
    }

    @Test
    void allSubscriptionsLeaveAServerThatHasBecomeAReplica() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = listen(redis);
        await(connection.send(request(Command.SUBSCRIBE, "c")));
        try (RespClient administrator = real.server().client()) {
            String before = subscriberId(administrator);
            administrator.call("REPLICAOF", "localhost", "1");
            assertTrue(awaitFailure(redis.send(request(Command.SET, "key", 1))).getMessage().startsWith("READONLY"));
            awaitUntil(() -> !List.of(before, "").contains(subscriberId(administrator)));
            awaitUntil(() -> administrator.call("PUBLISH", "c", "x").equals(1L));
            awaitUntil(() -> messages.contains("[message, c, x]"));
            administrator.call("REPLICAOF", "NO", "ONE");
        }
        assertEquals(1, redis.status().restorations());
        assertEquals(List.of(), List.copyOf(failures));
    }

    /** @return empty if there is no subscriber */
    private static String subscriberId(RespClient administrator) {
        return administrator.call("CLIENT", "LIST", "TYPE", "pubsub").toString().split(" ")[0];
    }

    @Test
    void aConnectionMayHaveManyChannels() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofMinutes(5)));
        RedisConnection connection = listen(redis);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            calls.add(connection.send(request(Command.SUBSCRIBE, "channel" + i)));
        }
        await(Future.all(calls));
        awaitMany(10_000, messages::size);
        assertEquals("[subscribe, channel9999, 10000]", messages.get(9_999));
        await(redis.send(request(Command.CLIENT, "KILL", "TYPE", "pubsub")));
        awaitUntil(() -> redis.status().restorations() == 1);
        await(connection.send(request(Command.UNSUBSCRIBE)));
        awaitMany(20_000, messages::size);
        assertEquals(20_000, messages.size());
        assertEquals(0, redis.status().subscriptions());
        assertTrue(failures.isEmpty());
    }
}
