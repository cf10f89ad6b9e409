package io.quarkiverse.redis.multiplexer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** For each test a real server, a Vert.x, and clients in plain Java; nothing of it is left after the test. */
public final class RealRedis implements BeforeEachCallback, AfterEachCallback {

    public static final int EVENT_LOOPS = 4;

    private final RedisBinary binary;
    private final String[] serverArguments;
    private final List<MultiplexedRedis> clients = new ArrayList<>();
    private RedisServer server;
    private Vertx vertx;

    public RealRedis(String... serverArguments) {
        this(RedisBinary.any(), serverArguments);
    }

    public RealRedis(RedisBinary binary, String... serverArguments) {
        this.binary = binary;
        this.serverArguments = serverArguments;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        binary.assumeThere();
        server = RedisServer.start(binary, serverArguments);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (vertx == null) {
            // The test is skipped: there is no such server here.
            return;
        }
        clients.forEach(MultiplexedRedis::close);
        await(vertx.close());
        server.close();
    }

    public RedisServer server() {
        return server;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** A client with the default options. */
    public MultiplexedRedis client() {
        return client(new MultiplexerOptions());
    }

    public MultiplexedRedis client(MultiplexerOptions options) {
        return client(new RedisOptions().setConnectionString(server.url()), options);
    }

    public MultiplexedRedis client(RedisOptions redisOptions, MultiplexerOptions options) {
        MultiplexedRedis client = MultiplexedRedis.create(vertx, redisOptions.setPoolName("test"), options);
        clients.add(client);
        return client;
    }

    /**
     * Has a dedicated connection made, so that a short timeout is not for that. It stays if the server has nothing against it.
     */
    public static void warmUp(MultiplexedRedis redis) {
        awaitUntil(() -> {
            Future<Response> answer = redis.send(request(Command.CLIENT, "ID"));
            answer.toCompletionStage().toCompletableFuture().handle((reply, failure) -> reply).get(20, TimeUnit.SECONDS);
            return answer.succeeded();
        });
    }

    /** How many connections the server has, besides the one that asks. */
    public int connections() {
        try (RespClient observer = server.client()) {
            return observer.connections().size();
        }
    }

    public static Request request(Command command, Object... arguments) {
        return Request.cmd(command, arguments);
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The reply's text, or {@code null}. */
    public static String awaitText(Future<Response> future) throws Exception {
        Response reply = await(future);
        return reply == null ? null : reply.toString();
    }

    /** For what becomes true soon, but not before a future is complete. */
    public static void awaitUntil(Callable<Boolean> condition) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS).until(condition);
    }

    /**
     * For what comes one after the other: as long as there is more of it from time to time, a slow machine may take its time.
     */
    public static void awaitMany(long many, LongSupplier size) {
        for (long reached = size.getAsLong(); reached < many; reached = size.getAsLong()) {
            long before = reached;
            awaitUntil(() -> size.getAsLong() > before);
        }
    }

    /** What a call comes to that is made again until it succeeds, for a client that has to recover first. */
    public static <T> T eventually(Callable<Future<T>> call) {
        AtomicReference<T> result = new AtomicReference<>();
        awaitUntil(() -> {
            try {
                result.set(await(call.call()));
                return true;
            } catch (ExecutionException e) {
                // Not yet.
                return false;
            }
        });
        return result.get();
    }

    /** What the future fails of. */
    public static Throwable awaitFailure(Future<?> future) throws InterruptedException, TimeoutException {
        try {
            Object result = future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            throw new AssertionError("Expected a failure, got " + result);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
