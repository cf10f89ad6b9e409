package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.Wish;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Carries subscriptions to what each node tells of itself only: to the hub it is one server, which has been told when all
 * primaries have been. For each subscription there is a part on the connection to each of them, and
 *
 * <pre>
 * the whole becomes    when
 * IN_FORCE             there is a primary, and all parts are in force
 * ABSENT               it was in force, and a part is not any more, or there is one more primary: its messages were missed;
 *                      or it was being ended, and all parts have; or it was not in force yet, and nobody needs it any more
 * </pre>
 *
 * What the other nodes tell is delivered meanwhile. A node that is no primary any more is not listened to from then on: as a
 * replica it would tell the same as its new primary. Used on the event loop of the hub.
 */
final class EveryPrimary implements Telling.Server, Exchanges.Listener {

    /** A subscription, on one connection. */
    private record Part(Subscription subscription, List<Wish> wishes) {

        void want() {
            if (wishes.isEmpty()) {
                wishes.add(subscription.newWish());
            }
        }

        void leave() {
            wishes.forEach(subscription::forget);
            wishes.clear();
        }
    }

    /** All parts of one subscription: those of one that has ended, too, until the servers have confirmed that. */
    private static final class Group {

        Subscription whole;
        boolean wanted;
        final Map<HubConnection, Part> parts = new LinkedHashMap<>();

        Group(Subscription whole) {
            this.whole = whole;
        }

        boolean is(State state) {
            return parts.values().stream().allMatch(part -> part.subscription.state() == state);
        }
    }

    private record Key(SubscriptionKind kind, String name) {

        static Key of(Subscription subscription) {
            return new Key(subscription.kind, subscription.name);
        }
    }

    private final Subscriptions wholes;
    private final Supplier<Set<HubConnection>> primaries;
    private final Telling telling;
    /** Parts whose end a server has refused. */
    private final Retries notEnded;
    private final Map<Key, Group> groups = new LinkedHashMap<>();
    private final Map<Subscription, HubConnection> homes = new HashMap<>();

    /** @param primaries the connections to all primaries, made when they are asked for */
    EveryPrimary(Subscriptions wholes, Supplier<Set<HubConnection>> primaries, Retries.Scheduler scheduler,
            Backoff backoff) {
        this.wholes = wholes;
        this.primaries = primaries;
        this.telling = new Telling(homes::get, part -> false, this::onUnsent);
        this.notEnded = new Retries(scheduler, backoff, this::tellAgain);
    }

    /** Whether the connection carries something of this, or is to. */
    boolean uses(HubConnection connection) {
        return groups.values().stream().anyMatch(group -> group.parts.containsKey(connection));
    }

    /** Those that carry something of this, or are to. */
    Set<HubConnection> connections() {
        Set<HubConnection> used = new HashSet<>();
        groups.values().forEach(group -> used.addAll(group.parts.keySet()));
        return used;
    }

    /** Whether the subscription has a part on the connection. */
    boolean carries(Subscription whole, HubConnection connection) {
        Group group = groups.get(Key.of(whole));
        return group != null && group.whole == whole && group.parts.containsKey(connection);
    }

    /** Whether the subscription waits for the connection, among others. */
    boolean waitsFor(Subscription whole, HubConnection connection) {
        return carries(whole, connection) && !groups.get(Key.of(whole)).parts.get(connection).subscription.isInForce();
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    /** It may be a single primary that it waits for, and for long. */
    @Override
    public boolean letsGo() {
        return true;
    }

    @Override
    public boolean takesTogether(Subscription first, Subscription next) {
        return false;
    }

    @Override
    public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
        for (Subscription whole : names) {
            Group group = groups.computeIfAbsent(Key.of(whole), added -> new Group(whole));
            group.whole = whole;
            group.wanted = change == Change.SUBSCRIBE;
            if (group.wanted) {
                primaries.get().forEach(connection -> want(group, connection));
            } else {
                group.parts.values().forEach(this::leave);
            }
            telling.tell();
            review(group);
        }
    }

    private void want(Group group, HubConnection connection) {
        Part part = group.parts.computeIfAbsent(connection, added -> {
            Subscription subscription = new Subscription(group.whole.kind, group.whole.name);
            homes.put(subscription, connection);
            return new Part(subscription, new ArrayList<>(1));
        });
        part.want();
        telling.add(part.subscription);
    }

    private void leave(Part part) {
        part.leave();
        telling.add(part.subscription);
    }

    /** The whole is not in force, and nobody wants it: what is in force of it has to end. */
    @Override
    public void forget(Subscription whole) {
        Group group = groups.get(Key.of(whole));
        if (group != null && group.whole == whole) {
            group.wanted = false;
            group.parts.values().forEach(this::leave);
            telling.tell();
            review(group);
        }
    }

    /** Something has changed about parts: tells the hub of the whole. */
    private void review(Group group) {
        removeParts(group, part -> part.wishes.isEmpty() && part.subscription.state() == State.ABSENT);
        State state = group.whole.state();
        if (group.wanted && state == State.SUBSCRIBING && !group.parts.isEmpty() && group.is(State.IN_FORCE)) {
            wholes.confirmed(group.whole, Change.SUBSCRIBE);
        } else if (!group.wanted && group.parts.isEmpty()) {
            groups.remove(Key.of(group.whole), group);
            if (state == State.UNSUBSCRIBING) {
                wholes.confirmed(group.whole, Change.UNSUBSCRIBE);
            }
        }
    }

    private void removeParts(Group group, Predicate<Part> which) {
        group.parts.values().removeIf(part -> {
            boolean remove = which.test(part);
            if (remove) {
                homes.remove(part.subscription);
                telling.drop(part.subscription);
                notEnded.remove(part.subscription);
            }
            return remove;
        });
    }

    private Group group(Subscription part) {
        return groups.get(Key.of(part));
    }

    @Override
    public void confirmed(Subscription part, Change change) {
        part.become(change == Change.SUBSCRIBE ? State.IN_FORCE : State.ABSENT);
        onChanged(part);
    }

    private void onChanged(Subscription part) {
        Group group = group(part);
        if (part.due() != null) {
            telling.add(part);
            telling.tell();
        }
        review(group);
    }

    /** The hub decides what becomes of the whole; if it is told again, so are the parts that are not in force. */
    @Override
    public void refused(List<Subscription> parts, Change change, ErrorType error) {
        for (Subscription part : parts) {
            Group group = group(part);
            if (change == Change.UNSUBSCRIBE) {
                part.become(State.IN_FORCE);
                notEnded.add(part);
                continue;
            }
            part.become(State.ABSENT);
            if (group.whole.state() == State.SUBSCRIBING) {
                wholes.refused(List.of(group.whole), change, error);
            }
            review(group);
        }
    }

    private void tellAgain(List<Subscription> parts) {
        parts.forEach(telling::add);
        telling.tell();
    }

    private void onUnsent(List<Subscription> parts, Change change, Throwable cause) {
        refused(parts, change, ErrorType.create("ERR " + cause));
    }

    /** A connection has been lost, or a server has ended something on it. There will be another one. */
    void onLost(HubConnection connection) {
        for (Group group : List.copyOf(groups.values())) {
            Part part = group.parts.get(connection);
            if (part != null) {
                lose(group, part.subscription, connection);
            }
        }
    }

    private void lose(Group group, Subscription part, HubConnection connection) {
        if (part.state() != State.ABSENT) {
            part.become(State.ABSENT);
        }
        interrupt(group, connection);
        onChanged(part);
    }

    private void interrupt(Group group, HubConnection connection) {
        if (group.whole.isInForce()) {
            wholes.lose(List.of(group.whole), connection.failures());
        }
    }

    void endedByServer(HubConnection connection, SubscriptionKind kind, String name) {
        Group group = groups.get(new Key(kind, name));
        Part part = group == null ? null : group.parts.get(connection);
        if (part != null && part.subscription.isInForce()) {
            lose(group, part.subscription, connection);
        }
    }

    /** A connection takes (more) commands. */
    void tell() {
        telling.tell();
    }

    /**
     * There may be other primaries: those that are none any more are not listened to from now on.
     *
     * @param connections to all of them, made when they are asked for
     */
    void onPrimaries(Supplier<Set<HubConnection>> connections) {
        if (groups.isEmpty()) {
            return;
        }
        Set<HubConnection> current = connections.get();
        for (Group group : List.copyOf(groups.values())) {
            removeParts(group, part -> !current.contains(homes.get(part.subscription)));
            if (group.wanted) {
                for (HubConnection connection : current) {
                    if (!group.parts.containsKey(connection)) {
                        want(group, connection);
                        interrupt(group, connection);
                    }
                }
            }
        }
        telling.tell();
        List.copyOf(groups.values()).forEach(this::review);
    }

    /** What is published by clients comes from every node, and is delivered from one of them. */
    void deliver(HubConnection from, SubscriptionKind kind, String name, Response message) {
        Group group = groups.get(new Key(kind, name));
        Optional<HubConnection> first = group == null ? Optional.empty() : group.parts.keySet().stream().findFirst();
        if (first.isPresent() && group.parts.containsKey(from)
                && (first.get() == from || KeyspaceChannel.carried(kind, message))) {
            wholes.table().deliver(kind, name, message);
        }
    }
}
