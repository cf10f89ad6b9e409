package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** What one subscribes to and then publishes without waiting, one receives: each time on a client that has just been made. */
class PublishAfterSubscribeTest {

    private Vertx vertx;
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void byAThreadThatIsNoEventLoop(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary)) {
            for (int round = 0; round < 20; round++) {
                MultiplexedRedis redis = client(server, ProtocolVersion.values()[round % 2]);
                subscribe(redis, Command.PSUBSCRIBE, "c*");
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    await(redis.send(request(Command.PUBLISH, "c1", i)));
                    expected.add("[pmessage, c*, c1, " + i + "]");
                }
                assertReceived(expected);
                redis.close();
            }
        }
    }

    @Test
    void byAnEventLoop() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            for (int round = 0; round < 20; round++) {
                MultiplexedRedis redis = client(server, ProtocolVersion.RESP3);
                CompletableFuture<Void> done = new CompletableFuture<>();
                vertx.getOrCreateContext().runOnContext(now -> {
                    subscribe(redis, Command.SUBSCRIBE, "c");
                    List<Future<?>> published = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        published.add(redis.send(request(Command.PUBLISH, "c", i)));
                    }
                    Future.all(published).onComplete(all -> done.complete(null));
                });
                done.get(20, TimeUnit.SECONDS);
                assertReceived(messages("c", 5));
                redis.close();
            }
        }
    }

    @Test
    void whereverThePublishIs() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            for (int round = 0; round < 10; round++) {
                MultiplexedRedis redis = client(server, ProtocolVersion.RESP3);
                RedisConnection connection = await(redis.connect());
                subscribe(redis, Command.SUBSCRIBE, "c");
                List<Future<?>> published = new ArrayList<>();
                published.add(redis.batch(List.of(request(Command.SET, "key", 1), request(Command.PUBLISH, "c", 0))));
                published.add(redis.send(request(Command.INCR, "key")));
                published.add(connection.send(request(Command.PUBLISH, "c", 1)));
                published.add(connection.send(request(Command.MULTI)));
                published.add(connection.send(request(Command.PUBLISH, "c", 2)));
                published.add(connection.send(request(Command.EXEC)));
                await(Future.all(published));
                published.add(redis.send(request(Command.EVAL, "return redis.call('publish', 'c', 3)", 0)));
                await(Future.all(published));
                assertReceived(messages("c", 4));
                assertEquals("2", published.get(1).result().toString(), "what comes behind a batch stays behind it");
                redis.close();
            }
        }
    }

    @Test
    void onTheConnectionThatSubscribes() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            server.assumeSince7("sharded channels");
            for (int round = 0; round < 10; round++) {
                MultiplexedRedis redis = client(server, ProtocolVersion.RESP3);
                RedisConnection connection = await(redis.connect());
                connection.handler(this::receive);
                connection.send(request(Command.SSUBSCRIBE, "c"));
                await(connection.send(request(Command.SPUBLISH, "c", 0)));
                assertReceived(List.of("[smessage, c, 0]"));
                redis.close();
            }
        }
    }

    @Test
    void aSubscribeThatCannotBeAnsweredHoldsNobodyElseAndNotForEver() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "%0\r\n";
            case "SUBSCRIBE" -> null;
            case "PUBLISH" -> ":7\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(4)));
            RedisConnection connection = await(redis.connect());
            Future<Response> subscribed = connection.send(request(Command.SUBSCRIBE, "c"));
            Future<Response> own = redis.send(request(Command.PUBLISH, "c", "own"));
            CompletableFuture<Response> others = new CompletableFuture<>();
            Thread other = new Thread(() -> redis.send(request(Command.PUBLISH, "c", "other's"))
                    .onSuccess(others::complete).onFailure(others::completeExceptionally));
            other.start();
            assertEquals("7", others.get(20, TimeUnit.SECONDS).toString());
            assertFalse(own.isComplete());

            assertInstanceOf(CommandFailure.class, awaitFailure(subscribed));
            await(own);
            List<String> published = server.received().stream().filter(command -> command.get(0).equals("PUBLISH"))
                    .map(command -> command.get(2)).toList();
            assertEquals(List.of("other's", "own"), published);
            redis.close();
        }
    }

    private MultiplexedRedis client(RedisServer server, ProtocolVersion version) {
        received.clear();
        return MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString(server.url()).setPreferredProtocolVersion(version),
                new MultiplexerOptions());
    }

    private void subscribe(MultiplexedRedis redis, Command command, String name) {
        redis.connect().onSuccess(connection -> {
            connection.handler(this::receive);
            connection.send(request(command, name));
        });
    }

    private void receive(Response message) {
        if (message.get(0).toString().endsWith("message")) {
            received.add(message.toString());
        }
    }

    private void assertReceived(List<String> expected) {
        awaitUntil(() -> received.size() >= expected.size());
        assertEquals(expected, List.copyOf(received));
    }

    private static List<String> messages(String channel, int count) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add("[message, " + channel + ", " + i + "]");
        }
        return messages;
    }
}
