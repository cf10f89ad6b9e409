package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Remedy;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Watches over one connection after the other by a {@link LivenessCheck}: holds back new commands from one that is suspected,
 * opens the connection that can replace it, and asks the server there.
 * <p>
 * Used on the event loop of the connections.
 */
final class LivenessWatch implements LivenessCheck.Keeper {

    private final Connector connector;
    private final Context context;
    private final ConnectionUser user;
    private final BiConsumer<NodeConnection, String> replace;
    private final LivenessCheck check;
    /** {@code null} before the first one. */
    private NodeConnection watched;

    /** @param replace is given the connection that takes the place of the watched one, and what proves that this is dead */
    LivenessWatch(Connector connector, Context context, long timeoutNanos, ConnectionUser user,
            BiConsumer<NodeConnection, String> replace) {
        this.connector = connector;
        this.context = context;
        this.user = user;
        this.replace = replace;
        this.check = new LivenessCheck(timeoutNanos, this, System::nanoTime);
    }

    /** Looks at the connection. Called now and then, several times within the timeout. */
    void check(NodeConnection connection) {
        watched = connection;
        check.check(connection);
    }

    /** Something was read on the connection. */
    void onRead() {
        check.onRead();
    }

    /** @see LivenessCheck#stop */
    void stop() {
        check.stop();
    }

    /** @see LivenessCheck#reset */
    void reset() {
        check.reset();
    }

    @Override
    public void ping() {
        user.ping(watched);
    }

    @Override
    public void onSuspected() {
        watched.suspect();
        user.onSilence(Silence.BEGUN);
    }

    @Override
    public void onTrusted() {
        watched.trust();
        user.onSilence(Silence.OVER);
        user.onWritable();
    }

    @Override
    public Future<Replacement> openReplacement(Runnable onClosed) {
        Replacement replacement = new Replacement(watched, onClosed);
        return connector.connect(context, user.role(), replacement, () -> {
        }).map(replacement::opened);
    }

    /** The connection that can replace the silent one, on which the server is asked about that. */
    private final class Replacement implements LivenessCheck.Replacement, ConnectionOwner {

        private final NodeConnection silent;
        private final Runnable onClosed;
        private NodeConnection connection;
        private boolean tells;

        Replacement(NodeConnection silent, Runnable onClosed) {
            this.silent = silent;
            this.onClosed = onClosed;
        }

        Replacement opened(NodeConnection newConnection) {
            connection = newConnection;
            // At another address, what has the same number is another connection.
            tells = silent.serverSideId().isPresent() && silent.hasSamePeer(newConnection);
            return this;
        }

        @Override
        public Future<Testimony> ask() {
            Future<Testimony> answer = tells
                    ? connection.send(ClientInfo.request(silent.serverSideId().orElseThrow())).map(this::judge)
                    : connection.send(Request.cmd(Command.PING)).map(Testimony.NOTHING);
            return answer.recover(this::judgeError);
        }

        private Testimony judge(Response reply) {
            long now = System.nanoTime();
            return Testimony.of(ClientInfo.of(reply, silent.serverSideId().orElseThrow()),
                    new Testimony.Silent(TimeUnit.NANOSECONDS.toSeconds(now - silent.openedAt()),
                            TimeUnit.NANOSECONDS.toSeconds(now - silent.lastRead()), silent::mayHaveRunLast));
        }

        /** To be refused is an answer. A server in trouble would refuse other commands as well. */
        private Future<Testimony> judgeError(Throwable failure) {
            if (failure instanceof ErrorType error && ServerError.of(error).remedyOnOneServer() == Remedy.CALLERS) {
                tells = false;
                return Future.succeededFuture(Testimony.NOTHING);
            }
            return Future.failedFuture(failure);
        }

        @Override
        public void takeOver(String evidence) {
            replace.accept(connection, evidence);
        }

        @Override
        public void close() {
            connection.close(new IllegalStateException("the connection that it was to replace is not given up"));
        }

        @Override
        public TrafficListener traffic() {
            return TrafficListener.NOBODY;
        }

        @Override
        public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
            inFlight.failAll(cause);
            onClosed.run();
        }
    }
}
