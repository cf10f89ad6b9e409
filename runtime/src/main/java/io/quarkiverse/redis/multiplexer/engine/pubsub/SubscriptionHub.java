package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.LoopOrder;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * Carries every subscription of a client on one connection, and subscribes to all of them again after that was lost. This is
 * the door: it brings calls from any thread, and what the server sends, to the {@link Subscriptions}, and has callers told
 * when these have done with it.
 * <p>
 * Everything that is sent on the connection is one of the {@link Exchanges}; there are no commands in flight besides.
 * <p>
 * Lives on one event loop; its methods may be called from any thread. The calls of one thread take effect in their order.
 */
public final class SubscriptionHub implements Hub, ConnectionUser, Telling.Server, Exchanges.Connection {

    private static final Logger LOG = Logger.getLogger(SubscriptionHub.class);

    private final EventLoop loop;
    private final Failures failures;
    private final ClientSettings settings;
    private final ConnectionKeeper keeper;
    private final long timeoutNanos;
    private final LoopOrder order;
    private final Afterwards afterwards;
    private final Exchanges exchanges;
    private final Subscriptions subscriptions;
    private boolean settling;
    private volatile int size;
    private volatile long restorations;

    /** @param context of an event loop, and the hub's own */
    public SubscriptionHub(Context context, Connector connector, ClientSettings settings, Failures failures,
            OutageLog outages) {
        this.loop = VertxAccess.eventLoop(context);
        this.failures = failures;
        this.settings = settings;
        this.keeper = new ConnectionKeeper("the subscription hub", context, connector, settings, failures, outages, this);
        this.timeoutNanos = settings.multiplexer().getCommandTimeout().toNanos();
        this.order = new LoopOrder(loop);
        this.afterwards = new Afterwards(loop);
        this.subscriptions = new Subscriptions(this, this::schedule, settings, failures,
                new Interruptions(this::onRestored, System::nanoTime), afterwards);
        this.exchanges = new Exchanges(this, subscriptions);
    }

    /** How many channels and patterns there are. */
    public int size() {
        return size;
    }

    /** How often subscriptions came into force again after an outage. */
    public long restorations() {
        return restorations;
    }

    @Override
    public Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd) {
        return call(subscriber, SubscriptionKind.of(request.command()), SubscriptionKind.changeOf(request.command()),
                RequestAccess.arguments(request).stream()
                        .map(name -> name == null ? "null" : new String(name, StandardCharsets.ISO_8859_1)).toList(),
                caller, onEnd);
    }

    private Future<Void> call(Subscriber subscriber, SubscriptionKind kind, Change change, List<String> names, Context caller,
            Runnable onEnd) {
        Promise<Void> promise = VertxAccess.promise(caller);
        long deadline = System.nanoTime() + timeoutNanos;
        Consumer<Throwable> refuse = cause -> {
            onEnd.run();
            Guard.fail(promise, cause);
        };
        order.run(() -> {
            if (keeper.state().isEnding()) {
                afterwards.add(() -> refuse.accept(failures.stopped()));
            } else if (subscriber.isDetached()) {
                afterwards.add(() -> refuse.accept(failures.connectionClosed()));
            } else {
                begin(new SubscriptionCall(subscriber, kind, change, names, deadline, promise, onEnd));
            }
            settleSoon();
        }, () -> refuse.accept(failures.stopped()));
        return promise.future();
    }

    private void begin(SubscriptionCall call) {
        if (call.change == Change.SUBSCRIBE) {
            subscriptions.subscribe(call);
            keeper.connectIfIdle();
        } else {
            subscriptions.unsubscribe(call);
        }
        keeper.state().unavailable().ifPresent(this::failUnlessWaitingHelps);
    }

    @Override
    public void detach(Subscriber subscriber) {
        order.run(() -> {
            subscriptions.detach(subscriber, failures.connectionClosed());
            settleSoon();
        }, () -> {
        });
    }

    /**
     * Gives up the connection now, and moves all subscriptions to a new one: the name of the server may belong to another one
     * by now. What is published in between is missed, and that is told as after any loss.
     */
    public void replaceConnection(Throwable cause) {
        order.run(() -> keeper.state().connection().ifPresent(connection -> connection.close(cause)), () -> {
        });
    }

    /** Ends all subscriptions. */
    public Future<Void> close() {
        return keeper.close(Duration.ZERO, () -> {
        });
    }

    @Override
    public boolean isWritable() {
        return keeper.state().connection().filter(NodeConnection::isWritable).isPresent();
    }

    @Override
    public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
        Request request = Request.cmd(kind.command(change));
        names.forEach(subscription -> request.arg(subscription.name.getBytes(StandardCharsets.ISO_8859_1)));
        exchanges.told(kind, change, names);
        sendLatest(keeper.state().connection().orElseThrow(), request);
    }

    private void sendLatest(NodeConnection connection, Request request) {
        try {
            connection.sendUnanswered(request);
        } catch (Throwable e) {
            exchanges.takeBackLatest();
            throw e;
        }
    }

    @Override
    public void outOfOrder() {
        keeper.state().connection().ifPresent(connection -> connection
                .close(new ProtocolException("The server has left out the answer to a subscription")));
    }

    @Override
    public void answered() {
        keeper.state().connection().ifPresent(NodeConnection::answerRecognized);
    }

    @Override
    public void onMessage(NodeConnection connection, Response message) {
        Optional<PubSubMessage> said = PubSubMessage.of(message);
        if (said.isPresent()) {
            onPubSub(said.get(), message);
        } else if (message instanceof ErrorType error) {
            if (!exchanges.onError(error)) {
                LOG.debugf("%s: dropped an error that answers nothing", failures.subject());
            }
        } else if (!(message instanceof PushType)) {
            exchanges.onReply();
        }
        tellCallers();
    }

    private void onPubSub(PubSubMessage said, Response message) {
        if (said.change().isEmpty()) {
            subscriptions.deliver(said.kind(), said.name(), message);
        } else if (!exchanges.onConfirmation(said.kind(), said.change().get(), said.name())
                && said.change().get() == Change.UNSUBSCRIBE) {
            subscriptions.endedByServer(said.kind(), said.name());
        }
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        settle();
    }

    @Override
    public void onWritable() {
        settle();
    }

    @Override
    public void onReady(NodeConnection connection) {
        subscriptions.onReady();
        settle();
    }

    @Override
    public void onUnavailable(Throwable cause) {
        failUnlessWaitingHelps(cause);
        settle();
    }

    private void failUnlessWaitingHelps(Throwable cause) {
        if (settings.multiplexer().getUnavailable() == UnavailablePolicy.FAIL_FAST || Failures.isFinal(cause)) {
            subscriptions.failAll(cause);
        }
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        exchanges.clear();
        // A login that was being renewed.
        afterwards.add(() -> inFlight.forEach(command -> command.fail(failures.lost(command, cause))));
        if (!keeper.state().isEnding()) {
            subscriptions.onLost();
        }
        // Not now: whoever keeps the connection has not done with its loss.
        afterwards.soon();
    }

    private void onRestored(int count, Duration outage) {
        restorations = restorations + 1;
        LOG.infof("%s: %d subscriptions are in force again after %d ms; messages of that time have been missed",
                failures.subject(), count, outage.toMillis());
        afterwards.add(() -> settings.multiplexer().getListener().subscriptionRestored(
                new SubscriptionRestored(settings.name(), failures.node(), count, outage)));
    }

    /** AUTH waits until everything that was said before has been answered. With RESP2 it is not allowed among subscriptions. */
    @Override
    public boolean canRenewLogin(NodeConnection connection) {
        return connection.isResp3();
    }

    @Override
    public void ping(NodeConnection connection) {
        // One that has not been answered says as much as two would.
        if (!exchanges.isPinging()) {
            exchanges.pinged();
            sendLatest(connection, Request.cmd(Command.PING));
        }
    }

    @Override
    public void onTick(long now) {
        // A login that is being renewed is all that can be in flight.
        keeper.state().connection().ifPresent(connection -> connection.expire(now));
        subscriptions.expire(now, this::timedOut);
        settle();
    }

    private Throwable timedOut(SubscriptionCall call) {
        boolean connected = keeper.state().connection().isPresent();
        Throwable unavailable = connected ? call.refusal() : keeper.state().missing().orElse(null);
        return failures.timedOut(call.kind.command(call.change).toString(), connected && unavailable == null, unavailable);
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public boolean needsConnection() {
        return !subscriptions.isEmpty();
    }

    @Override
    public boolean getsMessages() {
        return true;
    }

    @Override
    public void onEnded() {
        subscriptions.end(failures.stopped());
        settle();
    }

    /** Something has changed: tells the server, and then callers and listeners. */
    private void settle() {
        settling = false;
        subscriptions.tell();
        tellCallers();
    }

    private void tellCallers() {
        size = subscriptions.wanted();
        afterwards.run();
    }

    private Runnable schedule(Runnable action, long delayMillis) {
        try {
            ScheduledFuture<?> timer = loop.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connection with it.
            return () -> {
            };
        }
    }

    /** Once for all calls that come in a turn of the event loop: so many names fit into few commands. */
    private void settleSoon() {
        if (!settling) {
            settling = true;
            try {
                loop.execute(this::settle);
            } catch (RejectedExecutionException e) {
                settle();
            }
        }
    }
}
