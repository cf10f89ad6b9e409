package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What the hub has said on the current connection and the server has not answered, in order. The server answers in that order,
 * with RESP2 and RESP3 alike: SUBSCRIBE and UNSUBSCRIBE with one confirmation per name, or with one error for all of it; PING
 * with one reply. With RESP3, confirmations are pushes, and the rest are replies; with RESP2, all look the same, and published
 * messages come between them. So an error, which does not say what it is about, belongs to the oldest exchange.
 * <p>
 * An answer that comes before its turn means that the server has left out one before it. Where that can only have been a
 * PING's, nothing is lost; otherwise it is told as {@linkplain Connection#outOfOrder() out of order}, because errors would go
 * to
 * the wrong subscriptions from then on.
 * <p>
 * Used on the event loop of the hub.
 */
final class Exchanges {

    /** Hears of the answers to SUBSCRIBE and UNSUBSCRIBE. */
    interface Listener {

        void confirmed(Subscription subscription, Change change);

        /** @param names those that have not been confirmed: all of the command's, if the server is as it should be */
        void refused(List<Subscription> names, Change change, ErrorType error);
    }

    /** Where all of it is said. */
    interface Connection {

        /** An exchange will never be answered. */
        void outOfOrder();

        /** An exchange has been answered as a whole, or is passed over. What the answer says comes after this. */
        void answered();
    }

    /** {@code change} is {@code null}, and there are no names, if it is a PING. */
    private record Exchange(SubscriptionKind kind, Change change, Map<String, Subscription> unconfirmed) {

        static final Exchange PING = new Exchange(null, null, Map.of());

        boolean isPing() {
            return change == null;
        }

        boolean isAbout(SubscriptionKind otherKind, Change otherChange, String name) {
            return kind == otherKind && change == otherChange && unconfirmed.containsKey(name);
        }

        boolean isAbout(int slot) {
            return unconfirmed.values().stream().anyMatch(subscription -> subscription.slot == slot);
        }
    }

    private final Connection connection;
    private final Listener listener;
    private final Deque<Exchange> exchanges = new ArrayDeque<>();
    private int pings;
    /** The slots of sharded channels for which UNSUBSCRIBE has been answered. */
    private final BitSet ended = new BitSet();

    Exchanges(Connection connection, Listener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    boolean isEmpty() {
        return exchanges.isEmpty();
    }

    boolean isPinging() {
        return pings > 0;
    }

    /** PING has been sent. */
    void pinged() {
        exchanges.add(Exchange.PING);
        pings++;
    }

    /** A command has been sent. */
    void told(SubscriptionKind kind, Change change, List<Subscription> names) {
        Map<String, Subscription> unconfirmed = new LinkedHashMap<>(names.size() * 2);
        names.forEach(subscription -> unconfirmed.put(subscription.name, subscription));
        exchanges.add(new Exchange(kind, change, unconfirmed));
    }

    /** What has just been noted as sent has not been. */
    void takeBackLatest() {
        if (exchanges.removeLast().isPing()) {
            pings--;
        }
    }

    /** @return whether it is the answer to something: a server ends sharded subscriptions by itself, too */
    boolean onConfirmation(SubscriptionKind kind, Change change, String name) {
        Exchange oldest = oldestChange();
        if (oldest == null) {
            return false;
        }
        if (!oldest.isAbout(kind, change, name)) {
            // The end of a sharded subscription, told by itself, can come before the answer to UNSUBSCRIBE.
            if (change == Change.SUBSCRIBE && exchanges.stream().anyMatch(later -> later.isAbout(kind, change, name))) {
                connection.outOfOrder();
            }
            return false;
        }
        dropPings();
        Subscription subscription = oldest.unconfirmed.remove(name);
        if (oldest.unconfirmed.isEmpty()) {
            removeOldest();
        }
        if (kind == SubscriptionKind.SHARD && change == Change.UNSUBSCRIBE) {
            ended.set(subscription.slot);
        }
        listener.confirmed(subscription, change);
        return true;
    }

    private Exchange oldestChange() {
        if (pings == 0) {
            return exchanges.peek();
        }
        return exchanges.stream().filter(exchange -> !exchange.isPing()).findFirst().orElse(null);
    }

    /** What comes behind them has been answered: they will not be. */
    private void dropPings() {
        while (exchanges.element().isPing()) {
            removeOldest();
        }
    }

    private Exchange removeOldest() {
        Exchange oldest = exchanges.remove();
        if (oldest.isPing()) {
            pings--;
        }
        connection.answered();
        return oldest;
    }

    /**
     * The server may have ended a sharded subscription by itself, because the slot has moved, and that was taken for the answer
     * to UNSUBSCRIBE. This comes in addition then, and says that the slot has moved.
     */
    private boolean isSecondAnswer(ErrorType error) {
        OptionalInt moved = Redirect.of(error).map(Redirect::slot).orElse(OptionalInt.empty());
        if (moved.isEmpty() || !ended.get(moved.getAsInt()) || exchanges.element().isAbout(moved.getAsInt())) {
            return false;
        }
        ended.clear(moved.getAsInt());
        return true;
    }

    /** @return whether it is the answer to something */
    boolean onError(ErrorType error) {
        if (exchanges.isEmpty() || isSecondAnswer(error)) {
            return false;
        }
        Exchange refused = removeOldest();
        // Whoever refuses to answer PING is there.
        if (!refused.isPing()) {
            listener.refused(new ArrayList<>(refused.unconfirmed.values()), refused.change, error);
        }
        return true;
    }

    /** A reply that is no error and no confirmation has come: PING is all that has one. */
    void onReply() {
        if (pings == 0) {
            return;
        }
        if (exchanges.element().isPing()) {
            removeOldest();
        } else {
            connection.outOfOrder();
        }
    }

    /** The connection has ended. */
    void clear() {
        exchanges.clear();
        ended.clear();
        pings = 0;
    }
}
