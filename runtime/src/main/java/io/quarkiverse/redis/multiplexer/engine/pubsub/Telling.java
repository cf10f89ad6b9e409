package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;

/**
 * What the server may have to be told: gathers the subscriptions about which something has changed, and puts many of them into
 * one command, as far as the connection takes them. Used on the event loop of the hub.
 */
final class Telling {

    /** Who is told. */
    interface Server {

        /** Whether there is a connection, and it takes more. */
        boolean isWritable();

        /** Sends a command. If that throws anything, not a byte of it has been sent. */
        void send(SubscriptionKind kind, Change change, List<Subscription> names);
    }

    /** Hears of commands that could not be sent. */
    interface Unsent {

        void onUnsent(List<Subscription> names, Change change, Throwable cause);
    }

    /** How many names, and bytes of names, a command has at most; one name always fits. */
    private static final int MAX_NAMES = 512;
    private static final int MAX_BYTES = 64 * 1024;

    private final Server server;
    private final Refused refused;
    private final Unsent unsent;
    private final Set<Subscription> changed = new LinkedHashSet<>();

    /** @param refused those that are not to be told now */
    Telling(Server server, Refused refused, Unsent unsent) {
        this.server = server;
        this.refused = refused;
        this.unsent = unsent;
    }

    void add(Subscription subscription) {
        changed.add(subscription);
    }

    void remove(Subscription subscription) {
        changed.remove(subscription);
    }

    /** Tells what is due. The rest is due when the connection takes more. */
    void tell() {
        while (!changed.isEmpty() && server.isWritable()) {
            List<Subscription> names = takeNext();
            if (!names.isEmpty()) {
                send(names);
            }
        }
    }

    /** @return the next ones that can be told in one command; empty if nothing is due */
    private List<Subscription> takeNext() {
        List<Subscription> names = new ArrayList<>();
        int bytes = 0;
        for (var next = changed.iterator(); next.hasNext() && names.size() < MAX_NAMES;) {
            Subscription subscription = next.next();
            if (subscription.due() != null && !refused.contains(subscription)) {
                if (!names.isEmpty() && (!isAlike(names.get(0), subscription)
                        || bytes + subscription.name.length() > MAX_BYTES)) {
                    break;
                }
                names.add(subscription);
                bytes += Math.min(MAX_BYTES, subscription.name.length());
            }
            next.remove();
        }
        return names;
    }

    private static boolean isAlike(Subscription first, Subscription second) {
        return first.kind == second.kind && first.due() == second.due();
    }

    /** Tells the server again, in two commands, what it has refused in one. */
    void tellHalves(List<Subscription> names) {
        int middle = names.size() / 2;
        sendDue(names.subList(0, middle));
        sendDue(names.subList(middle, names.size()));
    }

    private void sendDue(List<Subscription> half) {
        List<Subscription> due = half.stream().filter(subscription -> subscription.due() == Change.SUBSCRIBE).toList();
        if (!due.isEmpty()) {
            send(due);
        }
    }

    private void send(List<Subscription> names) {
        SubscriptionKind kind = names.get(0).kind;
        Change change = names.get(0).due();
        names.forEach(
                subscription -> subscription.become(change == Change.SUBSCRIBE ? State.SUBSCRIBING : State.UNSUBSCRIBING));
        try {
            server.send(kind, change, names);
        } catch (Throwable e) {
            // An Error, too: there is no memory for these names, which says nothing about others.
            unsent.onUnsent(names, change, e);
        }
    }
}
