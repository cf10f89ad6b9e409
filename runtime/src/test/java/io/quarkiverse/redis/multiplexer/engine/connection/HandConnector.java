package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.impl.NetSocketInternal;

/** A connector whose attempts succeed and fail by hand, and whose connections have no socket. */
final class HandConnector implements Connector {

    /** Where the attempts, and their connections, live. */
    private final Context context;
    private final Failures failures;

    final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final RenewalLog renewals = new RenewalLog("test");

    HandConnector(Context context, Failures failures) {
        this.context = context;
        this.failures = failures;
    }

    /** Waits for an attempt, of which 1 is the first. */
    Attempt attempt(int number) {
        if (!VertxAccess.eventLoop(context).inEventLoop()) {
            awaitUntil(() -> attempts.size() >= number);
        }
        return attempts.get(number - 1);
    }

    @Override
    public Future<NodeConnection> connect(Context where, NodeConnection.Owner owner, Runnable opened) {
        Promise<NodeConnection> promise = VertxAccess.promise(where);
        attempts.add(new Attempt(context, failures, owner, opened, promise));
        return promise.future();
    }

    @Override
    public Future<RedisCredentials> login(Context where) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context where) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RenewalLog renewals() {
        return renewals;
    }

    @Override
    public ServerIdentity server() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }

    static final class Attempt {

        private final Context context;
        private final Failures failures;

        private final NodeConnection.Owner owner;
        private final Runnable opened;
        private final Promise<NodeConnection> promise;

        Attempt(Context context, Failures failures, NodeConnection.Owner owner, Runnable opened,
                Promise<NodeConnection> promise) {
            this.context = context;
            this.failures = failures;
            this.owner = owner;
            this.opened = opened;
            this.promise = promise;
        }

        Void open() {
            opened.run();
            return null;
        }

        EmbeddedChannel succeed() {
            opened.run();
            EmbeddedChannel channel = new EmbeddedChannel();
            promise.complete(connection(channel));
            return channel;
        }

        Void fail(Throwable cause) {
            promise.fail(cause);
            return null;
        }

        NodeConnection connection(EmbeddedChannel channel) {
            channel.pipeline().addLast("vertx", new ChannelInboundHandlerAdapter());
            ChannelHandlerContext handler = channel.pipeline().context("vertx");
            NetSocketInternal socket = (NetSocketInternal) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[] { NetSocketInternal.class }, (proxy, method, arguments) -> {
                        assertEquals("channelHandlerContext", method.getName());
                        return handler;
                    });
            return new NodeConnection(context, socket, 10, Duration.ofHours(1), failures, owner);
        }
    }
}
