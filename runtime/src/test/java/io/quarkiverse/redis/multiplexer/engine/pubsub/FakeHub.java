package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A hub without sockets, threads or time: the test says when the server answers what, and when time passes. */
final class FakeHub implements Telling.Server, Exchanges.Connection {

    private record Command(Change change, Set<String> unconfirmed) {
    }

    boolean writable = true;
    /** How often there is no memory to have somebody told of something. */
    int lacks;
    /** Thrown instead of sending. */
    Throwable thrown;
    /** What the server refuses to have subscribed to. */
    final Set<String> forbidden = new HashSet<>();
    final Subscriptions subscriptions;
    private final Exchanges exchanges;
    private final Failures failures;
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Afterwards afterwards = new Afterwards(this::execute, new ArrayDeque<>() {
        @Override
        public boolean add(Runnable action) {
            needMemory();
            return super.add(action);
        }
    });
    private final List<Runnable> timers = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> outages = new ArrayList<>();
    private final Queue<Command> unanswered = new ArrayDeque<>();
    private final Set<String> inForce = new TreeSet<>();
    private long now;
    private boolean outOfOrder;

    FakeHub(MultiplexerOptions options) {
        RedisOptions redis = new RedisOptions();
        failures = new Failures("test", NodeAddress.of(redis), options);
        Interruptions interruptions = new Interruptions(subscription -> this,
                (where, count, outage) -> outages.add("restored " + count), () -> now);
        subscriptions = new Subscriptions(subscription -> this, (action, delay) -> {
            timers.add(action);
            return () -> timers.remove(action);
        }, ClientSettings.of("test", redis, options), failures, interruptions, afterwards, new FanOut(Runnable::run));
        exchanges = new Exchanges(this, subscriptions);
    }

    private void execute(Runnable action) {
        needMemory();
        loop.add(action);
    }

    private void needMemory() {
        if (lacks > 0) {
            lacks--;
            throw new InternalError("by hand");
        }
    }

    /** One connection of a caller. */
    final class Client implements Subscriber.Messages {

        private final Subscriber subscriber = new Subscriber(this);
        private final List<String> heard = new ArrayList<>();

        Future<Void> subscribe(String... names) {
            return call(Change.SUBSCRIBE, names);
        }

        Future<Void> unsubscribe(String... names) {
            return call(Change.UNSUBSCRIBE, names);
        }

        private Future<Void> call(Change change, String... names) {
            Promise<Void> promise = Promise.promise();
            SubscriptionCall call = new SubscriptionCall(subscriber, SubscriptionKind.CHANNEL, change, List.of(names),
                    now + Duration.ofSeconds(10).toNanos(), promise, () -> {
                    });
            if (change == Change.SUBSCRIBE) {
                subscriptions.subscribe(call);
            } else {
                subscriptions.unsubscribe(call);
            }
            settle();
            return promise.future();
        }

        void retryForEver(String name, int[] attempts) {
            subscribe(name).onFailure(failure -> {
                attempts[0]++;
                retryForEver(name, attempts);
            });
        }

        void close() {
            subscriptions.detach(subscriber, new IllegalStateException("closed"));
            settle();
        }

        int count() {
            return heard.size();
        }

        List<String> heard() {
            return List.copyOf(heard);
        }

        @Override
        public void add(Response message) {
            heard.add("message " + message);
        }

        @Override
        public void confirm(Response confirmation) {
            heard.add(confirmation.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }

        @Override
        public void fail(Throwable cause) {
            heard.add("failure " + cause.getMessage());
        }

        @Override
        public void end() {
            needMemory();
            heard.add("end");
        }
    }

    Client connect() {
        return new Client();
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
        if (thrown instanceof Error error) {
            throw error;
        }
        List<String> words = names.stream().map(subscription -> subscription.name).toList();
        sent.add(change + " " + String.join(" ", words));
        exchanges.told(kind, change, names);
        unanswered.add(new Command(change, new LinkedHashSet<>(words)));
    }

    @Override
    public void outOfOrder() {
        outOfOrder = true;
    }

    @Override
    public void answered() {
    }

    boolean isOutOfOrder() {
        return outOfOrder;
    }

    /** Does what is left to do when something has changed. */
    void settle() {
        subscriptions.tell();
        afterwards.run();
        // What is added to the queue meanwhile has its turn the next time.
        for (int count = loop.size(); count > 0; count--) {
            loop.remove().run();
        }
        subscriptions.tell();
    }

    /** The server confirms one name of the oldest command. */
    void confirm(String name) {
        Command oldest = unanswered.element();
        if (!oldest.unconfirmed.remove(name)) {
            throw new AssertionError("The server has not been asked for " + name + " by " + oldest);
        }
        if (oldest.unconfirmed.isEmpty()) {
            unanswered.remove();
        }
        if (oldest.change == Change.SUBSCRIBE) {
            inForce.add(name);
        } else {
            inForce.remove(name);
        }
        exchanges.onConfirmation(SubscriptionKind.CHANNEL, oldest.change, name);
        settle();
    }

    /** The server answers the oldest command, whatever that is. */
    void answer() {
        Command oldest = unanswered.element();
        for (String name : oldest.unconfirmed) {
            if (oldest.change == Change.SUBSCRIBE && forbidden.contains(name)) {
                refuse("NOPERM " + name);
                return;
            }
        }
        List.copyOf(oldest.unconfirmed).forEach(this::confirm);
    }

    /** The server answers everything, and what it is asked then, as far as that ends. */
    void confirmAll() {
        for (int i = 0; i < 10_000 && !unanswered.isEmpty(); i++) {
            answer();
            settle();
        }
    }

    /** The server refuses the oldest command. */
    void refuse(String error) {
        unanswered.remove();
        exchanges.onError(ErrorType.create(error));
        settle();
    }

    void publish(String channel, String text) {
        if (inForce.contains(channel)) {
            subscriptions.table().deliver(SubscriptionKind.CHANNEL, channel, SimpleStringType.create(channel + " " + text));
        }
    }

    void endByServer(String name) {
        inForce.remove(name);
        if (!exchanges.onConfirmation(SubscriptionKind.CHANNEL, Change.UNSUBSCRIBE, name)) {
            subscriptions.endedByServer(SubscriptionKind.CHANNEL, name, failures);
        }
        settle();
    }

    void lose() {
        writable = false;
        unanswered.clear();
        inForce.clear();
        exchanges.clear();
        subscriptions.onLost(all -> true, failures);
        settle();
    }

    void ready() {
        writable = true;
        subscriptions.onReady();
        settle();
    }

    void reconnect() {
        lose();
        ready();
    }

    /** The deadlines of all calls pass. */
    void expire() {
        now += Duration.ofSeconds(11).toNanos();
        subscriptions.expire(now, call -> new IllegalStateException("timed out"));
        settle();
    }

    void runTimers() {
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        due.forEach(Runnable::run);
        settle();
    }

    void end(Throwable cause) {
        subscriptions.end(cause);
        settle();
    }

    /** Every command that the server has got. */
    List<String> sent() {
        return List.copyOf(sent);
    }

    int unanswered() {
        return unanswered.size();
    }

    int timers() {
        return timers.size();
    }

    /** What the server has in force. */
    List<String> inForce() {
        return List.copyOf(inForce);
    }

    /** How often, and how many subscriptions, came into force again. */
    List<String> outages() {
        return outages;
    }
}
