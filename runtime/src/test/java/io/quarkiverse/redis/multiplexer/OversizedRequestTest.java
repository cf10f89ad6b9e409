package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.util.ResourceLeakDetector;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** More arguments than Redis 6 takes, which closes the connection that they come on. */
class OversizedRequestTest {

    @RegisterExtension
    final RealRedis real = new RealRedis(RedisBinary.REDIS_6_2);

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    /** The leak detector records a stack trace for every number that is written, of which there are millions here. */
    @BeforeEach
    void spareTheLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterEach
    void restoreTheLeakDetector() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void theServersRefusalHarmsNobodyElse() throws Exception {
        MultiplexedRedis redis = real.client();
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        Object[] keys = new Object[1_200_000];
        Arrays.fill(keys, "key");
        Future<Response> oversized = redis.send(request(Command.EXISTS, keys));
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        Throwable failure = awaitFailure(oversized);
        // Closing a socket that has not been read to the end may overtake what the server said before.
        assertTrue(failure instanceof ConnectionLostException || failure.getMessage().contains("Protocol error"),
                failure.toString());
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void itKeepsItsPlaceAmongTheCommandsOfItsCaller() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            server.assumeSince7("room for so many arguments");
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            int count = 1024 * 1024;
            Request oversized = Request.cmd(Command.RPUSH).arg("list");
            for (int i = 0; i < count; i++) {
                oversized.arg("x");
            }
            Promise<List<Future<Response>>> sent = Promise.promise();
            real.vertx().runOnContext(go -> sent.complete(List.of(
                    redis.send(request(Command.RPUSH, "list", "first")), redis.send(oversized),
                    redis.send(request(Command.LLEN, "list")), redis.send(request(Command.LINDEX, "list", "0")))));
            List<Future<Response>> replies = await(sent.future());

            assertEquals("1", awaitText(replies.get(0)));
            assertEquals(String.valueOf(count + 1), awaitText(replies.get(1)));
            assertEquals(String.valueOf(count + 1), awaitText(replies.get(2)));
            assertEquals("first", awaitText(replies.get(3)));
        }
    }
}
