package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.Wish;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * One connection's part in the hub: what it wants, which calls of it wait, and what it hears. Its calls are answered in order,
 * and to the handler of its messages everything looks as if it had a server's connection to itself: each call has one
 * confirmation per name, with the number of subscriptions that the connection has then. Used on the hub's event loop.
 */
public final class Subscriber implements FanOut.Hearing {

    /** Where its messages go. Throws nothing, and calls nobody before it returns. */
    interface Messages {

        void add(Response message);

        /** Adds messages that others hear, too, in order. @param deliveries where it says that it has to deliver them */
        default void add(MessageRun heard, Deliveries deliveries) {
            for (int i = 0; i < heard.size(); i++) {
                add(heard.get(i).message());
            }
        }

        /** Adds the confirmation of something that the connection itself has asked for. */
        void confirm(Response confirmation);

        /** What has been in force is not any more, until somebody does something about it; or a message may be missing. */
        void fail(Throwable cause);

        void end();
    }

    private final Messages messages;
    private final Map<SubscriptionKind, Map<String, Wish>> wishes = new EnumMap<>(SubscriptionKind.class);
    /** What the handler has been told that it is subscribed to. */
    private final Map<SubscriptionKind, Map<String, Subscription>> heard = new EnumMap<>(SubscriptionKind.class);
    private final Queue<SubscriptionCall> calls = new ArrayDeque<>();
    /** If it {@linkplain #hearsOneOnly hears one subscription only}, that keeps what comes for it, and this is empty. */
    private final LatestMessages latest = new LatestMessages();
    private Optional<Throwable> end = Optional.empty();

    public Subscriber(Messages messages) {
        this.messages = messages;
        for (SubscriptionKind kind : SubscriptionKind.values()) {
            wishes.put(kind, new LinkedHashMap<>());
            heard.put(kind, new LinkedHashMap<>());
        }
    }

    /** The connection has ended: nothing more comes from it, or goes to it. @return its calls that wait */
    List<SubscriptionCall> detach(Throwable cause) {
        end = Optional.of(cause);
        latest.clear();
        for (Map<String, Subscription> byName : heard.values()) {
            byName.values().forEach(subscription -> subscription.hearers().remove(this));
            byName.clear();
        }
        List<SubscriptionCall> waiting = new ArrayList<>(calls);
        calls.clear();
        return waiting;
    }

    /** Why it has been detached; empty if it has not. */
    Optional<Throwable> whyDetached() {
        return end;
    }

    /** @return {@code null} if it does not want that */
    Wish wish(SubscriptionKind kind, String name) {
        return wishes.get(kind).get(name);
    }

    void put(Wish wish) {
        wishes.get(wish.subscription.kind).put(wish.subscription.name, wish);
    }

    /** @return {@code null} if it did not want that */
    Wish removeWish(SubscriptionKind kind, String name) {
        return wishes.get(kind).remove(name);
    }

    /** Removes a wish, unless it has been replaced by another one. */
    boolean removeWish(Wish wish) {
        return wishes.get(wish.subscription.kind).remove(wish.subscription.name, wish);
    }

    List<String> wanted(SubscriptionKind kind) {
        return new ArrayList<>(wishes.get(kind).keySet());
    }

    void enqueue(SubscriptionCall call) {
        calls.add(call);
    }

    /**
     * Tells the handler of the calls whose turn it is.
     *
     * @param answered given each of these calls
     */
    void answer(Consumer<SubscriptionCall> answered) {
        for (SubscriptionCall oldest; (oldest = calls.peek()) != null && (oldest.isEnded() || oldest.isSettled());) {
            calls.remove();
            if (!oldest.isEnded()) {
                if (oldest.failure() == null) {
                    confirm(oldest);
                } else {
                    leave(oldest);
                }
                answered.accept(oldest);
            }
        }
    }

    /** Hears no more of what it has taken leave of, although the server has not confirmed that. */
    void leave(SubscriptionCall failed) {
        Map<String, Subscription> byName = heard.get(failed.kind);
        List<String> names = failed.names.isEmpty() ? new ArrayList<>(byName.keySet()) : failed.names;
        names.forEach(name -> stopHearing(byName, name));
    }

    /** From now on it gets the messages of a subscription. */
    void startHearing(Subscription subscription) {
        latest.handOverNow(this);
        onlyOne().ifPresent(one -> one.hearers().change());
        heard.get(subscription.kind).put(subscription.name, subscription);
        subscription.hearers().add(this);
    }

    private void stopHearing(Map<String, Subscription> byName, String name) {
        Subscription subscription = byName.get(name);
        if (subscription != null) {
            latest.handOverNow(this);
            subscription.hearers().remove(this);
            byName.remove(name);
            onlyOne().ifPresent(one -> one.hearers().change());
        }
    }

    /** Whether it hears the messages of one subscription, and nothing else. */
    boolean hearsOneOnly() {
        int count = 0;
        for (Map<String, Subscription> byName : heard.values()) {
            count += byName.size();
        }
        return count == 1;
    }

    private Optional<Subscription> onlyOne() {
        return hearsOneOnly() ? heard.values().stream().flatMap(byName -> byName.values().stream()).findFirst()
                : Optional.empty();
    }

    private void confirm(SubscriptionCall call) {
        Map<String, Subscription> byName = heard.get(call.kind);
        if (call.change == Change.SUBSCRIBE) {
            for (Wish wish : call.wishes()) {
                startHearing(wish.subscription);
                confirm(call, wish.subscription.name);
            }
            return;
        }
        List<String> names = call.names.isEmpty() ? new ArrayList<>(byName.keySet()) : call.names;
        for (String name : names) {
            stopHearing(byName, name);
            confirm(call, name);
        }
        if (names.isEmpty()) {
            // What the server says to one who unsubscribes from everything, subscribed to nothing.
            confirm(call, null);
        }
    }

    private void confirm(SubscriptionCall call, String name) {
        PushType event = PushType.create(3);
        event.add(bulk(call.kind.confirmation(call.change)));
        event.add(name == null ? null : bulk(name));
        event.add(NumberType.create(count(call.kind)));
        handOverNow();
        messages.confirm(event);
    }

    private static Response bulk(String text) {
        return BulkType.create(Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1)), false);
    }

    /** The server counts channels and patterns together, and sharded channels apart. */
    private long count(SubscriptionKind kind) {
        if (kind == SubscriptionKind.SHARD) {
            return heard.get(kind).size();
        }
        return heard.get(SubscriptionKind.CHANNEL).size() + heard.get(SubscriptionKind.PATTERN).size();
    }

    /**
     * Takes a message, which it hands over at the end of the turn. Throws nothing.
     *
     * @param hearing those who will be told of that end; it adds itself once
     */
    void hear(SizedMessage message, List<FanOut.Hearing> hearing) {
        try {
            latest.add(message, this, hearing);
        } catch (Throwable e) {
            // There is no memory for it: others hear it all the same.
            fail(e);
        }
    }

    @Override
    public void handOver(Deliveries deliveries) {
        if (!latest.isEmpty()) {
            try {
                messages.add(latest.take(), deliveries);
            } catch (Throwable e) {
                // There is no memory to hand it over.
                fail(e);
            }
        }
    }

    /** Takes what all have heard who hear the same. Throws nothing. @param deliveries see {@link FanOut.Hearing} */
    void take(MessageRun run, Deliveries deliveries) {
        if (end.isEmpty()) {
            messages.add(run, deliveries);
        }
    }

    /** Hands over what it has heard, before something else comes. */
    private void handOverNow() {
        latest.handOverNow(this);
        onlyOne().ifPresent(one -> one.hearers().handOverNow());
    }

    /** The server refuses something that has been in force, or a message may have been missed. */
    void fail(Throwable cause) {
        try {
            handOverNow();
            messages.fail(cause);
        } catch (Throwable e) {
            // There is no memory for it. Others hear of it all the same.
            Guard.report("to tell of a gap", e);
        }
    }

    void end() {
        messages.end();
    }
}
