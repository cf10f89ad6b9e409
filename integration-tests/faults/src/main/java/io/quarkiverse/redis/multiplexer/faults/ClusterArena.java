package io.quarkiverse.redis.multiplexer.faults;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * A real cluster, a proxy in front of each node and a client that is told of the proxies only: nodes name {@link #HOST} as the
 * host to be reached at, while they reach each other, and their replicas them, at another address with the same port. So what
 * strikes a proxy does not strike replication. Redis 6 cannot name a host: there are no proxies then.
 * <p>
 * Servers have what they acknowledge in their append-only files before they do: one that is killed, and is back before its
 * replica has taken its place, has lost nothing.
 */
final class ClusterArena implements Stage {

    private static final String HOST = ServerProxies.HOST;
    private static final int PRIMARIES = 3;
    private static final int LISTS = 8;

    private final Profile profile;
    private final RedisBinary binary;
    private final RedisCluster cluster;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final Contestant contestant;
    private boolean closed;

    /** @param inFlight how many calls the client is given at a time */
    ClusterArena(ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
        this.profile = profile;
        this.binary = binary;
        boolean named = binary != RedisBinary.REDIS_6_2;
        List<String> arguments = new ArrayList<>(List.of("--appendonly", "yes", "--appendfsync", "no", "--repl-backlog-size",
                "16mb", "--maxclients", "4096"));
        if (named) {
            arguments.addAll(List.of("--cluster-announce-hostname", HOST, "--cluster-preferred-endpoint-type", "hostname"));
        }
        cluster = RedisCluster.start(binary, PRIMARIES, 1, arguments.toArray(String[]::new));
        try {
            if (named) {
                for (RedisServer node : cluster.nodes()) {
                    proxies.add(new FaultProxy(new InetSocketAddress(HOST, node.port()), node.port()));
                }
            }
            List<String> urls = cluster.nodes().subList(0, PRIMARIES).stream()
                    .map(node -> "redis://" + host() + ":" + node.port()).toList();
            Contestant free = kind.create(ClientSetup.of(ServerTopology.cluster, urls), host(), profile);
            contestant = inFlight == TopologyRun.UNLIMITED ? free
                    : new LimitedContestant(free, inFlight, profile.commandTimeout());
        } catch (RuntimeException | Error e) {
            closeServers();
            throw e;
        }
    }

    private String host() {
        return proxies.isEmpty() ? "127.0.0.1" : HOST;
    }

    RedisCluster cluster() {
        return cluster;
    }

    boolean hasProxies() {
        return !proxies.isEmpty();
    }

    /**
     * Whether a node that was away learns of all slots that have moved meanwhile. With Redis 6, never of one whose old owner
     * has
     * got others since, and with these a newer epoch.
     */
    boolean letsNodesMissMoves() {
        return binary != RedisBinary.REDIS_6_2;
    }

    FaultProxy proxy(int node) {
        return proxies.get(node);
    }

    @Override
    public Contestant contestant() {
        return contestant;
    }

    @Override
    public Ledger ledger(Strikes strikes) {
        return new Ledger(strikes::mayHaveUndone, strikes::last, LISTS);
    }

    @Override
    public void strike(Strikes strikes, SplittableRandom random, Figures figures)
            throws InterruptedException, ExecutionException {
        ClusterChaos chaos = new ClusterChaos(this, profile, strikes, random);
        chaos.run();
        figures.put("slots_moved", chaos.slotsMoved());
    }

    @Override
    public int closeContestant() {
        closed = true;
        contestant.close();
        // Frozen connections do not hear that their client has hung up.
        proxies.forEach(FaultProxy::thaw);
        return Stage.left(this::open);
    }

    private int open() {
        return proxies.isEmpty() ? cluster.nodes().stream().mapToInt(ClusterArena::clients).sum()
                : proxies.stream().mapToInt(FaultProxy::open).sum();
    }

    /** Without replicas, the primaries of these, and servers that keep a connection for the next key that they move. */
    private static int clients(RedisServer node) {
        try (RespClient observer = node.client()) {
            return (int) observer.connections().stream()
                    .filter(line -> !line.matches(".* flags=\\w*[SM]\\w* .*") && !line.contains(" cmd=restore")).count();
        }
    }

    /** Each key is asked of its node. */
    @Override
    public void settle(Ledger ledger) {
        Map<Integer, RespClient> nodes = new HashMap<>();
        try {
            ledger.settle(words -> nodes.computeIfAbsent(cluster.owner(Slots.of(words[1])), node -> cluster.node(node).client())
                    .call(words));
        } finally {
            nodes.values().forEach(RespClient::close);
        }
    }

    private void closeServers() {
        proxies.forEach(FaultProxy::close);
        cluster.close();
    }

    @Override
    public void close() {
        if (!closed) {
            contestant.close();
        }
        contestant.endLoops();
        closeServers();
    }
}
