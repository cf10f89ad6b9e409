package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Makes no connections: each attempt stands until it is failed by hand. For whoever uses a connector in another room. */
public final class AttemptsByHand implements Connector {

    public static final ServerIdentity IDENTITY = new ServerIdentity(NodeRole.PRIMARY, "valkey", "9.1.2");

    public final List<Promise<NodeConnection>> attempts = new CopyOnWriteArrayList<>();
    public final List<ConnectionRole> roles = new CopyOnWriteArrayList<>();
    public volatile boolean closed;

    @Override
    public Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened) {
        Promise<NodeConnection> promise = VertxAccess.promise(context);
        roles.add(role);
        attempts.add(promise);
        return promise.future();
    }

    @Override
    public Future<RedisCredentials> login(Context context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RenewalLog renewals() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerIdentity server() {
        return IDENTITY;
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }
}
