package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Keeps one connection to a node: makes it when it is first wanted, makes it anew, for ever and with growing delays, when
 * it is lost, and ends it. One that is lost while nobody wants anything of it is made anew when it is wanted again. Its states
 * and their transitions are those of {@link ConnectionState}.
 * <p>
 * In each transition the keeper first changes its own state, plans its next step, and then tells others, through the
 * {@link Guard}: whatever they do or throw, the next step comes.
 * <p>
 * Everything happens on one event loop, but for {@link #whenReady} and {@link #close}.
 */
public final class ConnectionKeeper implements ConnectionRelay.Keeper {

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String label;
    private final Context context;
    private final EventLoop loop;
    private final Connector connector;
    private final ClientSettings settings;
    private final Failures failures;
    private final OutageLog outages;
    private final ConnectionUser user;
    private final NodeConnection.Owner owner;
    private final KeeperState state;
    private final AwaitingReady awaitingReady = new AwaitingReady();
    private final RedialPace pace;
    private final LivenessWatch liveness;
    private final LoginRenewal login;
    private NodeConnection connection;
    private Throwable lastFailure;
    private ScheduledFuture<?> clock;
    /** The next attempt to connect, or the end of the grace; {@code null} if there was neither yet. */
    private ScheduledFuture<?> nextStep;
    /** Never handed out: a listener that throws would keep the others from being called. */
    private Promise<Void> ended;

    /**
     * @param label what logs call it
     * @param context of an event loop, and this connection's own
     */
    public ConnectionKeeper(String label, Context context, Connector connector, ClientSettings settings, Failures failures,
            OutageLog outages, ConnectionUser user) {
        this.label = label;
        this.context = context;
        this.loop = VertxAccess.eventLoop(context);
        this.connector = connector;
        this.settings = settings;
        this.failures = failures;
        this.outages = outages;
        this.user = user;
        this.owner = new ConnectionRelay(user, this);
        this.state = new KeeperState(failures.subject(), label, user);
        this.pace = new RedialPace(settings.backoff());
        this.login = new LoginRenewal(context, connector, user.getsMessages(), settings.multiplexer().getConnectTimeout());
        this.liveness = new LivenessWatch(connector, context, settings.multiplexer().getLivenessTimeout().toNanos(), user,
                this::replace);
    }

    public EventLoop loop() {
        return loop;
    }

    public ConnectionState state() {
        return state.current();
    }

    public boolean isEnding() {
        return ended != null;
    }

    /** @return {@code null} if there is none */
    public NodeConnection connection() {
        return connection;
    }

    /** Why there is no connection, or was none; {@code null} if there always was one when it was wanted. */
    public Throwable lastFailure() {
        return lastFailure;
    }

    public int inFlight() {
        return connection == null ? 0 : connection.inFlight();
    }

    /** Has another connection take the place of the one that there is, once that has answered what is in flight. */
    public void renew(Throwable cause) {
        if (connection != null) {
            connection.retire(cause);
        }
    }

    /** Makes the connection, unless that has been done before. */
    public void connectIfIdle() {
        if (state.is(ConnectionState.IDLE)) {
            connect();
        }
    }

    /**
     * Completes when there is a connection, making it if need be; fails with the cause if there can't be one right now, or
     * if that takes longer than a command may. May be called from any thread.
     */
    public Future<Void> whenReady(Context caller) {
        Promise<Void> promise = VertxAccess.promise(caller);
        try {
            if (loop.inEventLoop()) {
                awaitReady(promise);
            } else {
                loop.execute(() -> awaitReady(promise));
            }
        } catch (RejectedExecutionException e) {
            Guard.fail(promise, failures.stopped());
        }
        return promise.future();
    }

    private void awaitReady(Promise<Void> promise) {
        switch (state.current()) {
            case READY -> Guard.complete(promise, null);
            case BACKING_OFF -> Guard.fail(promise, lastFailure);
            case CLOSING, CLOSED -> Guard.fail(promise, failures.stopped());
            case IDLE, CONNECTING, HANDSHAKING -> {
                awaitingReady.add(promise, System.nanoTime() + settings.multiplexer().getCommandTimeout().toNanos());
                connectIfIdle();
            }
        }
    }

    private void connect() {
        state.become(ConnectionState.CONNECTING);
        try {
            if (clock == null) {
                long period = settings.clockPeriodMillis();
                clock = loop.scheduleAtFixedRate(this::onTick, period, period, TimeUnit.MILLISECONDS);
            }
            connector.connect(context, owner, this::onOpened).onComplete(result -> {
                if (result.succeeded()) {
                    onConnected(result.result());
                } else {
                    onConnectFailed(result.cause());
                }
            });
        } catch (Throwable e) {
            onConnectFailed(e);
        }
    }

    /** None of the parts stops the clock, or another part, by failing. */
    private void onTick() {
        long now = System.nanoTime();
        state.tell("a look at deadlines", () -> user.onTick(now));
        if (!awaitingReady.isEmpty()) {
            awaitingReady.expire(now + TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis()),
                    failures.notConnected(lastFailure));
        }
        if (state.is(ConnectionState.READY) && connection != null && connection.isOpen()) {
            state.tell("a look at whether the server is there", () -> liveness.check(connection));
        }
        if (pace.provesByLasting(now)) {
            onProved();
        }
    }

    private void onProved() {
        state.tell("a log", () -> outages.recovered(this, pace.trialStart()));
    }

    /** Make before break: the successor is there when the dead connection is given up. */
    private void replace(NodeConnection successor, String evidence) {
        Throwable cause = failures.silent(evidence);
        LOG.warnf("%s: replaced the connection of %s: %s", failures.subject(), label, cause.getMessage());
        lastFailure = failures.ended(cause);
        login.cancel();
        CommandQueue inFlight = connection.abandon(cause);
        connection = null;
        state.tell("a loss", () -> user.onLost(inFlight, cause));
        use(successor);
        successor.handOver(owner);
        state.tell("a new connection", () -> user.onReady(successor));
    }

    private void use(NodeConnection newConnection) {
        connection = newConnection;
        pace.connected(newConnection, System.nanoTime());
        if (user.canRenewLogin(newConnection)) {
            login.watch(newConnection);
        }
    }

    private void onOpened() {
        if (state.is(ConnectionState.CONNECTING)) {
            state.become(ConnectionState.HANDSHAKING);
        }
    }

    private void onConnected(NodeConnection newConnection) {
        if (ended != null) {
            newConnection.abandon(failures.stopped());
            return;
        }
        use(newConnection);
        state.become(ConnectionState.READY);
        state.tell("a new connection", () -> user.onReady(newConnection));
        awaitingReady.completeAll();
    }

    private void onConnectFailed(Throwable cause) {
        if (ended == null) {
            backOff(failures.cannotConnect(cause));
            onOutage(cause);
            awaitingReady.failAll(lastFailure);
        }
    }

    private void onOutage(Throwable cause) {
        state.tell("a log", () -> outages.failed(this, cause));
        state.tell("an outage", () -> user.onUnavailable(lastFailure));
    }

    private void backOff(Throwable failure) {
        lastFailure = failure;
        later(this::reconnect, pace.delayAfterFailure());
        state.become(ConnectionState.BACKING_OFF);
    }

    private void reconnect() {
        if (state.is(ConnectionState.BACKING_OFF)) {
            connect();
        }
    }

    @Override
    public void afterMessage() {
        if (user.getsMessages() && pace.provesOtherwise()) {
            onProved();
        }
    }

    @Override
    public void afterRead() {
        liveness.onRead();
        if (pace.provesByAnswer()) {
            onProved();
        }
        endIfQuiet();
    }

    /** Looks whether it is to be ended, and can be. */
    public void endIfQuiet() {
        if (ended != null && user.isQuiet()) {
            closeConnection();
        }
    }

    @Override
    public void onClosed(CommandQueue inFlight, Throwable cause) {
        boolean idle = ended == null && IdleClose.explains(connection, inFlight, user, System.nanoTime());
        connection = null;
        login.cancel();
        liveness.reset();
        if (ended != null) {
            state.tell("a loss", () -> user.onLost(inFlight, cause));
            finish();
        } else if (idle) {
            lastFailure = failures.ended(cause);
            state.become(ConnectionState.IDLE);
            if (pace.provesOtherwise()) {
                onProved();
            }
            state.tell("a loss", () -> user.onLost(inFlight, cause));
        } else {
            backOff(failures.ended(cause));
            state.tell("a loss", () -> user.onLost(inFlight, cause));
            onOutage(cause);
        }
    }

    /**
     * Ends it: makes no new connection, keeps the one that there is until it is quiet, but no longer than {@code grace}, then
     * closes it. May be called from any thread.
     *
     * @param begin run on the event loop first
     */
    public Future<Void> close(Duration grace, Runnable begin) {
        Promise<Void> promise = Promise.promise();
        try {
            loop.execute(() -> {
                boolean begins = ended == null;
                if (begins) {
                    state.tell("the begin of the end", begin);
                    ended = Promise.promise();
                }
                ended.future().onComplete(done -> Guard.complete(promise, null));
                if (begins) {
                    beginClose(grace);
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connection with it.
            Guard.complete(promise, null);
        }
        return promise.future();
    }

    private void beginClose(Duration grace) {
        state.become(ConnectionState.CLOSING);
        liveness.stop();
        login.cancel();
        awaitingReady.failAll(failures.stopped());
        if (connection == null) {
            finish();
        } else {
            later(this::closeConnection, grace.toMillis());
            endIfQuiet();
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
        state.become(ConnectionState.CLOSED);
        state.tell("the end", user::onEnded);
        Guard.complete(ended, null);
    }

    private void later(Runnable step, long delayMillis) {
        try {
            nextStep = loop.schedule(step, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and all connections with it.
            nextStep = null;
        }
    }
}
