package io.quarkiverse.redis.multiplexer.showcase;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkiverse.redis.multiplexer.showcase.ClusterNodes.Node;
import io.quarkus.redis.datasource.RedisDataSource;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Response;

/**
 * Does to the cluster of the default client what its administrator does with {@code redis-cli}. Blocks. One change at a
 * time: a second one is refused.
 */
@Singleton
class ClusterAdmin {

    private static final int MIGRATE_MILLIS = 5000;
    private static final int KEYS_AT_ONCE = 1000;
    private static final long POLL_MILLIS = 20;
    /** Servers give up by then, as they do if others have not heard of the latest changes yet. */
    private static final long FAILOVER_SECONDS = 6;
    private static final int FAILOVER_ATTEMPTS = 3;
    private static final long AGREEMENT_SECONDS = 10;

    private final Vertx vertx;
    private final RedisDataSource redis;
    private final boolean cluster;
    private final Optional<Set<URI>> hosts;
    private final ReentrantLock changing = new ReentrantLock();

    record Moved(Node from, Node to, int slots, int keys) {
    }

    ClusterAdmin(Vertx vertx, RedisDataSource redis,
            @ConfigProperty(name = "quarkus.redis.client-type", defaultValue = "standalone") RedisClientType type,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<Set<URI>> hosts) {
        this.vertx = vertx;
        this.redis = redis;
        this.cluster = type == RedisClientType.CLUSTER;
        this.hosts = hosts;
    }

    boolean isCluster() {
        return cluster;
    }

    /** As any of its servers sees it; no nodes if it is none. */
    ClusterNodes nodes() {
        return ClusterNodes.parse(cluster ? redis.execute("CLUSTER", "NODES").toString() : "");
    }

    /** For the next change, which begins with what any server says: it should not be one that has not heard of this one. */
    private void awaitAgreement(ClusterNodes nodes) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AGREEMENT_SECONDS);
        List<ServerLink> links = nodes.all().stream().filter(Node::alive).map(this::link).toList();
        try {
            while (System.nanoTime() - end < 0 && links.stream()
                    .map(link -> ClusterNodes.parse(link.call("CLUSTER", "NODES").toString()).opinion()).distinct()
                    .count() > 1) {
                pause();
            }
        } finally {
            links.forEach(ServerLink::close);
        }
    }

    /** To be closed. */
    ServerLink link(Node node) {
        return new ServerLink(vertx, hosts.orElseThrow().iterator().next(), node.address());
    }

    /** Has a replica of a primary take its place, and returns when it has. */
    Node failOver(String primaryId) {
        return alone(() -> {
            ClusterNodes nodes = nodes();
            Node primary = primary(nodes, primaryId);
            Node replica = nodes.replicasOf(primary).stream().findFirst()
                    .orElseThrow(() -> Problem.of(Status.CONFLICT, primary.address() + " has no replica"));
            try (ServerLink link = link(replica)) {
                for (int attempt = 0; attempt < FAILOVER_ATTEMPTS; attempt++) {
                    link.call("CLUSTER", "FAILOVER");
                    if (isPrimarySoon(link)) {
                        awaitAgreement(nodes);
                        return replica;
                    }
                }
            }
            throw Problem.of(Status.SERVICE_UNAVAILABLE, replica.address() + " was not elected");
        });
    }

    private static boolean isPrimarySoon(ServerLink link) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FAILOVER_SECONDS);
        while (System.nanoTime() - end < 0) {
            if (link.call("ROLE").get(0).toString().equals("master")) {
                return true;
            }
            pause();
        }
        return false;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(Status.SERVICE_UNAVAILABLE, "interrupted");
        }
    }

    /** Moves slots with their keys to the primary that has the fewest. Clients may go on meanwhile. */
    Moved move(String sourceId, int slots) {
        return alone(() -> {
            ClusterNodes nodes = nodes();
            Node source = primary(nodes, sourceId);
            Node target = nodes.primaries().stream().filter(node -> !node.id().equals(sourceId))
                    .min(Comparator.comparingInt(Node::slotCount))
                    .orElseThrow(() -> Problem.of(Status.CONFLICT, "there is no other primary"));
            List<Integer> moved = firstSlots(source, slots);
            int keys = move(nodes, source, target, moved);
            awaitAgreement(nodes);
            return new Moved(source, target, moved.size(), keys);
        });
    }

    private static List<Integer> firstSlots(Node source, int count) {
        return source.slots().stream()
                .flatMap(range -> IntStream.rangeClosed(range.first(), range.last()).boxed())
                .limit(count).toList();
    }

    private int move(ClusterNodes nodes, Node source, Node target, List<Integer> slots) {
        List<ServerLink> others = new ArrayList<>();
        try (ServerLink from = link(source); ServerLink to = link(target)) {
            nodes.primaries().stream().filter(node -> node != source && node != target).map(this::link).forEach(others::add);
            int keys = 0;
            for (int slot : slots) {
                String number = String.valueOf(slot);
                // In this order, so that each key is always somewhere, and somebody always owns the slot.
                to.call("CLUSTER", "SETSLOT", number, "IMPORTING", source.id());
                from.call("CLUSTER", "SETSLOT", number, "MIGRATING", target.id());
                keys += moveKeys(number, from, target);
                to.call("CLUSTER", "SETSLOT", number, "NODE", target.id());
                from.call("CLUSTER", "SETSLOT", number, "NODE", target.id());
                others.forEach(other -> other.call("CLUSTER", "SETSLOT", number, "NODE", target.id()));
            }
            return keys;
        } finally {
            others.forEach(ServerLink::close);
        }
    }

    private int moveKeys(String slot, ServerLink from, Node target) {
        String[] hostAndPort = target.address().split(":(?=\\d+$)");
        int moved = 0;
        for (Response keys; (keys = from.call("CLUSTER", "GETKEYSINSLOT", slot, String.valueOf(KEYS_AT_ONCE))).size() > 0;) {
            List<String> migrate = new ArrayList<>(
                    List.of(hostAndPort[0], hostAndPort[1], "", "0", String.valueOf(MIGRATE_MILLIS)));
            password().ifPresent(password -> migrate.addAll(List.of("AUTH", password)));
            migrate.add("KEYS");
            keys.forEach(key -> migrate.add(key.toString()));
            from.call("MIGRATE", migrate);
            moved += keys.size();
        }
        return moved;
    }

    private Optional<String> password() {
        return hosts.map(set -> set.iterator().next().getUserInfo()).map(user -> user.substring(user.indexOf(':') + 1));
    }

    private static Node primary(ClusterNodes nodes, String id) {
        return nodes.primaries().stream().filter(node -> node.id().equals(id)).findFirst()
                .orElseThrow(() -> Problem.badRequest(id + " is no primary of a cluster"));
    }

    private <T> T alone(Supplier<T> change) {
        if (!changing.tryLock()) {
            throw Problem.of(Status.CONFLICT, "Somebody else is changing the cluster");
        }
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }
}
