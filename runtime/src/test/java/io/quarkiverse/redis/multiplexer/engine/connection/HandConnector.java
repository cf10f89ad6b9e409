package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** A connector whose attempts succeed and fail by hand, and whose connections have no socket. */
public final class HandConnector implements Connector {

    /** Where the attempts, and their connections, live. */
    private final Context context;
    private final Failures failures;

    public final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final RenewalLog renewals = new RenewalLog("test");
    /** What becomes of logins, and how often it was asked for: nothing comes unless the test says so. */
    Future<RedisCredentials> credentials = Promise.<RedisCredentials> promise().future();
    Future<Void> triedOut = Promise.<Void> promise().future();
    Future<Void> renewed = Promise.<Void> promise().future();
    public volatile ServerIdentity server = ServerIdentity.UNKNOWN;
    public final List<String> asked = new CopyOnWriteArrayList<>();

    public HandConnector(Context context, Failures failures) {
        this.context = context;
        this.failures = failures;
    }

    /** Waits for an attempt, of which 1 is the first. */
    public Attempt attempt(int number) {
        if (!VertxAccess.eventLoop(context).inEventLoop()) {
            awaitUntil(() -> attempts.size() >= number);
        }
        return attempts.get(number - 1);
    }

    @Override
    public Future<NodeConnection> connect(Context where, ConnectionRole role, ConnectionOwner owner, Runnable opened) {
        Promise<NodeConnection> promise = VertxAccess.promise(where);
        attempts.add(new Attempt(context, failures, owner, opened, promise));
        return promise.future();
    }

    @Override
    public Future<RedisCredentials> login(Context where) {
        asked.add("login");
        return credentials;
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context where) {
        asked.add("try out");
        return triedOut;
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        asked.add("renew");
        return renewed;
    }

    @Override
    public RenewalLog renewals() {
        return renewals;
    }

    @Override
    public ServerIdentity server() {
        return server;
    }

    @Override
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }

    public static final class Attempt {

        private final Context context;
        private final Failures failures;

        private final ConnectionOwner owner;
        private final Runnable opened;
        private final Promise<NodeConnection> promise;

        Attempt(Context context, Failures failures, ConnectionOwner owner, Runnable opened,
                Promise<NodeConnection> promise) {
            this.context = context;
            this.failures = failures;
            this.owner = owner;
            this.opened = opened;
            this.promise = promise;
        }

        public Void open() {
            opened.run();
            return null;
        }

        public HandSocket succeed() {
            opened.run();
            HandSocket socket = new HandSocket(context, failures, owner, VertxAccess.eventLoop(context));
            owner.onHandedOver(socket.connection);
            promise.complete(socket.connection);
            return socket;
        }

        /** The server is too busy to select the database. */
        public HandSocket succeedUnselected() {
            opened.run();
            HandSocket socket = new HandSocket(context, failures, owner, VertxAccess.eventLoop(context));
            socket.connection.selection().begin(Request.cmd(Command.SELECT).arg(7),
                    ErrorType.create("BUSY a script is running"));
            owner.onHandedOver(socket.connection);
            promise.complete(socket.connection);
            return socket;
        }

        public Void fail(Throwable cause) {
            promise.fail(cause);
            return null;
        }
    }
}
