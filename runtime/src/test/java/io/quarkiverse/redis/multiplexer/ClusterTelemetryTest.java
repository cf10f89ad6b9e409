package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/** Spans of a cluster name the node that has the key. */
class ClusterTelemetryTest {

    private static final int PRIMARIES = 3;

    private final Queue<Map<String, String>> spans = new ConcurrentLinkedQueue<>();
    private RedisCluster servers;
    private Vertx vertx;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() {
        servers = RedisCluster.start(RedisBinary.any(), PRIMARIES, 0);
        vertx = Vertx.builder().withTracer(options -> new Noting()).build();
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(servers.urls().get(0));
        redis = MultiplexedRedis.create(vertx, options, new MultiplexerOptions());
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        await(vertx.close());
        servers.close();
    }

    @Test
    void theyNameTheNodeThatHasTheKey() throws Exception {
        await(redis.send(request(Command.PING)));
        spans.clear();
        for (int key = 0; key < 10; key++) {
            await(redis.send(request(Command.SET, "key" + key, "1")));
            assertNamed("key" + key);
            await(redis.send(request(Command.BLPOP, "list" + key, "0.01")));
            assertNamed("list" + key);
        }
        int slot = servers.slot("key0");
        servers.moveSlot(slot, (servers.owner(slot) + 1) % PRIMARIES);
        await(redis.send(request(Command.GET, "key0")));
        spans.clear();
        await(redis.send(request(Command.GET, "key0")));
        assertNamed("key0");
    }

    private void assertNamed(String key) {
        Map<String, String> span = spans.remove();
        String port = String.valueOf(servers.port(servers.owner(servers.slot(key))));
        assertEquals(port, span.get("server.port"), key);
        assertEquals(port, span.get("network.peer.port"), key);
        assertEquals("127.0.0.1", span.get("server.address"), key);
    }

    private final class Noting implements VertxTracer<Object, Object> {

        @Override
        public <R> Object sendRequest(Context context, SpanKind kind, TracingPolicy policy, R request, String operation,
                BiConsumer<String, String> headers, TagExtractor<R> extractor) {
            spans.add(extractor.extract(request));
            return this;
        }
    }
}
