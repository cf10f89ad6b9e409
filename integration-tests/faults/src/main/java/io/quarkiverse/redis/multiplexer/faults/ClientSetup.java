package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.RedisTopology;

/**
 * What a client is told when it is made.
 *
 * @param topology what it is a client of
 * @param urls of some nodes of the cluster, of the sentinels, or of the servers
 * @param primaryName under which sentinels are asked for the primary
 * @param replicas whether they are read from
 * @param readZone where reads are to stay; empty for none
 * @param discovery whether servers are asked for their roles, or the first one is the primary
 * @param unavailable what becomes of commands while there is no server
 * @param sentinelAccess the login of the sentinels, if they have one of their own
 */
public record ClientSetup(ServerTopology topology, List<String> urls, String primaryName, RedisReplicas replicas,
        Optional<String> readZone, RedisTopology discovery, UnavailablePolicy unavailable, SentinelAccess sentinelAccess) {

    /** With all defaults. */
    public static ClientSetup of(ServerTopology topology, List<String> urls) {
        return new ClientSetup(topology, urls, RedisSentinels.NAME, RedisReplicas.NEVER, Optional.empty(),
                RedisTopology.DISCOVER, UnavailablePolicy.QUEUE, SentinelAccess.AS_SERVERS);
    }

    public ClientSetup withPrimaryName(String name) {
        return new ClientSetup(topology, urls, name, replicas, readZone, discovery, unavailable, sentinelAccess);
    }

    public ClientSetup withReplicas(RedisReplicas mode) {
        return new ClientSetup(topology, urls, primaryName, mode, readZone, discovery, unavailable, sentinelAccess);
    }

    public ClientSetup withReadZone(String zone) {
        return new ClientSetup(topology, urls, primaryName, replicas, Optional.of(zone), discovery, unavailable,
                sentinelAccess);
    }

    public ClientSetup withDiscovery(RedisTopology kind) {
        return new ClientSetup(topology, urls, primaryName, replicas, readZone, kind, unavailable, sentinelAccess);
    }

    public ClientSetup withUnavailable(UnavailablePolicy policy) {
        return new ClientSetup(topology, urls, primaryName, replicas, readZone, discovery, policy, sentinelAccess);
    }

    public ClientSetup withSentinelAccess(SentinelAccess access) {
        return new ClientSetup(topology, urls, primaryName, replicas, readZone, discovery, unavailable, access);
    }

    /** In the words of our client, as far as the stock client has none for it. */
    MultiplexerOptions options(Profile profile) {
        return new MultiplexerOptions().setCommandTimeout(profile.commandTimeout())
                .setLivenessTimeout(profile.livenessTimeout()).setUnavailable(unavailable).setSentinelAccess(sentinelAccess)
                .setReadZone(readZone.orElse(MultiplexerOptions.DEFAULT_READ_ZONE));
    }
}
