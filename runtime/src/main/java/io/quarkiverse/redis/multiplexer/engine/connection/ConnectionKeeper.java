package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
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
 * and their transitions are those of {@link ConnectionState}; state and connection change together, in {@link KeeperState}.
 * <p>
 * In each transition the keeper first changes its own state, plans its next step, and then tells others, through the
 * {@link Guard}: whatever they do or throw, the next step comes. It is told of the life of the connection only; the traffic is
 * the user's.
 * <p>
 * Everything happens on one event loop, but for {@link #whenReady} and {@link #close}.
 */
public final class ConnectionKeeper implements ConnectionOwner {

    private static final Logger LOG = Logger.getLogger(ConnectionKeeper.class);

    private final String label;
    private final Context context;
    private final EventLoop loop;
    private final Connector connector;
    private final ClientSettings settings;
    private final Failures failures;
    private final OutageLog outages;
    private final ConnectionUser user;
    private final KeeperState state;
    private final AwaitingReady awaitingReady = new AwaitingReady();
    private final RedialPace pace;
    private final LivenessWatch liveness;
    private final LoginRenewal login;
    private final LoopTimer clock;
    private final LoopTimer nextAttempt;
    private final LoopTimer endOfGrace;
    /** Not handed out: a listener that throws would keep the others from being called. */
    private final Promise<Void> ended = Promise.promise();

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
        this.state = new KeeperState(failures.subject(), label, user);
        this.pace = new RedialPace(settings.backoff());
        this.clock = new LoopTimer(loop);
        this.nextAttempt = new LoopTimer(loop);
        this.endOfGrace = new LoopTimer(loop);
        this.login = new LoginRenewal(context, connector, user.getsMessages(), settings.multiplexer().getConnectTimeout());
        this.liveness = new LivenessWatch(connector, context, settings.multiplexer().getLivenessTimeout().toNanos(), user,
                this::replace);
    }

    @Override
    public String place() {
        return label;
    }

    public EventLoop loop() {
        return loop;
    }

    /** The state, and the connection if there is one. */
    public KeeperState state() {
        return state;
    }

    /** Has another connection take the place of the one that there is, once that has answered what is in flight. */
    public void renew(Throwable cause) {
        state.connection().ifPresent(current -> current.retire(cause));
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
        if (loop.inEventLoop() && state.is(ConnectionState.READY)) {
            return VertxAccess.succeeded(caller, null);
        }
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
            case BACKING_OFF -> Guard.fail(promise, state.unavailable().orElseThrow());
            case CLOSING, CLOSED -> Guard.fail(promise, failures.stopped());
            case IDLE, CONNECTING, HANDSHAKING -> {
                awaitingReady.add(promise, System.nanoTime() + settings.multiplexer().getCommandTimeout().toNanos());
                connectIfIdle();
            }
        }
    }

    private void connect() {
        state.connecting();
        try {
            if (!clock.isPlanned()) {
                clock.repeat(this::onTick, settings.clockPeriodMillis());
            }
            connector.connect(context, user.role(), this, this::onOpened).onComplete(result -> {
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
                    failures.notConnected(state.missing().orElse(null)));
        }
        if (state.is(ConnectionState.READY)) {
            state.connection().filter(NodeConnection::isOpen).ifPresent(
                    current -> state.tell("a look at whether the server is there", () -> liveness.check(current)));
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
        login.cancel();
        CommandQueue inFlight = state.connection().orElseThrow().abandon(cause);
        use(successor);
        successor.handOver(this);
        state.replaced(successor, failures.ended(cause));
        tellLost(inFlight, cause);
        state.tell("a new connection", () -> user.onReady(successor));
    }

    private void use(NodeConnection newConnection) {
        pace.connected(user.getsMessages() ? newConnection::answeredOrMessages : newConnection::answered, System.nanoTime());
        if (user.canRenewLogin(newConnection)) {
            login.watch(newConnection);
        }
    }

    private void onOpened() {
        if (state.is(ConnectionState.CONNECTING)) {
            state.handshaking();
        }
    }

    private void onConnected(NodeConnection newConnection) {
        if (state.isEnding()) {
            newConnection.abandon(failures.stopped());
            return;
        }
        use(newConnection);
        state.ready(newConnection);
        state.tell("a new connection", () -> user.onReady(newConnection));
        awaitingReady.completeAll();
    }

    private void onConnectFailed(Throwable cause) {
        if (!state.isEnding()) {
            Throwable failure = failures.cannotConnect(cause);
            backOff(failure);
            onOutage(cause, failure);
            awaitingReady.failAll(failure);
        }
    }

    private void onOutage(Throwable cause, Throwable failure) {
        state.tell("a log", () -> outages.failed(this, cause));
        state.tell("an outage", () -> user.onUnavailable(failure));
    }

    private void backOff(Throwable failure) {
        nextAttempt.plan(this::reconnect, pace.delayAfterFailure());
        state.backingOff(failure);
    }

    private void reconnect() {
        if (state.is(ConnectionState.BACKING_OFF)) {
            connect();
        }
    }

    @Override
    public TrafficListener traffic() {
        return user;
    }

    @Override
    public boolean takesUnselected() {
        return settings.multiplexer().getUnavailable() == UnavailablePolicy.QUEUE;
    }

    @Override
    public void onRead() {
        liveness.onRead();
        if (pace.provesByUse()) {
            onProved();
        }
        endIfQuiet();
    }

    /** Looks whether it is to be ended, and can be. */
    public void endIfQuiet() {
        if (state.isEnding() && user.isQuiet()) {
            closeConnection();
        }
    }

    @Override
    public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
        login.cancel();
        liveness.reset();
        if (state.isEnding()) {
            end();
            tellLost(inFlight, cause);
            tellEnded();
        } else if (IdleClose.explains(closed, inFlight, user, System.nanoTime())) {
            state.idle(failures.ended(cause));
            if (pace.provesByIdleness()) {
                onProved();
            }
            tellLost(inFlight, cause);
        } else {
            Throwable failure = failures.ended(cause);
            backOff(failure);
            tellLost(inFlight, cause);
            onOutage(cause, failure);
        }
    }

    private void tellLost(CommandQueue inFlight, Throwable cause) {
        state.tell("a loss", () -> user.onLost(inFlight, cause));
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
                if (!state.isEnding()) {
                    state.tell("the begin of the end", begin);
                    beginClose(grace);
                }
                ended.future().onComplete(done -> Guard.complete(promise, null));
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connection with it.
            Guard.complete(promise, null);
        }
        return promise.future();
    }

    private void beginClose(Duration grace) {
        state.closing();
        liveness.stop();
        login.cancel();
        awaitingReady.failAll(failures.stopped());
        if (state.connection().isPresent()) {
            endOfGrace.plan(this::closeConnection, grace.toMillis());
            endIfQuiet();
        } else {
            end();
            tellEnded();
        }
    }

    private void closeConnection() {
        state.connection().ifPresent(current -> current.close(failures.stopped()));
    }

    private void end() {
        clock.cancel();
        nextAttempt.cancel();
        endOfGrace.cancel();
        outages.forget(this);
        state.closed();
    }

    private void tellEnded() {
        state.tell("the end", user::onEnded);
        Guard.complete(ended, null);
    }
}
