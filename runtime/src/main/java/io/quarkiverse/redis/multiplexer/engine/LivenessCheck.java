package io.quarkiverse.redis.multiplexer.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Finds out whether a connection that has fallen silent is dead, or its server just busy, by opening the connection that
 * would replace it. The states:
 *
 * <pre>
 * TRUSTED   the connection answers, or has nothing to answer; when it has been idle for half the timeout, it is asked
 * PROBING   it has been silent for the timeout while something was expected of it: a replacement is being opened, and asked
 * DOUBTED   the replacement has answered; if the connection is still silent a moment later, it is dead
 * </pre>
 *
 * Whenever something is read, or the replacement is not answered, it is TRUSTED again. So a server that is busy with a slow
 * script, or frozen, costs no connection: it does not answer the replacement either. Nor does a command that the server keeps
 * waiting by itself ({@code CLIENT PAUSE}, modules with threads of their own): the server says that the client is blocked.
 * <p>
 * Used on the event loop of the connection.
 */
final class LivenessCheck implements NodeConnection.Owner {

    private enum State {
        TRUSTED,
        PROBING,
        DOUBTED
    }

    /** The answers to both connections may be on their way at once: the old one's must not be overlooked. */
    private static final long CONFIRMATION_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Connector connector;
    private final Context context;
    private final long timeoutNanos;
    private final Consumer<NodeConnection> ping;
    private final Consumer<NodeConnection> onDead;
    private State state = State.TRUSTED;
    private NodeConnection replacement;
    private long pinged;
    private long probeStart;
    private long probeAnswer;

    /**
     * @param ping asks the connection for something, whatever it is
     * @param onDead the connection is dead; what it is given takes its place
     */
    LivenessCheck(Connector connector, Context context, long timeoutNanos, Consumer<NodeConnection> ping,
            Consumer<NodeConnection> onDead) {
        this.connector = connector;
        this.context = context;
        this.timeoutNanos = timeoutNanos;
        this.ping = ping;
        this.onDead = onDead;
    }

    /** Looks at the connection. Called now and then, several times within the timeout. */
    void check(NodeConnection connection, long now) {
        switch (state) {
            case TRUSTED -> {
                if (isSilent(connection, now)) {
                    if (now - probeStart >= timeoutNanos) {
                        probe(connection, now);
                    }
                } else if (isIdle(connection, now)) {
                    pinged = now;
                    ping.accept(connection);
                }
            }
            case PROBING -> trustAgainIfRead(connection);
            case DOUBTED -> {
                if (!trustAgainIfRead(connection) && now - probeAnswer >= CONFIRMATION_NANOS) {
                    NodeConnection successor = replacement;
                    replacement = null;
                    state = State.TRUSTED;
                    onDead.accept(successor);
                }
            }
        }
    }

    /** There is no connection to look at any more. */
    void reset() {
        giveUp();
        pinged = 0;
        probeStart = 0;
    }

    /** Whether something has been expected of the connection for the timeout, and nothing has come. */
    private boolean isSilent(NodeConnection connection, long now) {
        if (now - connection.lastRead() < timeoutNanos) {
            return false;
        }
        boolean awaitsReply = connection.inFlight() > 0 && now - connection.inFlightSince() >= timeoutNanos;
        return awaitsReply || wasPinged(connection);
    }

    private boolean isIdle(NodeConnection connection, long now) {
        return connection.inFlight() == 0 && !wasPinged(connection) && now - connection.lastRead() >= timeoutNanos / 2;
    }

    private boolean wasPinged(NodeConnection connection) {
        return pinged - connection.lastRead() > 0;
    }

    private boolean trustAgainIfRead(NodeConnection connection) {
        if (connection.lastRead() - probeStart <= 0) {
            return false;
        }
        giveUp();
        return true;
    }

    private void probe(NodeConnection silent, long now) {
        state = State.PROBING;
        probeStart = now;
        long thisProbe = now;
        connector.connect(context, this, () -> {
        }).compose(opened -> {
            if (!isCurrent(thisProbe)) {
                opened.close(new IllegalStateException("the probe is over"));
                return Future.failedFuture("the probe is over");
            }
            replacement = opened;
            // PING is refused while a script runs, which HELLO is not.
            return opened.send(Request.cmd(Command.PING)).compose(pong -> isBlockedByServer(silent, opened));
        }).onComplete(result -> {
            if (!isCurrent(thisProbe)) {
                return;
            }
            if (result.succeeded() && !result.result()) {
                state = State.DOUBTED;
                probeAnswer = System.nanoTime();
            } else {
                giveUp();
            }
        });
    }

    private boolean isCurrent(long probe) {
        return state == State.PROBING && probeStart == probe;
    }

    /**
     * Whether the server knows of the silent connection that it waits for something. A server that does not tell, because it is
     * old or we are not allowed to ask, is taken to answer no.
     */
    private static Future<Boolean> isBlockedByServer(NodeConnection silent, NodeConnection asked) {
        if (silent.serverSideId() == null) {
            return Future.succeededFuture(false);
        }
        return asked.send(ClientInfo.request(silent.serverSideId())).map(reply -> ClientInfo.of(reply).isBlocked()).recover(
                failure -> failure instanceof ErrorType ? Future.succeededFuture(false) : Future.failedFuture(failure));
    }

    private void giveUp() {
        state = State.TRUSTED;
        if (replacement != null) {
            NodeConnection unneeded = replacement;
            replacement = null;
            unneeded.close(new IllegalStateException("the connection that it was to replace is alive"));
        }
    }

    @Override
    public void onMessage(Response message) {
        // The replacement has not been asked for any.
    }

    @Override
    public void onWritable() {
        // What the replacement is asked is short.
    }

    @Override
    public void onClosed(CommandQueue inFlight, Throwable cause) {
        inFlight.failAll(cause);
        replacement = null;
        state = State.TRUSTED;
    }
}
