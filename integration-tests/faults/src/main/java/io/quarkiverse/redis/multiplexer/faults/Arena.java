package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * A real server, a proxy in front of it and a client that knows only the proxy. The server has what it acknowledges in its
 * append-only file before it does: what is lost when it is killed, the client has lost.
 */
final class Arena implements AutoCloseable {

    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RedisServer server;
    private final FaultProxy proxy;
    private final Contestant contestant;
    private boolean closed;

    Arena(ClientKind kind, Profile profile) {
        server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always", "--enable-protected-configs", "yes",
                "--maxclients", "4096");
        proxy = new FaultProxy(server.port());
        try {
            contestant = kind.create(proxy.url(), profile);
        } catch (RuntimeException | Error e) {
            proxy.close();
            server.close();
            throw e;
        }
    }

    RedisServer server() {
        return server;
    }

    FaultProxy proxy() {
        return proxy;
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
        closed = true;
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
        if (!closed) {
            contestant.close();
        }
        contestant.endLoops();
        proxy.close();
        server.close();
    }
}
