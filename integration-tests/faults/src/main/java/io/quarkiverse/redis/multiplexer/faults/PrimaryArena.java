package io.quarkiverse.redis.multiplexer.faults;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * A real primary with replicas, sentinels or none, a proxy in front of each and a client that is told of the proxies only: they
 * have the servers' ports at another address, and put that into what servers say. So what strikes a proxy strikes neither
 * replication nor what sentinels see.
 * <p>
 * Servers have what they acknowledge in their append-only files before they do: one that is killed, and is back before another
 * has taken its place, has lost nothing.
 */
final class PrimaryArena implements Stage {

    private static final String SERVERS_HOST = "127.0.0.1";
    private static final int REPLICAS = 2;
    private static final int SENTINELS = 3;
    private static final int LISTS = 8;
    /** Shorter than usual: for twice as long after a failover, sentinels don't begin another. */
    private static final List<String> CONFIGURATION = List
            .of("sentinel failover-timeout " + RedisSentinels.NAME + " 2000");

    private final ServerTopology topology;
    private final Profile profile;
    private final RedisSentinels servers;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final List<FaultProxy> sentinelProxies = new ArrayList<>();
    private final Contestant contestant;
    private boolean closed;

    /** @param inFlight how many calls the client is given at a time */
    PrimaryArena(ServerTopology topology, ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
        this.topology = topology;
        this.profile = profile;
        servers = RedisSentinels.start(binary, REPLICAS, topology == ServerTopology.sentinel ? SENTINELS : 0, CONFIGURATION,
                "--appendonly", "yes", "--appendfsync", "no", "--repl-backlog-size", "16mb", "--maxclients", "4096");
        try {
            servers.servers().forEach(server -> proxies.add(proxy(server)));
            servers.sentinels().forEach(sentinel -> sentinelProxies.add(proxy(sentinel)));
            List<String> urls = (topology == ServerTopology.sentinel ? sentinelProxies : proxies).stream()
                    .map(proxy -> "redis://" + ClusterArena.HOST + ":" + proxy.port()).toList();
            Contestant free = kind.create(topology, urls, profile);
            contestant = inFlight == TopologyRun.UNLIMITED ? free
                    : new LimitedContestant(free, inFlight, profile.commandTimeout());
        } catch (RuntimeException | Error e) {
            closeServers();
            throw e;
        }
    }

    private static FaultProxy proxy(RedisServer server) {
        FaultProxy proxy = new FaultProxy(new InetSocketAddress(ClusterArena.HOST, server.port()), server.port());
        proxy.rename(SERVERS_HOST, ClusterArena.HOST);
        return proxy;
    }

    ServerTopology topology() {
        return topology;
    }

    RedisSentinels servers() {
        return servers;
    }

    FaultProxy proxy(int server) {
        return proxies.get(server);
    }

    List<FaultProxy> sentinelProxies() {
        return sentinelProxies;
    }

    @Override
    public Contestant contestant() {
        return contestant;
    }

    /** An old primary may acknowledge any number of writes before it hears that it is none. */
    @Override
    public Ledger ledger(Strikes strikes) {
        return new Ledger(strikes::mayHaveUndone, strikes::last, LISTS, Integer.MAX_VALUE - 1);
    }

    @Override
    public void strike(Strikes strikes, SplittableRandom random, Figures figures) {
        figures.put("lost_at_kills_means", "acknowledged by a primary that was killed, stopped or replaced, not by FAILOVER,"
                + " from 250 ms before until " + PrimaryFault.TOLD.toMillis() + " ms after all could know its successor");
        new PrimaryChaos(this, profile, strikes, random).run();
    }

    @Override
    public int closeContestant() {
        closed = true;
        contestant.close();
        // Frozen connections do not hear that their client has hung up.
        proxies.forEach(FaultProxy::thaw);
        return Stage.left(() -> proxies.stream().mapToInt(FaultProxy::open).sum()
                + sentinelProxies.stream().mapToInt(FaultProxy::open).sum());
    }

    @Override
    public void settle(Ledger ledger) {
        int primary = 0;
        while (!servers.isPrimary(primary)) {
            primary++;
        }
        try (RespClient client = servers.server(primary).client()) {
            ledger.settle(client::call);
        }
    }

    private void closeServers() {
        proxies.forEach(FaultProxy::close);
        sentinelProxies.forEach(FaultProxy::close);
        servers.close();
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
