package io.quarkiverse.redis.multiplexer.callback;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** A client that reaches its server through a proxy, and the calls whose answers are waited for. */
final class Scene implements AutoCloseable {

    /** What the user of the client may subscribe to starts with this; keys do, too. */
    private static final String OPEN = "open:";

    private final RealRedis real;
    private final FaultProxy proxy;
    private final MultiplexedRedis redis;
    private final Context loop;
    private final Map<String, Future<?>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger names = new AtomicInteger();

    Scene(RealRedis real, MultiplexerOptions options) throws Exception {
        this.real = real;
        this.proxy = new FaultProxy(real.server().port());
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "default", "resetchannels", "&" + OPEN + "*");
            administrator.call("SET", "string", "value");
        }
        redis = real.client(new RedisOptions().setConnectionString(proxy.url()), options);
        loop = VertxForTests.newContext(real.vertx());
        onLoopAndHere(() -> redis.send(request(Command.PING)));
        RealRedis.eventually(() -> redis.send(request(Command.PING)));
    }

    MultiplexedRedis redis() {
        return redis;
    }

    FaultProxy proxy() {
        return proxy;
    }

    RedisServer server() {
        return real.server();
    }

    RedisConnection connect() throws Exception {
        return RealRedis.eventually(redis::connect);
    }

    /** A name that no other call has, of a key or of a channel that may be subscribed to. */
    String freshName() {
        return OPEN + names.incrementAndGet();
    }

    void onLoop(Runnable code) throws Exception {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(go -> {
            code.run();
            done.complete();
        });
        await(done.future());
    }

    /** On one lane, and probably on another. */
    void onLoopAndHere(Runnable code) throws Exception {
        onLoop(code);
        code.run();
    }

    /** Has {@link #awaitCalls()} wait for them. */
    void track(String description, List<? extends Future<?>> futures) {
        for (Future<?> future : futures) {
            calls.put(description + ", " + names.incrementAndGet(), future);
        }
    }

    /** Waits until every call has been answered, in whatever way. */
    void awaitCalls() {
        try {
            Awaitility.await().atMost(Duration.ofSeconds(12)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                    .pollInSameThread().until(() -> unanswered().isEmpty());
        } catch (ConditionTimeoutException e) {
            assertEquals(List.of(), unanswered(), "calls that were never answered");
        }
        calls.clear();
    }

    private List<String> unanswered() {
        List<String> unanswered = new ArrayList<>();
        calls.forEach((description, call) -> {
            if (!call.isComplete()) {
                unanswered.add(description);
            }
        });
        return unanswered;
    }

    @Override
    public void close() {
        proxy.close();
    }
}
