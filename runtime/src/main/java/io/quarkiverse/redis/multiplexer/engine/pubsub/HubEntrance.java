package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.LoopOrder;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * The way into a hub, and out of it: brings calls from any thread to its {@link Subscriptions}, and has callers and listeners
 * told when these have done with it. Which connections there are is not known here.
 * <p>
 * {@link #call}, {@link #detach} and {@link #run} may be called from any thread; the calls of one thread take effect in their
 * order. Everything else is used on the event loop of the hub.
 */
final class HubEntrance {

    private static final Logger LOG = Logger.getLogger(SubscriptionHub.class);

    /** The hub, which knows its connections. */
    interface Home {

        /** Whether nothing is carried any more. */
        boolean isEnding();

        /** A call waits for the server, unless it has been answered already. */
        void begun(SubscriptionCall call);

        /** The failure of a call whose time is over. */
        Throwable timedOut(SubscriptionCall call);
    }

    private final EventLoop loop;
    private final ClientSettings settings;
    private final Failures failures;
    private final Home home;
    private final long timeoutNanos;
    private final LoopOrder order;
    private final Afterwards afterwards;
    private final Subscriptions subscriptions;
    private boolean settling;
    private volatile int size;
    /** Of the servers that are there. */
    private final Map<Failures, Long> restorations = Collections.synchronizedMap(new WeakHashMap<>());

    HubEntrance(EventLoop loop, ClientSettings settings, Failures failures, Telling.Servers servers, Home home) {
        this.loop = loop;
        this.settings = settings;
        this.failures = failures;
        this.home = home;
        this.timeoutNanos = settings.multiplexer().getCommandTimeout().toNanos();
        this.order = new LoopOrder(loop);
        this.afterwards = new Afterwards(loop);
        this.subscriptions = new Subscriptions(servers, this::schedule, settings, failures,
                new Interruptions(servers, this::onRestored, System::nanoTime), afterwards, new FanOut(loop));
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Afterwards afterwards() {
        return afterwards;
    }

    /** How many channels and patterns there are. May be called from any thread. */
    int size() {
        return size;
    }

    /** How often subscriptions of a server came into force again after an outage. May be called from any thread. */
    long restorations(Failures where) {
        return restorations.getOrDefault(where, 0L);
    }

    /** @see Hub#call */
    Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd) {
        return call(subscriber, SubscriptionKind.of(request.command()), SubscriptionKind.changeOf(request.command()),
                RequestAccess.arguments(request).stream()
                        .map(name -> name == null ? "null" : new String(name, StandardCharsets.ISO_8859_1)).toList(),
                caller, onEnd);
    }

    private Future<Void> call(Subscriber subscriber, SubscriptionKind kind, Change change, List<String> names, Context caller,
            Runnable onEnd) {
        Promise<Void> promise = VertxAccess.promise(caller);
        long deadline = System.nanoTime() + timeoutNanos;
        SubscriptionCall call = new SubscriptionCall(subscriber, kind, change, names, deadline, promise, onEnd);
        order.run(() -> {
            begin(call);
            settleSoon();
        }, () -> {
            call.fail(failures.stopped());
            call.run();
        });
        return promise.future();
    }

    private void begin(SubscriptionCall call) {
        try {
            if (home.isEnding()) {
                refuse(call, failures.stopped());
            } else if (call.subscriber.whyDetached().isPresent()) {
                refuse(call, call.subscriber.whyDetached().get());
            } else {
                if (call.change == Change.SUBSCRIBE) {
                    subscriptions.subscribe(call);
                } else {
                    subscriptions.unsubscribe(call);
                }
                home.begun(call);
            }
        } catch (Throwable e) {
            // There is no memory for it, above all.
            subscriptions.fail(call, failures.rejected(call.kind.command(call.change).toString(), e));
        }
    }

    private void refuse(SubscriptionCall call, Throwable cause) {
        afterwards.add(call);
        call.fail(cause);
    }

    /** @see Hub#detach */
    void detach(Subscriber subscriber, Throwable cause) {
        run(() -> {
            subscriptions.detach(subscriber, cause);
            settleSoon();
        });
    }

    /** Runs something on the event loop of the hub, in its turn; nothing if that has ended. */
    void run(Runnable action) {
        order.run(action, () -> {
        });
    }

    /** There is no connection: fails those who wait for one of these and are not to wait for another one. */
    void failUnlessWaitingHelps(Predicate<Subscription> awaited, Throwable cause) {
        if (settings.multiplexer().getUnavailable() == UnavailablePolicy.FAIL_FAST || Failures.isFinal(cause)) {
            subscriptions.failAll(awaited, cause);
        }
    }

    private void onRestored(Failures where, int count, Duration outage) {
        restorations.merge(where, 1L, Long::sum);
        LOG.infof("%s: %d subscriptions are in force again after %d ms; messages of that time have been missed",
                where.subject(), count, outage.toMillis());
        afterwards.add(() -> settings.multiplexer().getListener().subscriptionRestored(
                new SubscriptionRestored(settings.name(), where.node(), count, outage)));
    }

    /** Fails the calls whose time is over. */
    void expire(long now) {
        subscriptions.expire(now, home::timedOut);
        settle();
    }

    /** The end of everything. */
    void end() {
        try {
            subscriptions.end(failures.stopped());
        } finally {
            settle();
        }
    }

    /** Something has changed: tells the server, and then callers and listeners. */
    void settle() {
        settling = false;
        subscriptions.tell();
        tellCallers();
    }

    /** Tells callers and listeners. */
    void tellCallers() {
        size = subscriptions.wanted();
        afterwards.run();
    }

    /** @return keeps it from being run */
    Runnable schedule(Runnable action, long delayMillis) {
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
    void settleSoon() {
        if (!settling) {
            try {
                loop.execute(this::settle);
                settling = true;
            } catch (Throwable e) {
                // The event loop has ended, or there is no memory for one more task.
                settle();
            }
        }
    }
}
