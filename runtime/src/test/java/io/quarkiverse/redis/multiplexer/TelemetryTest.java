package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.Metrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** What the tracer and the metrics of Vert.x are told, beside what the stock client tells them; and what they may throw. */
class TelemetryTest {

    private RedisServer server;
    private Vertx vertx;

    @BeforeEach
    void start() {
        server = RedisServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        if (vertx != null) {
            await(vertx.close());
        }
        server.close();
    }

    static Stream<Function<Redis, Future<?>>> calls() {
        return Stream.of(
                redis -> redis.send(request(Command.SET, "key", "value")),
                redis -> redis.send(request(Command.INCR, "key")),
                redis -> redis.send(request(Command.GET)),
                redis -> redis.send(request(Command.MULTI)),
                redis -> redis.send(request(Command.SUBSCRIBE, "channel")),
                redis -> redis.send(request(Command.BLPOP, "none", "0.01")),
                redis -> redis.send(request(Command.SELECT, 7)),
                redis -> redis.batch(List.of(request(Command.SET, "key", "value"), request(Command.GET, "key"))),
                redis -> redis.batch(List.of(request(Command.GET))),
                onConnection(connection -> connection.send(request(Command.SELECT, 7))
                        .compose(selected -> connection.send(request(Command.GET, "key")))),
                onConnection(connection -> connection.batch(List.of(request(Command.SELECT, 7)))
                        .compose(selected -> connection.send(request(Command.GET, "key")))),
                onConnection(connection -> connection.send(request(Command.SELECT))
                        .recover(refused -> connection.send(request(Command.GET, "key")))),
                onConnection(connection -> connection.send(request(Command.MULTI))
                        .compose(open -> connection.send(request(Command.SET, "key", "value")))
                        .compose(queued -> connection.send(request(Command.EXEC)))),
                onConnection(connection -> connection.send(request(Command.GET))),
                onConnection(connection -> connection.batch(List.of(request(Command.GET)))),
                onConnection(connection -> connection.batch(List.of(request(Command.SUBSCRIBE, "channel")))),
                onConnection(connection -> connection.send(request(Command.SUBSCRIBE, "channel"))),
                onConnection(connection -> connection.send(request(Command.PUNSUBSCRIBE, "pattern*"))),
                onConnection(connection -> connection.send(request(Command.SUBSCRIBE))));
    }

    private static Function<Redis, Future<?>> onConnection(Function<RedisConnection, Future<?>> use) {
        return redis -> redis.connect().compose(connection -> {
            connection.handler(message -> {
            });
            return use.apply(connection).eventually(() -> connection.close());
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void spansAreThoseOfTheStockClient(Function<Redis, Future<?>> call) throws Exception {
        Queue<String> spans = new ConcurrentLinkedQueue<>();
        vertx = Vertx.builder().withTracer(options -> noting(spans)).build();
        RedisOptions options = new RedisOptions().setConnectionString("redis://127.0.0.1:" + server.port());
        Redis stock = Redis.createClient(vertx, options);
        List<String> stocks = spansOf(call, stock, spans);
        assertEquals(stocks, spansOf(call, MultiplexedRedis.create(vertx, options, new MultiplexerOptions()), spans));
        stock.close();
    }

    private static List<String> spansOf(Function<Redis, Future<?>> call, Redis redis, Queue<String> spans) throws Exception {
        spans.clear();
        await(call.apply(redis).otherwiseEmpty());
        return List.copyOf(spans);
    }

    /** As long as nothing is connected, that is what the server is known by. */
    @Test
    void theFirstCommandHasAPeerToo() throws Exception {
        Queue<String> spans = new ConcurrentLinkedQueue<>();
        vertx = Vertx.builder().withTracer(options -> noting(spans)).build();
        Redis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()),
                new MultiplexerOptions());
        await(redis.send(request(Command.PING)));
        assertTrue(spans.remove().contains("network.peer.address=localhost"));
        spans.clear();
        await(redis.send(request(Command.PING)));
        assertTrue(spans.remove().contains("network.peer.address=127.0.0.1"));
    }

    private static VertxTracer<Object, Object> noting(Queue<String> spans) {
        return new VertxTracer<>() {

            @Override
            public <R> Object sendRequest(Context context, SpanKind kind, TracingPolicy policy, R request, String operation,
                    BiConsumer<String, String> headers, TagExtractor<R> extractor) {
                Map<String, String> tags = new TreeMap<>(extractor.extract(request));
                spans.add(kind + " " + policy + " " + operation + " " + tags);
                return tags.get("db.statement");
            }

            @Override
            public <R> void receiveResponse(Context context, R response, Object span, Throwable failure,
                    TagExtractor<R> extractor) {
                spans.add(span + (failure == null ? " succeeded" : " failed"));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = { "sendRequest", "receiveResponse", "createClientMetrics", "createPoolMetrics", "requestBegin",
            "requestEnd", "requestReset", "responseBegin", "responseEnd", "submitted", "begin", "end", "rejected", "bytesRead",
            "bytesWritten", "close", "" })
    void whatTheyThrowCostsNobodyAnything(String thrower) throws Exception {
        Queue<String> thrown = new ConcurrentLinkedQueue<>();
        VertxMetrics metrics = (VertxMetrics) throwing(VertxMetrics.class, thrower, thrown);
        vertx = Vertx.builder().with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
                .withMetrics(options -> metrics)
                .withTracer(options -> (VertxTracer<?, ?>) throwing(VertxTracer.class, thrower, thrown)).build();
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()),
                new MultiplexerOptions().setMaxDedicatedConnections(1).setMaxPending(4));
        // Vert.x reports every 4,096 bytes of a socket.
        String value = "x".repeat(10_000);
        for (int i = 0; i < 2; i++) {
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", value))));
            assertTrue(awaitFailure(redis.send(request(Command.INCR, "key"))).getMessage().startsWith("ERR"));
            assertTrue(awaitFailure(redis.send(request(Command.GET))).getMessage().contains("not valid"));
            assertEquals(1, await(redis.batch(List.of(request(Command.GET, "key")))).size());
            assertNull(await(redis.send(request(Command.BLPOP, "none", "0.01"))));
            RedisConnection connection = await(redis.connect());
            assertEquals("OK", awaitText(connection.send(request(Command.MULTI))));
            List<Future<Response>> waiting = IntStream.range(0, 8)
                    .mapToObj(each -> redis.send(request(Command.BLPOP, "none", "0.01"))).toList();
            assertEquals("QUEUED", awaitText(connection.send(request(Command.GET, "key"))));
            assertEquals("[" + value + "]", awaitText(connection.send(request(Command.EXEC))));
            await(connection.send(request(Command.SUBSCRIBE, "channel")));
            await(connection.close());
            assertTrue(awaitFailure(Future.all(waiting)).getMessage().contains("max-pending"));
            await(Future.join(waiting).otherwiseEmpty());
        }
        assertEquals(1, redis.status().lanes().stream().mapToLong(LaneStatus::connects).max().getAsLong());
        redis.close();
        awaitUntil(() -> thrown.isEmpty() == thrower.isEmpty());
    }

    /** Of the metrics, and of those that they make for us: an error, since nobody expects that. */
    private static Object throwing(Class<?> type, String thrower, Queue<String> thrown) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
            // Vert.x itself has pools and sockets, too, and expects nothing of their metrics.
            boolean ofVertx = method.getName().equals("createPoolMetrics") && !arguments[0].equals("redis")
                    || method.getName().equals("close") && type != ClientMetrics.class && type != PoolMetrics.class;
            if (method.getName().equals(thrower) && !ofVertx) {
                thrown.add(thrower);
                throw new StackOverflowError(thrower);
            }
            Class<?> result = method.getReturnType();
            if (Metrics.class.isAssignableFrom(result)) {
                return throwing(result, ofVertx ? "nothing" : thrower, thrown);
            }
            return result == boolean.class ? (Object) true : result == int.class ? (Object) 0 : null;
        });
    }
}
