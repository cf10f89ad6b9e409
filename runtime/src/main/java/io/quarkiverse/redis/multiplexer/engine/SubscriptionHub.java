package io.quarkiverse.redis.multiplexer.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * Carries every subscription of a client on one connection, and subscribes to all of them again after that was lost.
 * <p>
 * Invariant: {@code exchanges} holds what the server has been told on this connection and has not confirmed, in order. The
 * server confirms name by name, or answers one error to the whole of the oldest exchange; apart from that it only sends
 * published messages.
 * <p>
 * Lives on one event loop; its methods may be called from any thread.
 */
final class SubscriptionHub implements ConnectionUser {

    private static final Logger LOG = Logger.getLogger(SubscriptionHub.class);

    /** How many names one command has at most, when all are subscribed to again. */
    private static final int MAX_NAMES = 512;

    private final EventLoop loop;
    private final Failures failures;
    private final ConnectionKeeper keeper;
    private final long timeoutNanos;
    private final Map<SubscriptionKind, Map<String, Subscription>> subscriptions = new EnumMap<>(SubscriptionKind.class);
    private final Queue<Exchange> exchanges = new ArrayDeque<>();
    /** In the order of their deadlines. */
    private final Queue<SubscriptionCall> calls = new ArrayDeque<>();
    private final ClientSettings settings;
    /** How many subscriptions were interrupted and are not confirmed again. */
    private int interrupted;
    private int restored;
    private long interruptedSince;
    private volatile int size;
    private volatile long restorations;

    /** What the server has been told, and the names that it has not confirmed yet. */
    private record Exchange(boolean subscribe, Map<String, Subscription> unconfirmed) {
    }

    /** @param context of an event loop, and the hub's own */
    SubscriptionHub(Context context, Connector connector, ClientSettings settings, Failures failures, OutageLog outages) {
        this.loop = VertxAccess.eventLoop(context);
        this.failures = failures;
        this.settings = settings;
        this.keeper = new ConnectionKeeper("the subscription hub", context, connector, settings, failures, outages, this);
        this.timeoutNanos = settings.multiplexer().getCommandTimeout().toNanos();
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            subscriptions.put(kind, new LinkedHashMap<>());
        }
    }

    /** How many channels and patterns there are. */
    int size() {
        return size;
    }

    /** How often subscriptions came into force again after an outage. */
    long restorations() {
        return restorations;
    }

    /** Subscribes to {@code names}; completes when the server has confirmed all of them. */
    Future<Void> subscribe(Subscriber subscriber, SubscriptionKind kind, List<String> names, Context caller) {
        return call(kind.subscribe, subscriber, caller, call -> {
            List<Subscription> added = new ArrayList<>();
            for (String name : names) {
                Subscription subscription = subscriptions.get(kind).get(name);
                if (subscription == null) {
                    subscription = new Subscription(kind, name);
                    subscriptions.get(kind).put(name, subscription);
                    added.add(subscription);
                }
                subscriber.join(subscription);
                if (!subscription.confirmed) {
                    call.waitFor(subscription);
                }
            }
            if (keeper.connection() != null) {
                tell(kind, true, added);
            } else {
                keeper.connectIfIdle();
            }
        });
    }

    /** Unsubscribes from {@code names}, or from all if there are none; completes when the server has confirmed that. */
    Future<Void> unsubscribe(Subscriber subscriber, SubscriptionKind kind, List<String> names, Context caller) {
        return call(kind.unsubscribe, subscriber, caller, call -> {
            List<Subscription> leaving = subscriber.subscriptions(kind);
            if (!names.isEmpty()) {
                leaving.removeIf(subscription -> !names.contains(subscription.name));
            }
            if (leaving.isEmpty()) {
                subscriber.confirmNothingLeft(kind);
            }
            leave(subscriber, leaving).forEach(call::waitFor);
        });
    }

    /** Forgets the subscriber, as a server forgets a connection that is closed. */
    void detach(Subscriber subscriber) {
        onLoop(() -> leave(subscriber, subscriber.subscriptions()), failure -> {
        });
    }

    /** Ends all subscriptions. */
    Future<Void> close() {
        return keeper.close(Duration.ZERO, () -> {
        });
    }

    private Future<Void> call(Command command, Subscriber subscriber, Context caller, Consumer<SubscriptionCall> action) {
        Promise<Void> promise = VertxAccess.promise(caller);
        onLoop(() -> {
            if (keeper.isEnding()) {
                promise.fail(failures.stopped());
                return;
            }
            SubscriptionCall call = new SubscriptionCall(command, subscriber, System.nanoTime() + timeoutNanos, promise);
            action.accept(call);
            call.completeIfSettled();
            if (!call.isDone()) {
                calls.add(call);
            }
            updateSize();
        }, promise::fail);
        return promise.future();
    }

    /** @return what the server has to confirm: subscriptions that nobody else wants */
    private List<Subscription> leave(Subscriber subscriber, Collection<Subscription> leaving) {
        List<Subscription> unwanted = new ArrayList<>();
        for (Subscription subscription : leaving) {
            subscriber.leave(subscription);
            if (subscription.subscribers.isEmpty()) {
                subscriptions.get(subscription.kind).remove(subscription.name);
                endInterruption(subscription, false);
                unwanted.add(subscription);
            }
        }
        updateSize();
        if (keeper.connection() == null) {
            return List.of();
        }
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            tell(kind, false, unwanted.stream().filter(subscription -> subscription.kind == kind).toList());
        }
        return unwanted;
    }

    private void tell(SubscriptionKind kind, boolean subscribe, List<Subscription> names) {
        for (int from = 0; from < names.size(); from += MAX_NAMES) {
            List<Subscription> part = names.subList(from, Math.min(names.size(), from + MAX_NAMES));
            Request request = Request.cmd(subscribe ? kind.subscribe : kind.unsubscribe);
            Map<String, Subscription> unconfirmed = new LinkedHashMap<>();
            for (Subscription subscription : part) {
                request.arg(subscription.name.getBytes(StandardCharsets.ISO_8859_1));
                unconfirmed.put(subscription.name, subscription);
            }
            exchanges.add(new Exchange(subscribe, unconfirmed));
            keeper.connection().sendUnanswered(request);
        }
    }

    @Override
    public void onMessage(Response message) {
        if (message instanceof ErrorType error) {
            onError(error);
            return;
        }
        if (!isPubSub(message)) {
            LOG.debugf("%s: dropped a message that is not one of Pub/Sub", failures.subject());
            return;
        }
        String word = message.get(0).toString();
        String name = message.get(1).toString(StandardCharsets.ISO_8859_1);
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            if (kind.message.equals(word)) {
                Subscription subscription = subscriptions.get(kind).get(name);
                if (subscription != null) {
                    subscription.subscribers.forEach(subscriber -> subscriber.deliver(message));
                }
            } else if (kind.subscribe.toString().equals(word)) {
                onConfirmed(true, name);
            } else if (kind.unsubscribe.toString().equals(word)) {
                onConfirmed(false, name);
            }
        }
    }

    private static boolean isPubSub(Response message) {
        return (message instanceof PushType || message instanceof MultiType) && message.isArray() && message.size() >= 2
                && isBulk(message.get(0)) && isBulk(message.get(1));
    }

    private static boolean isBulk(Response element) {
        return element != null && element.type() == ResponseType.BULK;
    }

    private void onConfirmed(boolean subscribe, String name) {
        Exchange oldest = exchanges.peek();
        if (oldest == null || oldest.subscribe != subscribe) {
            return;
        }
        Subscription subscription = oldest.unconfirmed.remove(name);
        if (subscription == null) {
            return;
        }
        if (oldest.unconfirmed.isEmpty()) {
            exchanges.remove();
        }
        if (subscribe) {
            subscription.confirmed = true;
            subscription.subscribers.forEach(subscriber -> subscriber.confirm(subscription));
            endInterruption(subscription, true);
        }
        subscription.settleCalls();
    }

    private void beginInterruption() {
        if (interrupted == 0) {
            interruptedSince = System.nanoTime();
            restored = 0;
        }
        for (Map<String, Subscription> byName : subscriptions.values()) {
            for (Subscription subscription : byName.values()) {
                if (subscription.confirmed) {
                    subscription.confirmed = false;
                    subscription.interrupted = true;
                    interrupted++;
                }
            }
        }
    }

    private void endInterruption(Subscription subscription, boolean inForceAgain) {
        if (!subscription.interrupted) {
            return;
        }
        subscription.interrupted = false;
        restored += inForceAgain ? 1 : 0;
        if (--interrupted == 0 && restored > 0) {
            restorations = restorations + 1;
            Duration outage = Duration.ofNanos(System.nanoTime() - interruptedSince);
            LOG.infof("%s: %d subscriptions are in force again after %d ms; messages of that time have been missed",
                    failures.subject(), restored, outage.toMillis());
            settings.multiplexer().getListener()
                    .subscriptionRestored(new SubscriptionRestored(settings.name(), failures.node(), restored, outage));
        }
    }

    private void onError(ErrorType error) {
        Exchange refused = exchanges.poll();
        if (refused == null) {
            return;
        }
        Collection<Subscription> names = refused.unconfirmed.values();
        if (refused.subscribe && names.size() > 1) {
            // One of the names is refused, and the server does not say which: ask for each by itself.
            names.forEach(subscription -> tell(subscription.kind, true, List.of(subscription)));
        } else {
            names.forEach(subscription -> drop(subscription, error));
            updateSize();
        }
    }

    private void drop(Subscription subscription, Throwable cause) {
        subscriptions.get(subscription.kind).remove(subscription.name, subscription);
        endInterruption(subscription, false);
        List.copyOf(subscription.subscribers).forEach(subscriber -> subscriber.drop(subscription, cause));
        subscription.failCalls(cause);
    }

    @Override
    public void onReady(NodeConnection connection) {
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            tell(kind, true, List.copyOf(subscriptions.get(kind).values()));
        }
    }

    @Override
    public void onUnavailable(Throwable cause) {
        if (Failures.isRefusal(cause)) {
            calls.forEach(call -> abandon(call, cause));
            calls.clear();
        }
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        for (Exchange exchange : exchanges) {
            if (!exchange.subscribe) {
                // The server forgets the subscriptions of a connection that has ended.
                exchange.unconfirmed.values().forEach(Subscription::settleCalls);
            }
        }
        exchanges.clear();
        if (!keeper.isEnding()) {
            beginInterruption();
        }
    }

    @Override
    public boolean canRenewLogin(NodeConnection connection) {
        return connection.isResp3();
    }

    /** With RESP2 even the answer to PING comes as a message, once there are subscriptions. */
    @Override
    public void ping(NodeConnection connection) {
        Request ping = Request.cmd(Command.PING);
        if (connection.isResp3()) {
            connection.send(ping);
        } else {
            connection.sendUnanswered(ping);
        }
    }

    @Override
    public void onTick(long now) {
        if (keeper.connection() != null) {
            keeper.connection().expire(now);
        }
        for (SubscriptionCall oldest; (oldest = calls.peek()) != null;) {
            if (!oldest.isDone()) {
                if (oldest.deadline - now > 0) {
                    return;
                }
                abandon(oldest, timedOut(oldest));
            }
            calls.remove();
        }
    }

    private Throwable timedOut(SubscriptionCall call) {
        boolean connected = keeper.connection() != null;
        return failures.timedOut(call.command.toString(), connected, connected ? null : keeper.lastFailure());
    }

    /** Fails the call, and takes back what it asked for: nobody waits for those messages any more. */
    private void abandon(SubscriptionCall call, Throwable cause) {
        if (!call.isDone()) {
            List<Subscription> unsettled = new ArrayList<>(call.unsettled());
            unsettled.forEach(subscription -> subscription.calls.remove(call));
            unsettled.retainAll(call.subscriber.subscriptions());
            leave(call.subscriber, unsettled);
            call.fail(cause);
        }
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public boolean needsConnection() {
        return size > 0 || !calls.isEmpty();
    }

    @Override
    public boolean getsMessages() {
        return true;
    }

    @Override
    public void onEnded() {
        for (Map<String, Subscription> byName : subscriptions.values()) {
            for (Subscription subscription : byName.values()) {
                subscription.failCalls(failures.stopped());
                subscription.subscribers.forEach(Subscriber::end);
            }
            byName.clear();
        }
        calls.clear();
        updateSize();
    }

    private void updateSize() {
        size = subscriptions.values().stream().mapToInt(Map::size).sum();
    }

    private void onLoop(Runnable action, Consumer<Throwable> onRejected) {
        if (loop.inEventLoop()) {
            action.run();
            return;
        }
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            onRejected.accept(failures.stopped());
        }
    }
}
