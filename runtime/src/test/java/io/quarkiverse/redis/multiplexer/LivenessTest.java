package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Dead peers are noticed and replaced; busy ones are left alone. */
class LivenessTest {

    private static final Duration LIVENESS = Duration.ofMillis(500);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private FaultProxy proxy;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() throws Exception {
        proxy = new FaultProxy(real.server().port());
        redis = real.client(new RedisOptions().setConnectionString(proxy.url()),
                new MultiplexerOptions().setLivenessTimeout(LIVENESS));
        await(redis.send(request(Command.SET, "key", "value")));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void aReadOnAHalfOpenConnectionIsAnsweredByItsReplacement() throws Exception {
        proxy.halfOpen();
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals(2, redis.status().lanes().get(0).connects());
    }

    @Test
    void aWriteOnAHalfOpenConnectionFailsAsSent() throws Exception {
        proxy.halfOpen();
        Throwable failure = awaitFailure(redis.send(request(Command.INCR, "n")));
        assertInstanceOf(ConnectionLostException.class, failure);
        assertTrue(((CommandFailure) failure).sent());
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
    }

    @Test
    void aHalfOpenConnectionThatNobodyUsesIsReplacedAsWell() throws Exception {
        proxy.halfOpen();
        awaitUntil(() -> redis.status().lanes().get(0).connects() >= 2);
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
    }

    @Test
    void aFrozenServerCostsNoConnectionAndNoCommand() throws Exception {
        real.server().freeze();
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(redis.send(request(Command.INCR, "n")));
        }
        awaitSilence();
        real.server().thaw();
        for (int i = 0; i < 100; i++) {
            assertEquals(String.valueOf(i + 1), awaitText(replies.get(i)));
        }
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aSlowScriptCostsNoConnectionAndNoCommand() throws Exception {
        await(redis.send(request(Command.CONFIG, "SET", "lua-time-limit", 100)));
        Future<Response> script = redis.send(request(Command.EVAL,
                "local t = redis.call('TIME')[1] + 3; while tonumber(redis.call('TIME')[1]) < t do end return 'done'", 0));
        Future<Response> behind = redis.send(request(Command.INCR, "n"));
        assertEquals("done", awaitText(script));
        assertEquals("1", awaitText(behind));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aCommandThatTheServerKeepsWaitingCostsNoConnection() throws Exception {
        await(redis.send(request(Command.CLIENT, "PAUSE", 2500, "WRITE")));
        assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    /** Until the client must have begun to doubt the connection several times: each time it opens another one. */
    private void awaitSilence() {
        int before = proxy.accepted();
        awaitUntil(() -> proxy.accepted() >= before + 2);
    }
}
