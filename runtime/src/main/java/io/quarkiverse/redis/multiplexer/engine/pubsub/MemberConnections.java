package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;

/**
 * A hub's connections to the members of a cluster: one each, made when something is to be told there, closed when nothing has
 * been for a while. Used on the event loop of the hub.
 */
final class MemberConnections {

    /** For so long one that nobody uses stays open. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Function<Member, HubConnection> maker;
    private final Predicate<HubConnection> used;
    private final Map<Member, HubConnection> connections = new ConcurrentHashMap<>();
    private final Map<HubConnection, Member> members = new IdentityHashMap<>();
    /** Those that nobody uses, and since when. */
    private final Map<HubConnection, Long> unused = new IdentityHashMap<>();

    private long looked = System.nanoTime();

    /** @param used whether something is told there, or is to be */
    MemberConnections(Function<Member, HubConnection> maker, Predicate<HubConnection> used) {
        this.maker = maker;
        this.used = used;
    }

    /** The connection to the member, made if need be; it is opened when something is to be told there. */
    HubConnection of(Member member) {
        HubConnection connection = connections.get(member);
        if (connection == null) {
            connection = maker.apply(member);
            connections.put(member, connection);
            members.put(connection, member);
        }
        return connection;
    }

    Set<HubConnection> of(List<Member> several) {
        Set<HubConnection> all = new LinkedHashSet<>();
        several.forEach(member -> all.add(of(member)));
        return all;
    }

    /** The members at the other ends of these connections. */
    List<Member> of(Set<HubConnection> several) {
        return several.stream().flatMap(connection -> member(connection).stream()).toList();
    }

    /** Empty if it is none of these, or not any more. */
    Optional<Member> member(HubConnection connection) {
        return Optional.ofNullable(members.get(connection));
    }

    /** How many subscriptions are in force there. May be called from any thread. */
    int size(Member member) {
        HubConnection connection = connections.get(member);
        return connection == null ? 0 : connection.size();
    }

    /** Of the connection there, if there is one, and of another one. May be called from any thread. */
    List<ConnectionStatus> status(Member member, Optional<HubConnection> other) {
        return Stream.concat(Stream.ofNullable(connections.get(member)), other.stream()).map(HubConnection::status).toList();
    }

    boolean isEmpty() {
        return connections.isEmpty();
    }

    /** All of them, and another one: a copy. */
    List<HubConnection> andAlso(HubConnection other) {
        List<HubConnection> all = new ArrayList<>(connections.values());
        all.add(other);
        return all;
    }

    /** Forgets those to other members. @return these; the caller's to close */
    List<HubConnection> keepOnly(Collection<Member> remaining) {
        List<HubConnection> gone = new ArrayList<>();
        connections.entrySet().removeIf(entry -> {
            boolean goes = !remaining.contains(entry.getKey());
            if (goes) {
                gone.add(entry.getValue());
            }
            return goes;
        });
        members.keySet().removeAll(gone);
        unused.keySet().removeAll(gone);
        return gone;
    }

    /** Closes those that nobody has used for a while. */
    void closeUnused(long now) {
        if (now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        for (HubConnection connection : List.copyOf(connections.values())) {
            // One that fails is kept until it succeeds: whoever was told of its failure has to be told of that.
            if (used.test(connection) || connection.state().unavailable().isPresent()) {
                unused.remove(connection);
            } else if (now - unused.computeIfAbsent(connection, added -> now) >= LINGER_NANOS) {
                connections.remove(members.remove(connection));
                unused.remove(connection);
                connection.drop();
            }
        }
    }
}
