package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.SplittableRandom;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * A real primary with replicas, sentinels or none, a proxy in front of each and a client that is told of the proxies only.
 * <p>
 * Servers have what they acknowledge in their append-only files before they do: one that is killed, and is back before another
 * has taken its place, has lost nothing.
 */
final class PrimaryArena implements Stage {

    private static final int REPLICAS = 2;
    private static final int SENTINELS = 3;
    private static final int LISTS = 8;
    /**
     * A failover timeout that is shorter than usual: for twice as long after a failover, sentinels don't begin another.
     * <p>
     * A primary is dead to them later than in other tests. A sentinel that gets no processor for so long, soon after a
     * failover, takes the new primary for dead, and what others said of the old one for their word about the new one. Then
     * there is a second failover that nobody has asked for, and what that loses is lost to any client.
     */
    private static final List<String> CONFIGURATION = List.of(
            "sentinel failover-timeout " + RedisSentinels.NAME + " 2000",
            "sentinel down-after-milliseconds " + RedisSentinels.NAME + " 3000");

    private final ServerTopology topology;
    private final Profile profile;
    private final RedisSentinels servers;
    private final ServerProxies proxies;
    private final ServerProxies sentinelProxies;
    private final Contestant contestant;
    private boolean closed;

    /** @param inFlight how many calls the client is given at a time */
    PrimaryArena(ServerTopology topology, ClientKind kind, int inFlight, Profile profile, RedisBinary binary) {
        this.topology = topology;
        this.profile = profile;
        servers = RedisSentinels.start(binary, REPLICAS, topology == ServerTopology.sentinel ? SENTINELS : 0, CONFIGURATION,
                "--appendonly", "yes", "--appendfsync", "no", "--repl-backlog-size", "16mb", "--maxclients", "4096");
        proxies = new ServerProxies(servers.servers());
        sentinelProxies = new ServerProxies(servers.sentinels());
        try {
            List<String> urls = (topology == ServerTopology.sentinel ? sentinelProxies : proxies).urls();
            Contestant free = kind.create(ClientSetup.of(topology, urls), ServerProxies.HOST, profile);
            contestant = inFlight == TopologyRun.UNLIMITED ? free
                    : new LimitedContestant(free, inFlight, profile.commandTimeout());
        } catch (RuntimeException | Error e) {
            closeServers();
            throw e;
        }
    }

    ServerTopology topology() {
        return topology;
    }

    RedisSentinels servers() {
        return servers;
    }

    FaultProxy proxy(int server) {
        return proxies.of(server);
    }

    ServerProxies sentinelProxies() {
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
        proxies.thaw();
        return Stage.left(() -> proxies.open() + sentinelProxies.open());
    }

    @Override
    public void settle(Ledger ledger) {
        try (RespClient client = servers.server(servers.primary()).client()) {
            ledger.settle(client::call);
        }
    }

    private void closeServers() {
        proxies.close();
        sentinelProxies.close();
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
