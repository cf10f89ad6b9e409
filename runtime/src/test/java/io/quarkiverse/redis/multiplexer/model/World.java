package io.quarkiverse.redis.multiplexer.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.RedisOptions;

/** A real server, a proxy before it, a client that knows only the proxy, and the threads that use it. */
final class World implements AutoCloseable {

    static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);
    static final int MAX_DEDICATED = 8;

    private static final int LOOPS = 3;
    private static final int BARE_THREADS = 3;

    private final RedisServer server;
    private final FaultProxy proxy;
    private final Vertx vertx;
    private final MultiplexedRedis redis;
    private final List<ExecutorService> bareThreads = new ArrayList<>();
    private final List<Executor> threads = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    World(RedisBinary binary) {
        server = RedisServer.start(binary);
        proxy = new FaultProxy(server.port());
        // An event loop that waits for something never goes on; one that is slow, on a machine that is busy, does.
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS).setMaxEventLoopExecuteTime(15)
                .setWarningExceptionTimeUnit(TimeUnit.SECONDS).setWarningExceptionTime(15));
        MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(COMMAND_TIMEOUT)
                .setConnectTimeout(Duration.ofSeconds(1)).setLivenessTimeout(Duration.ofMillis(600))
                .setShutdownTimeout(Duration.ofSeconds(1)).setMaxDedicatedConnections(MAX_DEDICATED);
        redis = MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString(proxy.url()).setPoolName("model"), options);
        for (int i = 0; i < LOOPS; i++) {
            Context context = VertxForTests.newContext(vertx);
            threads.add(task -> context.runOnContext(go -> task.run()));
        }
        for (int i = 0; i < BARE_THREADS; i++) {
            bareThreads.add(Executors.newSingleThreadExecutor());
        }
        threads.addAll(bareThreads);
    }

    RedisServer server() {
        return server;
    }

    FaultProxy proxy() {
        return proxy;
    }

    MultiplexedRedis redis() {
        return redis;
    }

    /** Event loops and threads that Vert.x does not know; each runs one task after the other. */
    List<Executor> threads() {
        return threads;
    }

    void later(int millis, Executor thread, Runnable task) {
        timer.schedule(() -> thread.execute(task), millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the client and its threads. */
    void closeClient() throws Exception {
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        bareThreads.forEach(ExecutorService::shutdownNow);
        // Ending a Vert.x twice does nothing more.
        vertx.close();
        proxy.close();
        server.close();
    }
}
