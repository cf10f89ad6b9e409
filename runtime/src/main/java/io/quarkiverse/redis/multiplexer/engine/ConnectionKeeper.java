package io.quarkiverse.redis.multiplexer.engine;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.LaneState;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Keeps one connection to a node: makes it when it is first wanted, makes it anew, for ever and with growing delays, when
 * it is lost, and ends it. Its states and their transitions are those of {@link LaneState}.
 * <p>
 * Everything happens on one event loop, but for {@link #whenReady} and {@link #close}.
 */
final class ConnectionKeeper implements NodeConnection.Owner {

    /** Who the connection is kept for. Called on the event loop. */
    interface User {

        /** The state has changed. */
        default void onState(LaneState state) {
        }

        /** There is a connection now. */
        void onReady(NodeConnection connection);

        /** There is no connection, and there won't be one before the next attempt. */
        void onUnavailable(Throwable cause);

        /** There is no connection any more. What was in flight is the user's to settle. */
        void onLost(CommandQueue inFlight, Throwable cause);

        /** A message that is no reply. */
        void onMessage(Response message);

        /** What would have been such a message, but for a push, had to be dropped. */
        default void onDroppedMessage() {
        }

        /** @return whether the command has been taken back, and its caller must not get the error */
        default boolean takesBack(PendingCommand command, ErrorType error) {
            return false;
        }

        /** The connection takes more again. */
        default void onWritable() {
        }

        /** The reply to a command was {@linkplain LargeReplies#MIN_BYTES large}. */
        default void onLargeReply(SingleCommand command, long bytes, long nanos) {
        }

        /** All that came at once has been handed out. */
        default void onReadComplete() {
        }

        /** Whether AUTH on the connection would be answered in order. */
        default boolean canRenewLogin(NodeConnection connection) {
            return true;
        }

        /** Asks the server for anything, to see whether it is there. */
        default void ping(NodeConnection connection) {
            connection.send(Request.cmd(Command.PING));
        }

        /** Time has passed: look at deadlines. Called while there is, or shall be, a connection. */
        void onTick(long now);

        /** Whether nobody waits for anything, so that the connection can be closed. */
        boolean isQuiet();

        /** The end: there will be no connection any more. */
        void onEnded();
    }

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String label;
    private final Context context;
    private final EventLoop loop;
    private final NodeConnector connector;
    private final ClientSettings settings;
    private final Failures failures;
    private final OutageLog outages;
    private final User user;
    private final AwaitingReady awaitingReady = new AwaitingReady();
    private final LivenessWatch liveness;
    private final LoginRenewal login;
    private LaneState state = LaneState.IDLE;
    private NodeConnection connection;
    private Throwable lastFailure;
    private int failuresInARow;
    private ScheduledFuture<?> clock;
    /** The next attempt to connect, or the end of the grace; {@code null} if there was neither yet. */
    private ScheduledFuture<?> nextStep;
    private Promise<Void> ended;

    /**
     * @param label what logs call it
     * @param context of an event loop, and this connection's own
     */
    ConnectionKeeper(String label, Context context, NodeConnector connector, ClientSettings settings, Failures failures,
            OutageLog outages, User user) {
        this.label = label;
        this.context = context;
        this.loop = VertxAccess.eventLoop(context);
        this.connector = connector;
        this.settings = settings;
        this.failures = failures;
        this.outages = outages;
        this.user = user;
        this.login = new LoginRenewal(failures.subject(), loop, connector);
        this.liveness = new LivenessWatch(connector, context, settings.multiplexer().getLivenessTimeout().toNanos(), user,
                this::replace);
    }

    EventLoop loop() {
        return loop;
    }

    LaneState state() {
        return state;
    }

    boolean isEnding() {
        return ended != null;
    }

    /** @return {@code null} if there is none */
    NodeConnection connection() {
        return connection;
    }

    /** Why there is no connection, or was none; {@code null} if there always was one when it was wanted. */
    Throwable lastFailure() {
        return lastFailure;
    }

    int inFlight() {
        return connection == null ? 0 : connection.inFlight();
    }

    /** Makes the connection, unless that has been done before. */
    void connectIfIdle() {
        if (state == LaneState.IDLE) {
            connect();
        }
    }

    /**
     * Completes when there is a connection, making it if need be; fails with the cause if there can't be one right now, or
     * if that takes longer than a command may. May be called from any thread.
     */
    Future<Void> whenReady(Context caller) {
        Promise<Void> promise = VertxAccess.promise(caller);
        try {
            if (loop.inEventLoop()) {
                awaitReady(promise);
            } else {
                loop.execute(() -> awaitReady(promise));
            }
        } catch (RejectedExecutionException e) {
            promise.fail(failures.stopped());
        }
        return promise.future();
    }

    private void awaitReady(Promise<Void> promise) {
        switch (state) {
            case READY -> promise.complete();
            case BACKING_OFF -> promise.fail(lastFailure);
            case CLOSING, CLOSED -> promise.fail(failures.stopped());
            case IDLE, CONNECTING, HANDSHAKING -> {
                awaitingReady.add(promise, System.nanoTime() + settings.multiplexer().getCommandTimeout().toNanos());
                connectIfIdle();
            }
        }
    }

    private void connect() {
        if (clock == null) {
            long period = settings.clockPeriodMillis();
            clock = loop.scheduleAtFixedRate(this::onTick, period, period, TimeUnit.MILLISECONDS);
        }
        transition(LaneState.CONNECTING);
        connector.connect(context, this, this::onOpened).onComplete(result -> {
            if (result.succeeded()) {
                onConnected(result.result());
            } else {
                onConnectFailed(result.cause());
            }
        });
    }

    private void onTick() {
        long now = System.nanoTime();
        user.onTick(now);
        if (!awaitingReady.isEmpty()) {
            awaitingReady.expire(now + TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis()),
                    failures.notConnected(lastFailure));
        }
        if (state == LaneState.READY && connection.isOpen()) {
            liveness.check(connection);
        }
    }

    /** Make before break: the successor is there when the dead connection is given up. */
    private void replace(NodeConnection successor, String evidence) {
        Throwable cause = new SocketTimeoutException("nothing was read for "
                + settings.multiplexer().getLivenessTimeout().toMillis() + " ms (quarkus.redis-multiplexer.liveness-timeout),"
                + " while the server answered on another connection " + evidence);
        LOG.warnf("%s: replaced the connection of %s: %s", failures.subject(), label, cause.getMessage());
        lastFailure = failures.ended(cause);
        CommandQueue inFlight = connection.abandon(cause);
        connection = null;
        user.onLost(inFlight, cause);
        connection = successor;
        successor.handOver(this);
        watchLogin();
        user.onReady(successor);
    }

    private void onOpened() {
        if (state == LaneState.CONNECTING) {
            transition(LaneState.HANDSHAKING);
        }
    }

    private void onConnected(NodeConnection newConnection) {
        if (ended != null) {
            newConnection.close(failures.stopped());
            return;
        }
        connection = newConnection;
        failuresInARow = 0;
        transition(LaneState.READY);
        outages.recovered(this);
        watchLogin();
        user.onReady(newConnection);
        awaitingReady.completeAll();
    }

    private void watchLogin() {
        if (user.canRenewLogin(connection)) {
            login.watch(connection);
        }
    }

    private void onConnectFailed(Throwable cause) {
        if (ended == null) {
            backOff(cause, failures.cannotConnect(cause));
            awaitingReady.failAll(lastFailure);
        }
    }

    private void backOff(Throwable cause, Throwable failure) {
        lastFailure = failure;
        failuresInARow++;
        transition(LaneState.BACKING_OFF);
        outages.failed(this, cause);
        nextStep = loop.schedule(this::reconnect, settings.backoff().delayMillis(failuresInARow), TimeUnit.MILLISECONDS);
        user.onUnavailable(lastFailure);
    }

    private void reconnect() {
        if (state == LaneState.BACKING_OFF) {
            connect();
        }
    }

    @Override
    public void onMessage(Response message) {
        user.onMessage(message);
    }

    @Override
    public void onDroppedMessage() {
        user.onDroppedMessage();
    }

    @Override
    public boolean takesBack(PendingCommand command, ErrorType error) {
        return user.takesBack(command, error);
    }

    @Override
    public void onWritable() {
        user.onWritable();
    }

    @Override
    public void onLargeReply(SingleCommand command, long bytes, long nanos) {
        user.onLargeReply(command, bytes, nanos);
    }

    @Override
    public void onReadComplete() {
        liveness.onRead();
        user.onReadComplete();
        endIfQuiet();
    }

    /** Looks whether it is to be ended, and can be. */
    void endIfQuiet() {
        if (ended != null) {
            closeIfQuiet();
        }
    }

    @Override
    public void onClosed(CommandQueue inFlight, Throwable cause) {
        connection = null;
        login.cancel();
        liveness.reset();
        user.onLost(inFlight, cause);
        if (ended == null) {
            backOff(cause, failures.ended(cause));
        } else {
            finish();
        }
    }

    /**
     * Ends it: makes no new connection, keeps the one that there is until it is quiet, but no longer than {@code grace}, then
     * closes it. May be called from any thread.
     *
     * @param begin run on the event loop first
     */
    Future<Void> close(Duration grace, Runnable begin) {
        Promise<Void> promise = Promise.promise();
        try {
            loop.execute(() -> {
                if (ended == null) {
                    begin.run();
                    ended = promise;
                    beginClose(grace);
                } else {
                    ended.future().onComplete(promise);
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connection with it.
            promise.complete();
        }
        return promise.future();
    }

    private void beginClose(Duration grace) {
        transition(LaneState.CLOSING);
        liveness.stop();
        awaitingReady.failAll(failures.stopped());
        if (connection == null) {
            finish();
            return;
        }
        closeIfQuiet();
        if (connection.isOpen()) {
            nextStep = loop.schedule(this::closeConnection, grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void closeIfQuiet() {
        if (user.isQuiet()) {
            closeConnection();
        }
    }

    private void closeConnection() {
        if (connection != null) {
            connection.close(failures.stopped());
        }
    }

    private void finish() {
        if (clock != null) {
            clock.cancel(false);
        }
        if (nextStep != null) {
            nextStep.cancel(false);
        }
        outages.forget(this);
        transition(LaneState.CLOSED);
        user.onEnded();
        ended.complete();
    }

    private void transition(LaneState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException(label + " cannot go from " + state + " to " + next);
        }
        LOG.debugf("%s: %s goes from %s to %s", failures.subject(), label, state, next);
        state = next;
        user.onState(next);
    }
}
