package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;

/**
 * What servers may have to be told: gathers the subscriptions about which something has changed, for each server its own, and
 * puts many of them into one command, as far as the connection takes them. Used on the event loop of the hub.
 */
final class Telling {

    /** Who is told. */
    interface Server {

        /** Whether there is a connection, and it takes more. */
        boolean isWritable();

        /** Sees to it that there will be a connection. */
        default void dial() {
        }

        /** Whether two of the same kind may be in one command. */
        default boolean takesTogether(Subscription first, Subscription next) {
            return true;
        }

        /** Whether what is being subscribed to can be left before all of it is in force. */
        default boolean letsGo() {
            return false;
        }

        /** Sends a command. If that throws anything, not a byte of it has been sent. */
        void send(SubscriptionKind kind, Change change, List<Subscription> names);

        /** A subscription is not told, nor to be told, and nobody needs it any more. */
        default void forget(Subscription subscription) {
        }
    }

    /** Told of what there is nobody to be told of. */
    static final Server NOBODY = new Server() {
        @Override
        public boolean isWritable() {
            return false;
        }

        @Override
        public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
            throw new IllegalStateException("There is nobody to be told");
        }
    };

    /** Knows who is told of what. */
    interface Servers {

        /** The server that knows of the subscription already, or is to be told of it. */
        Server of(Subscription subscription);
    }

    /** Hears of commands that could not be sent. */
    interface Unsent {

        void onUnsent(List<Subscription> names, Change change, Throwable cause);
    }

    /** How many names, and bytes of names, a command has at most; one name always fits. */
    private static final int MAX_NAMES = 512;
    private static final int MAX_BYTES = 64 * 1024;

    private final Servers servers;
    private final Predicate<Subscription> held;
    private final Unsent unsent;
    /** No server has an empty set. */
    private final Map<Server, Set<Subscription>> changed = new LinkedHashMap<>();

    /** @param held those that are not to be told now */
    Telling(Servers servers, Predicate<Subscription> held, Unsent unsent) {
        this.servers = servers;
        this.held = held;
        this.unsent = unsent;
    }

    void add(Subscription subscription) {
        changed.computeIfAbsent(servers.of(subscription), added -> new LinkedHashSet<>()).add(subscription);
    }

    /** It is not told, and nobody needs it. */
    void remove(Subscription subscription) {
        drop(subscription);
        servers.of(subscription).forget(subscription);
    }

    /** Nobody is to be told of it any more. */
    void drop(Subscription subscription) {
        changed.values().forEach(subscriptions -> subscriptions.remove(subscription));
        changed.values().removeIf(Set::isEmpty);
    }

    /** Who is told of what has changed. */
    void reroute() {
        List<Set<Subscription>> all = List.copyOf(changed.values());
        changed.clear();
        all.forEach(subscriptions -> subscriptions.forEach(this::add));
    }

    /** Tells what is due. The rest is due when the connections take more. */
    void tell() {
        for (Optional<Server> next = writable(); next.isPresent(); next = writable()) {
            Server server = next.get();
            List<Subscription> names = takeNext(server);
            if (!names.isEmpty()) {
                send(server, names);
            }
        }
    }

    /** The next one that has to be told something, and can be. */
    private Optional<Server> writable() {
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        for (Server server : List.copyOf(changed.keySet())) {
            // An attempt that fails at once may have left nothing that the next one has to be told.
            if (!changed.containsKey(server)) {
                continue;
            }
            if (server.isWritable()) {
                return Optional.of(server);
            }
            server.dial();
        }
        return Optional.empty();
    }

    /** @return the next ones that can be told in one command; empty if nothing is due */
    private List<Subscription> takeNext(Server server) {
        List<Subscription> names = new ArrayList<>();
        int bytes = 0;
        Set<Subscription> subscriptions = changed.get(server);
        for (var next = subscriptions.iterator(); next.hasNext() && names.size() < MAX_NAMES;) {
            Subscription subscription = next.next();
            // Whoever is told by another server by now is among those of that one, too.
            if (subscription.due() != null && !held.test(subscription) && servers.of(subscription) == server) {
                if (!names.isEmpty() && (!isAlike(server, names.get(0), subscription)
                        || bytes + subscription.name.length() > MAX_BYTES)) {
                    break;
                }
                names.add(subscription);
                bytes += Math.min(MAX_BYTES, subscription.name.length());
            }
            next.remove();
        }
        if (subscriptions.isEmpty()) {
            changed.remove(server);
        }
        return names;
    }

    private static boolean isAlike(Server server, Subscription first, Subscription next) {
        return first.kind == next.kind && first.due() == next.due() && server.takesTogether(first, next);
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
            send(due.get(0).server().orElseThrow(), due);
        }
    }

    private void send(Server server, List<Subscription> names) {
        SubscriptionKind kind = names.get(0).kind;
        Change change = names.get(0).due();
        names.forEach(subscription -> subscription.tell(server, change));
        try {
            server.send(kind, change, names);
        } catch (Throwable e) {
            // An Error, too: there is no memory for these names, which says nothing about others.
            unsent.onUnsent(names, change, e);
        }
    }
}
