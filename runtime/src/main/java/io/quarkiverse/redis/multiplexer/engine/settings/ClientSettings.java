package io.quarkiverse.redis.multiplexer.engine.settings;

import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/**
 * Everything that a client was told. Nothing of it changes during a generation.
 *
 * @param name the client's name
 */
public record ClientSettings(String name, RedisOptions redis, MultiplexerOptions multiplexer) {

    /**
     * Copies the options, so that later changes to them have no effect.
     *
     * @throws IllegalArgumentException if something is out of its range; the message lists all that is
     */
    public static ClientSettings of(String name, RedisOptions redis, MultiplexerOptions multiplexer) {
        List<String> problems = multiplexer.problems();
        RedisOptions copy = new RedisOptions(redis)
                .setEndpoints(redis.getEndpoints().stream().map(NodeAddress::asRedis).toList())
                .setNetClientOptions(verifying(redis.getNetClientOptions()));
        problems.addAll(HostProblems.of(copy));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("Redis client '" + name + "': " + String.join("; ", problems));
        }
        return new ClientSettings(name, copy, new MultiplexerOptions(multiplexer));
    }

    /**
     * Vert.x refuses to connect by TLS where it is not said whether to verify the name of the server, and does not understand
     * {@code NONE}, which the TLS registry of Quarkus passes on.
     */
    private static NetClientOptions verifying(NetClientOptions options) {
        NetClientOptions copy = new NetClientOptions(options);
        String algorithm = copy.getHostnameVerificationAlgorithm();
        if (algorithm == null) {
            copy.setHostnameVerificationAlgorithm(copy.isTrustAll() ? "" : "HTTPS");
        } else if (algorithm.equalsIgnoreCase("NONE")) {
            copy.setHostnameVerificationAlgorithm("");
        }
        return copy;
    }

    /** The servers that the client is told of, in their order. One that stands alone is the first. */
    public List<NodeAddress> addresses() {
        return redis.getType() == RedisClientType.STANDALONE ? List.of(NodeAddress.of(redis)) : NodeAddress.all(redis);
    }

    /** How often deadlines are looked at: precise enough for the shortest timeout, seldom enough to cost nothing. */
    public long clockPeriodMillis() {
        return Math.max(5, Math.min(100,
                Math.min(multiplexer.getCommandTimeout().toMillis(), multiplexer.getLivenessTimeout().toMillis()) / 10));
    }

    public Backoff backoff() {
        return new Backoff(multiplexer.getReconnectInitial(), multiplexer.getReconnectMax());
    }
}
