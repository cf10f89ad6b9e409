package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Notices at once that a node may be no primary any more, where nothing else would tell: on each connection to every primary
 * it subscribes to a sharded channel of its own, in a slot of the node, to which nobody publishes. When the slot goes, the
 * server says that the subscription has ended. Servers before Redis 7, and those that do not allow the channel, refuse it; then
 * other evidence, or time, has to tell. These are all states and transitions, for a connection:
 *
 * <pre>
 * from       to         when
 * UNWATCHED  ASKED      the connection is in use, and the node is known to have a slot
 * ASKED      WATCHED    the server confirms
 * ASKED      MISPLACED  the server says that the slot is another node's
 * ASKED      REFUSED    the server refuses for another reason
 * WATCHED    UNWATCHED  the server has ended it
 * MISPLACED  UNWATCHED  the cluster is known better by now
 * any        UNWATCHED  the connection is lost, or not used any more
 * </pre>
 *
 * Used on the event loop of the hub.
 */
final class DemotionWatch implements Exchanges.Listener {

    enum State {
        UNWATCHED,
        ASKED,
        WATCHED,
        MISPLACED,
        REFUSED;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case UNWATCHED -> this != UNWATCHED;
                case ASKED -> this == UNWATCHED;
                case WATCHED, MISPLACED, REFUSED -> this == ASKED;
            };
        }
    }

    private static final String PREFIX = "__quarkus-redis-multiplexer-watch__:{";
    private static final String SUFFIX = "}";

    private static final class Watched {

        private final String channel;
        private State state = State.UNWATCHED;

        Watched(String channel) {
            this.channel = channel;
        }

        void become(State next) {
            if (!state.canBecome(next)) {
                throw new IllegalStateException("The watch over a node cannot go from " + state + " to " + next);
            }
            state = next;
        }
    }

    private final ClusterNodes nodes;
    private final Function<HubConnection, Optional<Member>> members;
    private final Map<HubConnection, Watched> watched = new IdentityHashMap<>();

    /** @param members finds the node of a connection */
    DemotionWatch(ClusterNodes nodes, Function<HubConnection, Optional<Member>> members) {
        this.nodes = nodes;
        this.members = members;
    }

    /** Whether a channel is one of those that are subscribed to here. */
    static boolean isOwn(SubscriptionKind kind, String channel) {
        return kind == SubscriptionKind.SHARD && channel.startsWith(PREFIX);
    }

    /** Sees to it that the nodes are watched to which there are these connections, and no others. */
    void look(Set<HubConnection> used) {
        watched.keySet().removeIf(connection -> !used.contains(connection));
        used.forEach(this::look);
    }

    private void look(HubConnection connection) {
        if (!watched.containsKey(connection) && connection.isWritable()) {
            members.apply(connection).map(nodes::slotOf).filter(OptionalInt::isPresent)
                    .ifPresent(slot -> ask(connection, channel(slot.getAsInt())));
        }
    }

    private void ask(HubConnection connection, String channel) {
        Watched begun = new Watched(channel);
        watched.put(connection, begun);
        begun.become(State.ASKED);
        try {
            connection.send(SubscriptionKind.SHARD, Change.SUBSCRIBE,
                    List.of(new Subscription(SubscriptionKind.SHARD, channel)));
        } catch (Throwable e) {
            // There is no memory for it, above all. It is tried again.
            forget(connection);
        }
    }

    /** A channel in the slot. */
    static String channel(int slot) {
        for (int i = 0;; i++) {
            byte[] tag = String.valueOf(i).getBytes(StandardCharsets.US_ASCII);
            if (Slot.of(tag, 0, tag.length) == slot) {
                return PREFIX + i + SUFFIX;
            }
        }
    }

    @Override
    public void confirmed(Subscription subscription, Change change) {
        find(subscription).ifPresent(one -> one.become(State.WATCHED));
    }

    @Override
    public void refused(List<Subscription> names, Change change, ErrorType error) {
        State next = ServerError.of(error) == ServerError.MOVED ? State.MISPLACED : State.REFUSED;
        find(names.get(0)).ifPresent(one -> one.become(next));
    }

    private Optional<Watched> find(Subscription subscription) {
        return watched.values().stream().filter(one -> one.state == State.ASKED && one.channel.equals(subscription.name))
                .findFirst();
    }

    /** The server has ended the subscription by itself. */
    void ended(HubConnection connection, String channel) {
        Watched ended = watched.get(connection);
        if (ended != null && ended.channel.equals(channel)) {
            forget(connection);
            members.apply(connection).ifPresent(nodes::onUnsubscribed);
        }
    }

    /** The cluster is known better than before. */
    void onChange() {
        watched.values().removeIf(one -> one.state == State.MISPLACED);
    }

    /** The connection is lost. */
    void forget(HubConnection connection) {
        watched.remove(connection);
    }
}
