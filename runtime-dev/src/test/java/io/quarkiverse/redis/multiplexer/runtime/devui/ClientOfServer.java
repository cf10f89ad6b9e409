package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** For each test a real server, and a client of it in plain Java; nothing of it is left after the test. */
final class ClientOfServer implements BeforeEachCallback, AfterEachCallback {

    private final RedisBinary binary;
    private final String password;
    private RedisServer server;
    private Vertx vertx;
    private MultiplexedRedis client;

    /** A server without a password. */
    ClientOfServer() {
        this(RedisBinary.any(), null);
    }

    ClientOfServer(RedisBinary binary, String password) {
        this.binary = binary;
        this.password = password;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        binary.assumeThere();
        server = password == null ? RedisServer.start(binary) : RedisServer.start(binary, "--requirepass", password);
        vertx = Vertx.vertx();
        RedisOptions options = new RedisOptions().setConnectionString(server.url()).setPoolName("test").setPassword(password);
        client = MultiplexedRedis.create(vertx, options, new MultiplexerOptions());
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (vertx == null) {
            // The test is skipped: there is no such server here.
            return;
        }
        client.close();
        await(vertx.close());
        server.close();
    }

    RedisServer server() {
        return server;
    }

    Vertx vertx() {
        return vertx;
    }

    MultiplexedRedis client() {
        return client;
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
