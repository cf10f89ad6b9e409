package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * A real server, a proxy in front of it and a client that knows only the proxy. The server has what it acknowledges in its
 * append-only file before it does: what is lost when it is killed, the client has lost.
 */
final class Arena implements AutoCloseable {

    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RedisServer server;
    private final FaultProxy proxy;
    private final Vertx vertx;
    private final Contestant contestant;

    Arena(ClientKind kind, Profile profile) {
        server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always", "--enable-protected-configs", "yes",
                "--maxclients", "4096");
        proxy = new FaultProxy(server.port());
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(profile.eventLoops()));
        contestant = kind.create(vertx, proxy.url(), profile);
    }

    RedisServer server() {
        return server;
    }

    FaultProxy proxy() {
        return proxy;
    }

    Vertx vertx() {
        return vertx;
    }

    Contestant contestant() {
        return contestant;
    }

    /** A connection past the client and the proxy. */
    RespClient admin() {
        return server.client();
    }

    /**
     * Closes the client.
     *
     * @return how many of its sockets are open a while later
     */
    int closeContestant() {
        contestant.close();
        // Frozen connections do not hear that their client has hung up.
        proxy.thaw();
        long start = System.nanoTime();
        while (proxy.open() > 0 && System.nanoTime() - start < CLOSE_TIMEOUT_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return proxy.open();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        proxy.close();
        server.close();
    }
}
