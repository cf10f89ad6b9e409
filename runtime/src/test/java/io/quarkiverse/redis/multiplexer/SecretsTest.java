package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.Metrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/**
 * Passwords go everywhere that passwords can go, and everything that can be seen of a client is collected: logs of all
 * categories at the finest level, failures with their causes and stack traces, what metrics are told, status, string forms.
 */
class SecretsTest {

    private static final String SECRET = "s3cr3t-0f-th3-test";

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Logger root = Logger.getLogger("");
    private final Handler collector = new Handler() {

        @Override
        public void publish(LogRecord entry) {
            // How the test starts its server is logged by Java itself, since 25.
            if (!ProcessBuilder.class.getName().equals(entry.getLoggerName())) {
                see(entry.getMessage());
                see(Arrays.toString(entry.getParameters()));
                see(entry.getThrown());
            }
        }

        @Override
        public void flush() {
            // There is no buffer.
        }

        @Override
        public void close() {
            // Nor anything to be closed.
        }
    };
    private Level level;
    private Vertx vertx;

    @BeforeEach
    void collect() {
        level = root.getLevel();
        root.setLevel(Level.ALL);
        collector.setLevel(Level.ALL);
        root.addHandler(collector);
        vertx = Vertx.builder().with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
                .withMetrics(options -> (VertxMetrics) collectCalls(VertxMetrics.class)).build();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        root.removeHandler(collector);
        root.setLevel(level);
    }

    @Test
    void nothingThatCanBeSeenHasThePassword() throws Exception {
        try (RedisServer server = RedisServer.start("--requirepass", SECRET);
                FaultProxy proxy = new FaultProxy(server.port())) {
            try (RespClient administrator = server.client()) {
                administrator.call("AUTH", SECRET);
                administrator.call("ACL", "SETUSER", "alice", "on", ">" + SECRET, "allcommands", "allkeys", "allchannels");
            }
            String node = "localhost:" + proxy.port();
            use(new RedisOptions().setConnectionString("redis://:" + SECRET + "@" + node), new MultiplexerOptions());
            use(new RedisOptions().setConnectionString("redis://alice:" + SECRET + "@" + node), new MultiplexerOptions());
            use(new RedisOptions().setConnectionString("redis://" + node).setPassword(SECRET), new MultiplexerOptions());
            use(new RedisOptions().setConnectionString("redis://" + node).setPassword(SECRET)
                    .setProtocolNegotiation(false), new MultiplexerOptions());
            RedisCredentials credentials = new RedisCredentials("alice", SECRET, null);
            see(credentials);
            use(new RedisOptions().setConnectionString("redis://" + node),
                    new MultiplexerOptions().setCredentialsProvider(() -> Future.succeededFuture(credentials)));
            // Of somebody who is not let in.
            use(new RedisOptions().setConnectionString("redis://bob:" + SECRET + "@" + node), new MultiplexerOptions());
            use(new RedisOptions().setConnectionString("redis://:not" + SECRET + "@" + node), new MultiplexerOptions());

            loseConnections(server, proxy, "redis://:" + SECRET + "@" + node);
        }
        refuseOptions();
        // All this has been listened to.
        assertTrue(seen.stream().anyMatch(text -> text.contains("goes from CONNECTING to HANDSHAKING")));
        assertTrue(seen.stream().anyMatch(text -> text.contains("WRONGPASS")));
        assertTrue(seen.stream().anyMatch(text -> text.equals("requestBegin")));
        assertEquals(List.of(), seen.stream().filter(text -> text.contains(SECRET)).distinct().toList());
    }

    private void use(RedisOptions redisOptions, MultiplexerOptions options) throws Exception {
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, redisOptions, options.setCommandTimeout(Duration.ofSeconds(2)));
        see(options);
        see(redis);
        end(redis.send(request(Command.SET, "key", "value")));
        end(redis.send(request(Command.AUTH, SECRET)));
        end(redis.send(request(Command.AUTH, "alice", SECRET)));
        end(redis.send(request(Command.AUTH, "alice", SECRET, SECRET)));
        end(redis.send(request(Command.AUTH, "nobody", SECRET)));
        end(redis.send(request(Command.HELLO, 3, "AUTH", "alice", SECRET)));
        end(redis.send(request(Command.HELLO, 3, "AUTH", "nobody", SECRET)));
        end(redis.send(request(Command.CONFIG, "SET", "masterauth", SECRET)));
        end(redis.send(request(Command.ACL, "SETUSER", "carol", "on", ">" + SECRET)));
        end(redis.send(request(Command.SUBSCRIBE, SECRET)));
        end(redis.batch(List.of(request(Command.AUTH, SECRET), request(Command.AUTH, "nobody", SECRET))));
        end(redis.send(request(Command.BLPOP, SECRET, "no number")));
        Future<RedisConnection> connection = redis.connect();
        end(connection);
        if (connection.succeeded()) {
            see(connection.result());
            end(connection.result().send(request(Command.AUTH, "nobody", SECRET)));
            end(connection.result().send(request(Command.MULTI)));
            end(connection.result().send(request(Command.SET, "key", SECRET)));
            end(connection.result().send(request(Command.DISCARD)));
            end(connection.result().close());
        }
        see(redis.status());
        redis.close();
        end(redis.send(request(Command.AUTH, SECRET)));
        see(redis.status());
    }

    /** In the middle of commands with passwords: reset, garbage, half-open, and a server that does not answer in time. */
    private void loseConnections(RedisServer server, FaultProxy proxy, String url) throws Exception {
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(url),
                new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)).setLivenessTimeout(Duration.ofMillis(300))
                        .setMaxPending(1));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", SECRET))));
        for (Runnable fault : List.<Runnable> of(proxy::reset, proxy::garbage, proxy::halfOpen, server::freeze)) {
            fault.run();
            Future<?> write = redis.send(request(Command.CONFIG, "SET", "masterauth", SECRET));
            Future<?> tooMuch = redis.send(request(Command.SET, "key", SECRET));
            end(redis.send(request(Command.AUTH, SECRET)));
            end(write);
            end(tooMuch);
            see(redis.status());
        }
        server.thaw();
        redis.close();
    }

    private void refuseOptions() {
        for (String url : List.of("http://:" + SECRET + "@localhost", "redis://:" + SECRET + "@local host", SECRET)) {
            try {
                MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(url), new MultiplexerOptions());
            } catch (IllegalArgumentException e) {
                see(e);
            }
        }
    }

    private void end(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            see(e.getCause());
        }
    }

    private void see(Object value) {
        if (value instanceof Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            seen.add(text.toString());
        } else {
            seen.add(String.valueOf(value));
        }
    }

    /** Metrics, and the metrics that they make, which note what they are told. */
    private Object collectCalls(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
            see(method.getName());
            see(Arrays.deepToString(arguments));
            Class<?> result = method.getReturnType();
            if (Metrics.class.isAssignableFrom(result)) {
                return collectCalls(result);
            }
            return result == boolean.class ? (Object) true : result == int.class ? (Object) 0 : null;
        });
    }
}
