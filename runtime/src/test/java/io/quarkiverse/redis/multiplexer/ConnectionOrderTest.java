package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.channel.EventLoop;
import io.netty.util.ResourceLeakDetector;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Commands on one connection take effect in the order in which they were sent, whoever sends them, wherever they run. */
class ConnectionOrderTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

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
    void whoIsHandedTheConnectionComesAfterWhoHandsItOver() throws Exception {
        RedisConnection connection = await(real.client().connect());
        for (EventLoop loop : VertxAccess.eventLoops(real.vertx())) {
            Context context = VertxAccess.newContext(real.vertx(), loop);
            for (int i = 0; i < 100; i++) {
                String key = "key" + i;
                connection.send(request(Command.SET, key, i));
                assertEquals(String.valueOf(i), get(context, connection, key));
            }
        }
        await(connection.close());
    }

    /** From event loop to event loop, through promotions. */
    @Test
    void aRelayKeepsItsOrder() throws Exception {
        List<Context> contexts = VertxAccess.eventLoops(real.vertx()).stream()
                .map(loop -> VertxAccess.newContext(real.vertx(), loop)).toList();
        for (int round = 0; round < 30; round++) {
            RedisConnection connection = await(real.client().connect());
            String key = "relay" + round;
            CompletableFuture<Void> finished = new CompletableFuture<>();
            relay(contexts, connection, key, 0, finished);
            finished.get(20, TimeUnit.SECONDS);
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                expected.append(i).append(' ');
            }
            assertEquals(expected.toString(), awaitText(connection.send(request(Command.GET, key))));
            await(connection.close());
        }
    }

    private static void relay(List<Context> contexts, RedisConnection connection, String key, int leg,
            CompletableFuture<Void> finished) {
        if (leg == 20) {
            finished.complete(null);
            return;
        }
        contexts.get(leg % contexts.size()).runOnContext(turn -> {
            if (leg == 7) {
                connection.send(request(Command.WATCH, key));
            }
            connection.send(request(Command.APPEND, key, leg + " "));
            relay(contexts, connection, key, leg + 1, finished);
        });
    }

    /** More arguments than a server may take: for that the connection gets one of its own. */
    @Test
    void anOversizedRequestKeepsItsPlace() throws Exception {
        real.server().assumeSince7("room for so many arguments");
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        List<Future<Response>> lengths = new ArrayList<>();
        connection.send(request(Command.RPUSH, "list", "first"));
        lengths.add(connection.send(request(Command.LLEN, "list")));
        connection.send(oversized());
        lengths.add(connection.send(request(Command.LLEN, "list")));
        connection.batch(List.of(oversized()));
        lengths.add(connection.send(request(Command.LLEN, "list")));
        assertEquals("1", awaitText(lengths.get(0)));
        assertEquals("1048577", awaitText(lengths.get(1)));
        assertEquals("2097153", awaitText(lengths.get(2)));
        assertEquals(1, redis.status().dedicatedConnections());
        await(connection.close());
    }

    @Test
    void anOversizedBatchRunsWhereItHarmsNobody() throws Exception {
        real.server().assumeSince7("room for so many arguments");
        MultiplexedRedis redis = real.client();
        await(redis.batch(List.of(request(Command.PING), oversized())));
        assertTrue(redis.status().dedicatedConnections() > 0);
    }

    private static Request oversized() {
        Request request = Request.cmd(Command.RPUSH).arg("list");
        for (int i = 0; i < 1024 * 1024; i++) {
            request.arg(1L);
        }
        return request;
    }

    private static String get(Context context, RedisConnection connection, String key) throws Exception {
        CompletableFuture<String> value = new CompletableFuture<>();
        context.runOnContext(turn -> connection.send(request(Command.GET, key))
                .onComplete(reply -> value.complete(String.valueOf(reply.result()))));
        return value.get(20, TimeUnit.SECONDS);
    }
}
