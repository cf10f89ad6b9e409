package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.SocketTimeoutException;
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
    private final Readiness readiness;
    private final RedialPace pace;
    private final LivenessWatch liveness;
    private final LoginRenewal login;
    private final LoopTimer clock;
    private final Attempts attempts;
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
        this.attempts = new Attempts(loop, this::onConnected, this::onConnectFailed, failures,
                settings.multiplexer().getConnectTimeout().toNanos());
        this.readiness = new Readiness(loop, state, this::connectIfIdle, failures,
                settings.multiplexer().getCommandTimeout().toNanos());
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
        state.connection().ifPresent(current -> current.renew(cause));
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
        return readiness.future(caller);
    }

    private void connect() {
        state.connecting();
        attempts.begin();
        try {
            if (!clock.isPlanned()) {
                clock.repeat("a look at a connection", this::onTick, settings.clockPeriodMillis());
            }
            attempts.follow(connector.connect(context, user.role(), this, this::onOpened));
        } catch (Throwable e) {
            onConnectFailed(e);
        }
    }

    /** None of the parts stops another part by failing. */
    private void onTick() {
        long now = System.nanoTime();
        state.tell("a look at deadlines", () -> user.onTick(now));
        state.tell("a look at what is due", () -> goOn(now));
        readiness.expire(now + TimeUnit.MILLISECONDS.toNanos(settings.clockPeriodMillis()));
        if (state.is(ConnectionState.READY)) {
            state.connection().filter(NodeConnection::isOpen).ifPresent(
                    current -> state.tell("a look at whether the server is there", () -> liveness.check(current)));
        }
        if (pace.provesByLasting(now)) {
            onProved();
        }
    }

    /** What should have followed by now has not, for want of memory: it follows now. */
    private void goOn(long now) {
        state.connection().ifPresent(NodeConnection::completeEnd);
        boolean overdue = attempts.isOverdue(now);
        if (overdue && state.is(ConnectionState.BACKING_OFF)) {
            connect();
        } else if (overdue && state.isConnecting()) {
            onConnectFailed(new SocketTimeoutException("nothing has come of an attempt to connect"));
        }
    }

    private void onProved() {
        state.tell("a log", () -> outages.recovered(this, pace.trialStart()));
    }

    /** Make before break: the successor is there when the dead connection is given up. */
    private void replace(NodeConnection successor, String evidence) {
        Throwable cause = failures.silent(evidence);
        Throwable failure = failures.ended(cause);
        LOG.warnf("%s: replaced the connection of %s: %s", failures.subject(), label, cause.getMessage());
        login.cancel();
        CommandQueue inFlight = state.connection().orElseThrow().abandon(cause);
        try {
            successor.handOver(this);
            state.replaced(successor, failure);
        } catch (Throwable e) {
            successor.abandon(e);
            throw e;
        } finally {
            state.tellLost(inFlight, cause, failures);
        }
        begin(successor);
    }

    private void begin(NodeConnection newConnection) {
        state.tell("a watch over a connection", () -> use(newConnection));
        state.tell("a new connection", () -> user.onReady(newConnection));
    }

    private void use(NodeConnection newConnection) {
        pace.connected(user.getsMessages() ? newConnection::answeredOrMessages : newConnection::answered, System.nanoTime());
        state.tell("a watch over the login", () -> {
            if (user.canRenewLogin(newConnection)) {
                login.watch(newConnection);
            }
        });
    }

    private void onOpened() {
        if (state.is(ConnectionState.CONNECTING)) {
            state.handshaking();
        }
    }

    private void onConnected(NodeConnection newConnection) {
        state.ready(newConnection);
        begin(newConnection);
        readiness.reached();
    }

    private void onConnectFailed(Throwable cause) {
        if (!state.isEnding()) {
            Throwable failure = failures.cannotConnect(cause);
            backOff(failure);
            onOutage(cause, failure);
            readiness.missed(failure);
        }
    }

    private void onOutage(Throwable cause, Throwable failure) {
        state.tell("a log", () -> outages.failed(this, cause));
        state.tell("an outage", () -> user.onUnavailable(failure));
    }

    private void backOff(Throwable failure) {
        attempts.plan(this::reconnect, pace.delayAfterFailure());
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
        try {
            leave(closed, inFlight, failures.ended(cause));
        } finally {
            state.tellLost(inFlight, cause, failures);
        }
        if (state.is(ConnectionState.CLOSED)) {
            tellEnded();
        } else if (state.is(ConnectionState.BACKING_OFF)) {
            onOutage(cause, state.unavailable().orElseThrow());
        } else if (closed.isRenewed()) {
            connectIfIdle();
        }
    }

    /** If there is no memory for that, the clock finds the connection closed, and its end is told once more. */
    private void leave(NodeConnection closed, CommandQueue inFlight, Throwable failure) {
        login.cancel();
        liveness.reset();
        if (state.isEnding()) {
            end();
        } else if (closed.isRenewed()) {
            pace.ended();
            state.idle(failure);
        } else if (IdleClose.explains(closed, inFlight, user, System.nanoTime())) {
            state.idle(failure);
            if (pace.provesByIdleness()) {
                onProved();
            }
        } else {
            backOff(failure);
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
        readiness.missed(failures.stopped());
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
        attempts.end();
        endOfGrace.cancel();
        outages.forget(this);
        state.closed();
    }

    private void tellEnded() {
        state.tell("the end", user::onEnded);
        Guard.complete(ended, null);
    }
}
